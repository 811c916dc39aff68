"""Lists show each principal its own loans, by the filters asked for, each loan once however the pages are cut."""

import base64
import json
from datetime import timedelta

import pytest

from tests.store import samples
from tests.store.statements import statements_of
from zhengcaidai.errors import InvalidInput, NotFound
from zhengcaidai.messages.clocks import ClockId, Deadline, HeldTime
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.store.deadlines import BankTime, BreachCount
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import MAX_PAGE, PageRequest
from zhengcaidai.store.queries import LoanFilter, LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope

ALL = Scope(Role.OPERATOR, "operator")


@pytest.fixture
def records(database: Database) -> DatabaseRecords:
    return DatabaseRecords(database)


@pytest.fixture
def queries(database: Database) -> LoanQueries:
    return LoanQueries(database)


async def ids(queries: LoanQueries, wanted: LoanFilter | None = None, scope: Scope = ALL) -> list[str]:
    page = await queries.loans(scope, wanted or LoanFilter(), PageRequest())
    return [loan.loan_id for loan in page.items]


@pytest.fixture
async def four_loans(records: DatabaseRecords) -> None:
    """Of two of everything."""
    views = [
        samples.view("kunming-1"),
        samples.view("kunming-2", bank_id="bank-2", supplier_id="supplier-2", stage=Stage.ACCEPTED, breaches=1),
        samples.view(
            "luoyang-1", region="410300", purchaser_id=None, awaited=(Role.SUPPLIER, Role.BANK), suspected_fraud=True
        ),
        samples.view(
            "luoyang-2",
            region="410300",
            stage=Stage.SETTLED,
            awaited=(),
            next_due_at=None,
            overdue=True,
            frozen=True,
        ),
    ]
    for place, view in enumerate(views):
        submitted_at = samples.NOW + timedelta(minutes=place)
        await records.record(samples.update(view.model_copy(update={"submitted_at": submitted_at})))


@pytest.mark.usefixtures("four_loans")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LoanFilter(), "luoyang-2 luoyang-1 kunming-2 kunming-1"),
        (LoanFilter(stage=Stage.SUBMITTED), "luoyang-1 kunming-1"),
        (LoanFilter(regions=frozenset({"410300", "420000"})), "luoyang-2 luoyang-1"),
        (LoanFilter(bank_id="bank-2"), "kunming-2"),
        (LoanFilter(supplier_id="supplier-2"), "kunming-2"),
        (LoanFilter(purchaser_id="purchaser-1"), "luoyang-2 kunming-2 kunming-1"),
        (LoanFilter(awaited=Role.BANK), "luoyang-1 kunming-2 kunming-1"),
        (LoanFilter(awaited=Role.SUPPLIER), "luoyang-1"),
        (LoanFilter(breached=True), "kunming-2"),
        (LoanFilter(breached=False), "luoyang-2 luoyang-1 kunming-1"),
        (LoanFilter(overdue=True), "luoyang-2"),
        (LoanFilter(overdue=False), "luoyang-1 kunming-2 kunming-1"),
        (LoanFilter(frozen=True), "luoyang-2"),
        (LoanFilter(suspected_fraud=True), "luoyang-1"),
        (LoanFilter(due_before=samples.NOW + timedelta(days=6)), "luoyang-1 kunming-2 kunming-1"),
        (LoanFilter(due_before=samples.NOW + timedelta(days=5)), ""),
        (LoanFilter(stage=Stage.SUBMITTED, regions=frozenset({"530100"})), "kunming-1"),
    ],
)
async def test_filters(queries: LoanQueries, wanted: LoanFilter, found: str) -> None:
    assert await ids(queries, wanted) == found.split()


@pytest.mark.usefixtures("four_loans")
@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope(Role.SUPPLIER, "supplier-2"), "kunming-2"),
        (Scope(Role.BANK, "bank-1"), "luoyang-2 luoyang-1 kunming-1"),
        (Scope(Role.PURCHASER, "purchaser-1"), "luoyang-2 kunming-2 kunming-1"),
        (Scope(Role.FINANCE_BUREAU, "bureau", frozenset({"530100", "530102"})), "kunming-2 kunming-1"),
        (Scope(Role.TREASURY, "treasury", frozenset({"410300"})), "luoyang-2 luoyang-1"),
        (Scope(Role.FINANCE_BUREAU, "bureau"), ""),
        (Scope(Role.SUPPLIER, "bank-1"), ""),
        (
            Scope.of(Principal(user_id="root", organisation_id="operator", role=Role.OPERATOR)),
            "luoyang-2 luoyang-1 kunming-2 kunming-1",
        ),
    ],
)
async def test_each_principal_sees_its_own(queries: LoanQueries, scope: Scope, found: str) -> None:
    assert await ids(queries, scope=scope) == found.split()
    assert await ids(queries, LoanFilter(bank_id="bank-2", supplier_id="supplier-1"), scope) == []


@pytest.mark.usefixtures("four_loans")
async def test_another_tenants_loan_is_not_told_from_none(queries: LoanQueries) -> None:
    stranger = Scope(Role.SUPPLIER, "supplier-2")
    said = []
    for loan_id in ("kunming-1", "no-such-loan"):
        for question in (queries.loan, queries.journal, queries.deadlines, queries.documents):
            with pytest.raises(NotFound) as refusal:
                await question(stranger, loan_id)
            said.append(refusal.value.en.replace(loan_id, "…"))
    assert set(said) == {"There is no loan “…”, or it is not yours to see."}


@pytest.mark.parametrize("limit", [1, 3, 7, MAX_PAGE])
async def test_pages_together_show_every_loan_once(records: DatabaseRecords, queries: LoanQueries, limit: int) -> None:
    """Ties in the time of submission are cut by the loan's number."""
    for number in range(10):
        submitted_at = samples.NOW + timedelta(seconds=number // 4)
        await records.record(samples.update(samples.view(f"loan-{number}", submitted_at=submitted_at)))
    seen: list[str] = []
    cursor = None
    while True:
        page = await queries.loans(ALL, LoanFilter(), PageRequest(limit, cursor))
        seen += [loan.loan_id for loan in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"loan-{number}" for number in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)]


async def test_loans_that_change_or_come_in_between_two_pages_disturb_nothing(
    records: DatabaseRecords, queries: LoanQueries
) -> None:
    for number in range(6):
        await records.record(
            samples.update(samples.view(f"loan-{number}", submitted_at=samples.NOW + timedelta(minutes=number)))
        )
    first = await queries.loans(ALL, LoanFilter(), PageRequest(3))
    for number in range(6):
        changed = samples.view(f"loan-{number}", 2, submitted_at=samples.NOW + timedelta(minutes=number))
        later = changed.model_copy(update={"updated_at": samples.NOW + timedelta(days=1)})
        await records.record(samples.update(later))
    await records.record(samples.update(samples.view("new", submitted_at=samples.NOW + timedelta(days=1))))
    second = await queries.loans(ALL, LoanFilter(), PageRequest(3, first.next_cursor))
    assert [loan.loan_id for loan in (*first.items, *second.items)] == [f"loan-{n}" for n in (5, 4, 3, 2, 1, 0)]
    assert second.next_cursor is None


def cursor_of(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "账户",
        "a" * 5000,
        cursor_of("loans"),
        cursor_of("loans", "2026-09-18T10:30:00+08:00"),
        cursor_of("loans", "2026-09-18T10:30:00", "loan-1"),
        cursor_of("loans", "yesterday", "loan-1"),
        cursor_of("loans", 5, "loan-1"),
        cursor_of("loans", "2026-09-18T10:30:00+08:00", "loan\0"),
        cursor_of("loans", "2026-09-18T10:30:00+08:00", ["loan-1"]),
        cursor_of("payment_checks", "2026-09-18T10:30:00+08:00", "loan-1"),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"7").decode(),
    ],
)
async def test_wrong_cursor_is_refused(queries: LoanQueries, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await queries.loans(ALL, LoanFilter(), PageRequest(5, cursor))
    assert refusal.value.problem.where == "cursor"


@pytest.mark.parametrize("limit", [0, -1, MAX_PAGE + 1])
def test_page_outside_the_limits_is_refused(limit: int) -> None:
    with pytest.raises(InvalidInput, match=f"1 to {MAX_PAGE}"):
        PageRequest(limit)


@pytest.mark.clause("luoyang/3.2")
async def test_breaches_are_counted_per_bank_and_clock(records: DatabaseRecords, queries: LoanQueries) -> None:
    missed = {"breached_at": samples.NOW, "holder_at_due": Role.BANK}
    await records.record(
        samples.update(
            samples.view("loan-1"),
            deadlines=(
                samples.deadline(ClockId.APPROVAL, **missed),
                samples.deadline(ClockId.DISBURSEMENT, breached_at=samples.NOW, holder_at_due=Role.SUPPLIER),
                samples.deadline(ClockId.PRODUCT_PROMISE, **{**missed, "counts": False}),
                samples.deadline(ClockId.PURCHASER_SIGN_OFF, **{**missed, "duty_of": Role.PURCHASER}),
                samples.deadline(ClockId.FINANCING),
            ),
        )
    )
    await records.record(
        samples.update(samples.view("loan-2"), deadlines=(samples.deadline(ClockId.APPROVAL, **missed),))
    )
    await records.record(
        samples.update(
            samples.view("loan-3", bank_id="bank-2", region="410300"),
            deadlines=(samples.deadline(ClockId.APPROVAL, **missed),),
        )
    )
    bank_1 = (
        BreachCount(ClockId.APPROVAL, breaches=2, held_by_bank=2),
        BreachCount(ClockId.DISBURSEMENT, breaches=1, held_by_bank=0),
    )
    bank_2 = (BreachCount(ClockId.APPROVAL, breaches=1, held_by_bank=1),)
    assert await queries.breach_counts(ALL, "bank-1") == bank_1
    assert await queries.breach_counts(ALL, "bank-2") == bank_2
    bureau = Scope(Role.FINANCE_BUREAU, "bureau", frozenset({"530100"}))
    assert await queries.breach_counts(bureau, "bank-1") == bank_1
    assert await queries.breach_counts(bureau, "bank-2") == ()
    assert await queries.breach_counts(Scope(Role.BANK, "bank-2"), "bank-2") == bank_2
    assert await queries.breach_counts(Scope(Role.BANK, "bank-2"), "bank-1") == ()
    assert await queries.breach_counts(ALL, "bank-1", until=samples.NOW) == ()
    assert await queries.breach_counts(ALL, "bank-1", since=samples.NOW) == bank_1
    assert await queries.breach_counts(ALL, "bank-1", since=samples.NOW + timedelta(microseconds=1)) == ()


@pytest.mark.clause("luoyang/3.2")
async def test_the_time_that_a_bank_held_is_counted_per_clock_of_its_own_duty(
    records: DatabaseRecords, queries: LoanQueries
) -> None:
    def ended(days: int, **changed: object) -> Deadline:
        held = (HeldTime(role=Role.BANK, working_days=days), HeldTime(role=Role.SUPPLIER, working_days=9))
        return samples.deadline(ClockId.APPROVAL, **{"closed_at": samples.NOW, "held": held, **changed})

    others = {"duty_of": Role.PURCHASER}
    still_open, looser = ended(4, closed_at=None), ended(4, counts=False)
    await records.record(samples.update(deadlines=(ended(3), still_open, looser, ended(4, **others))))
    await records.record(samples.update(samples.view("loan-2"), deadlines=(ended(5),)))
    elsewhere = samples.view("loan-3", bank_id="bank-2", region="410300")
    await records.record(samples.update(elsewhere, deadlines=(ended(0, held=()),)))
    bank_1 = (BankTime(ClockId.APPROVAL, ended=2, held_working_days=8),)
    bank_2 = (BankTime(ClockId.APPROVAL, ended=1, held_working_days=0),)
    assert await queries.bank_times(ALL, "bank-1") == bank_1
    assert await queries.bank_times(ALL, "bank-2") == bank_2
    assert await queries.bank_times(Scope(Role.BANK, "bank-2"), "bank-2") == bank_2
    assert await queries.bank_times(Scope(Role.BANK, "bank-2"), "bank-1") == ()
    assert await queries.bank_times(ALL, "bank-1", since=samples.NOW) == bank_1
    assert await queries.bank_times(ALL, "bank-1", until=samples.NOW) == ()
    assert await queries.bank_times(ALL, "bank-1", since=samples.NOW + timedelta(microseconds=1)) == ()


async def test_journal_is_read_no_further_than_asked(database: Database, queries: LoanQueries) -> None:
    lines = (samples.submitted(), *(samples.entry(number) for number in range(2, 6)))
    await DatabaseRecords(database).record(samples.update(entries=lines))
    with statements_of(database) as sent:
        assert await queries.journal(ALL, "loan-1", 1, 2) == lines[1:3]
    assert "LIMIT" in sent[-1]
    assert await queries.journal(ALL, "loan-1") == lines
