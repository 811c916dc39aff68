"""Every list finds its page by an index, in order: no query reads a whole table or sorts it, however long it is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, text

from tests.store import samples
from tests.store.conftest import Fresh
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.tasks import LoanView
from zhengcaidai.sealing import KEY_BYTES, Sealer
from zhengcaidai.store.changes import ChangeFilter, ChangeQueries
from zhengcaidai.store.cooperation import Cooperation
from zhengcaidai.store.documents import Documents
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.payments import PaymentChecks
from zhengcaidai.store.products import ProductFilter, Products
from zhengcaidai.store.queries import LoanFilter, LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.reminders import TaskReminders
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.substitutes import Substitutes
from zhengcaidai.store.tables import (
    AccountChangeRow,
    CooperationRow,
    DeadlineRow,
    DocumentRow,
    EntryRow,
    LoanDocumentRow,
    LoanRow,
    PaymentCheckRow,
    ProductRegionRow,
    ProductRow,
    SubstituteRow,
    TaskRow,
)
from zhengcaidai.store.task_claims import TaskClaims
from zhengcaidai.store.tasks import Claimed, Inbox

LOANS = 5000
PAGE = PageRequest(20)
ALL = Scope(Role.OPERATOR, "operator")
TASK_KEY = "3f2a91c07d5e4b68-1"
TASKS = [f"loan:loan-{number:05}:{TASK_KEY}" for number in range(1, 200, 20)]
BUREAU = Scope(Role.FINANCE_BUREAU, "bureau", frozenset(f"5301{number:02}" for number in range(5)))


def loan(number: int) -> LoanView:
    """Each organisation and region has 250 of them, many more than a page."""
    return samples.view(
        f"loan-{number:05}",
        region=f"5301{number % 20:02}",
        stage=list(Stage)[number % 15],
        supplier_id=f"supplier-{number // 3 % 20}",
        bank_id=f"bank-{number % 20}",
        purchaser_id=f"purchaser-{number // 7 % 20}",
        filing_number=f"filing-{number}",
        submitted_at=samples.NOW + timedelta(minutes=number),
        next_due_at=samples.NOW + timedelta(days=number),
        breaches=int(number % 50 == 0),
        overdue=number % 60 == 0,
    )


def rows(number: int) -> dict[type, dict[str, object]]:
    """One row of each table for a loan."""
    view, loan_id = loan(number), f"loan-{number:05}"
    due = samples.NOW + timedelta(minutes=number)
    return {
        LoanRow: {
            **{name: getattr(view, name) for name in LoanView.model_fields},
            "locked_account": samples.ACCOUNT if number % 10 == 0 else None,
            "statement": None,
        },
        EntryRow: {"loan_id": loan_id, "sequence": 1, "kind": "accept", "at": due, "entry": samples.entry(1)},
        DeadlineRow: {
            "loan_id": loan_id, "ordinal": 0, "clock": "financing", "duty_of": "bank", "counts": True, "due_at": due,
            "breached_at": due if number % 50 == 0 else None, "holder_at_due": None, "deadline": samples.deadline(),
            "closed_at": due if number % 40 == 0 else None, "held_by_bank_days": 1,
        },
        TaskRow: {
            "subject": "loan", "subject_id": loan_id, "task_key": TASK_KEY, "ordinal": 0,
            "organisation_id": view.bank_id, "role": "bank", "due_order": due, "task": samples.task(),
            "claimed_by": samples.BANK.user_id if number // 20 % 2 else None, "claimed_at": due,
        },
        CooperationRow: {
            "decision_id": f"HZ-{number:05}", "bank_id": view.bank_id, "region": "530100", "suspended": number % 2 == 0,
            "reason": "虚假宣传", "clause": "kunming/5.2", "organisation_id": "bureau-530100", "user_id": "qian", "at": due,
        },
        SubstituteRow: {
            "substitution_id": f"SB-{number:05}", "organisation_id": view.bank_id, "role": "bank",
            "user_id": f"user-{number % 7}", "substitute": f"user-{number % 11}", "starts_on": due.date(),
            "ends_on": due.date(),
        },
        AccountChangeRow: {
            "change_id": f"change-{number:05}", "region": view.region, "filing_number": view.filing_number,
            "supplier_id": view.supplier_id, "purchaser_id": view.purchaser_id, "bank_id": view.bank_id,
            "loan_id": loan_id, "stage": "draft", "scan_sha256": f"{number:064}", "sequence": 1, "recorded_at": due,
            "view": samples.change(),
        },
        DocumentRow: {
            "sha256": f"{number:064}", "organisation_id": view.supplier_id, "user_id": "chen", "uploaded_at": due,
            "document": samples.document(),
        },
        LoanDocumentRow: {
            "loan_id": loan_id, "sha256": f"{number:064}", "sequence": 1, "organisation_id": view.supplier_id,
            "at": due, "document": samples.document(),
        },
        PaymentCheckRow: {
            "organisation_id": f"treasury-{view.region}", "check_id": f"check-{number:05}", "user_id": "zhou",
            "filing_number": view.filing_number, "loan_id": loan_id, "amount_fen": 1,
            "allowed": number % 40 != 0, "checked_at": due, "payment": samples.payment(), "answer": samples.stopped(),
        },
        ProductRow: {
            "product_id": f"product-{number:05}", "bank_id": view.bank_id, "live": number % 2 == 0,
            "product": samples.product(),
        },
        ProductRegionRow: {"region": view.region, "product_id": f"product-{number:05}"},
    }  # fmt: skip


@pytest.fixture(scope="module")
async def filled(fresh: Fresh) -> AsyncIterator[Database]:
    database = Database(await fresh(), Sealer({"test": bytes(KEY_BYTES)}, "test"))
    every = [rows(number) for number in range(LOANS)]
    async with database.writing() as session:
        connection = await session.connection()
        for table in every[0]:
            await connection.execute(insert(table), [row[table] for row in every])
    if not database.is_sqlite:  # which nobody analyses, while PostgreSQL does it by itself, a little later
        async with database.writing() as session:
            await (await session.connection()).execute(text("ANALYZE"))
    yield database
    await database.close()


async def plans(database: Database, ask: Callable[[], Awaitable[object]]) -> list[str]:
    """How the database carries out each query that `ask` sends, line by line."""
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        await ask()
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    lines: list[str] = []
    async with database.engine.connect() as connection:
        if not database.is_sqlite:  # as on a disk without moving parts
            await connection.execute(text("SET LOCAL random_page_cost = 1.1"))
        for statement, parameters in sent:
            found = await connection.exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type]
            lines += [str(row[-1]) for row in found]
    return lines


def reads_a_whole_table(line: str) -> bool:
    """SQLite's SCAN without an index, PostgreSQL's Seq Scan; a list of values that was given is no table."""
    return "Seq Scan" in line or (line.startswith("SCAN") and "USING" not in line and "CONSTANT ROW" not in line)


def sorts(line: str) -> bool:
    return "Sort" in line.split("(", maxsplit=1)[0] or "TEMP B-TREE" in line


@dataclass(frozen=True)
class Listed:
    """A list, and the index in whose order its page is found."""

    name: str
    index: str
    ask: Callable[[Database], Awaitable[object]]


def loans(name: str, index: str, scope: Scope = ALL, wanted: LoanFilter | None = None) -> Listed:
    return Listed(name, f"ix_loans_{index}", lambda db: LoanQueries(db).loans(scope, wanted or LoanFilter(), PAGE))


def changes(name: str, index: str, scope: Scope = ALL, wanted: ChangeFilter | None = None) -> Listed:
    asked = wanted or ChangeFilter()
    return Listed(name, f"ix_account_changes_{index}", lambda db: ChangeQueries(db).changes(scope, asked, PAGE))


LISTS = (
    loans("all loans", "newest"),
    loans("a supplier's loans", "supplier", Scope(Role.SUPPLIER, "supplier-7")),
    loans("a bank's loans", "bank", Scope(Role.BANK, "bank-7")),
    loans("a purchaser's loans", "purchaser", Scope(Role.PURCHASER, "purchaser-7")),
    loans("loans in a stage", "stage", wanted=LoanFilter(stage=Stage.APPROVED)),
    loans("loans of a bank", "bank", wanted=LoanFilter(bank_id="bank-3")),
    loans("breached loans", "breached", wanted=LoanFilter(breached=True)),
    loans("overdue loans", "overdue", wanted=LoanFilter(overdue=True)),
    loans("loans that await a party", "newest", wanted=LoanFilter(awaited=Role.BANK)),
    loans("loans of a region", "region", wanted=LoanFilter(regions=frozenset({"530100"}))),
    Listed("inbox", "ix_tasks_inbox", lambda db: Inbox(db).tasks(samples.BANK, PAGE, samples.NOW.date())),
    Listed(
        "tasks that I have claimed",
        "ix_tasks_claimed",
        lambda db: Inbox(db).tasks(samples.BANK, PAGE, samples.NOW.date(), Claimed.MINE),
    ),
    Listed(
        "tasks that nobody has claimed",
        "ix_tasks_unclaimed",
        lambda db: Inbox(db).tasks(samples.BANK, PAGE, samples.NOW.date(), Claimed.UNCLAIMED),
    ),
    Listed(
        "substitutes", "ix_substitutes_newest", lambda db: Substitutes(db).list(samples.BANK, PAGE, samples.NOW.date())
    ),
    changes("account changes", "newest"),
    changes("a supplier's account changes", "supplier", Scope(Role.SUPPLIER, "supplier-7")),
    changes("a purchaser's account changes", "purchaser", Scope(Role.PURCHASER, "purchaser-7")),
    changes("a bank's account changes", "bank", Scope(Role.BANK, "bank-7")),
    changes("a contract's account changes", "filing", wanted=ChangeFilter(filing_number="filing-7")),
    changes("a loan's account changes", "loan", wanted=ChangeFilter(loan_id="loan-00007")),
    Listed("stopped payments", "ix_payment_checks_stopped", lambda db: PaymentChecks(db).stopped(ALL, PAGE)),
    Listed("products", "products", lambda db: Products(db).list(ProductFilter(live=True), PAGE)),
    Listed("decisions on a bank", "ix_cooperation_newest", lambda db: Cooperation(db).decisions("bank-3", PAGE)),
    Listed("a bank's products", "ix_products_bank", lambda db: Products(db).list(ProductFilter("bank-3"), PAGE)),
)


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.name)
async def test_page_is_found_in_order_by_its_index(filled: Database, listed: Listed) -> None:
    lines = await plans(filled, lambda: listed.ask(filled))
    assert [line for line in lines if listed.index in line], "\n".join(lines)
    assert not [line for line in lines if reads_a_whole_table(line) or sorts(line)], "\n".join(lines)


async def test_later_page_begins_at_its_place_in_the_index(filled: Database) -> None:
    queries = LoanQueries(filled)
    cursor = (await queries.loans(ALL, LoanFilter(), PAGE)).next_cursor
    lines = await plans(filled, lambda: queries.loans(ALL, LoanFilter(), PageRequest(20, cursor)))
    place = "SEARCH loans USING INDEX ix_loans_newest" if filled.is_sqlite else "Index Cond: (ROW(submitted_at"
    assert [line for line in lines if place in line], "\n".join(lines)
    assert not [line for line in lines if reads_a_whole_table(line) or sorts(line)], "\n".join(lines)


LOOK_UPS: dict[str, Callable[[Database], Awaitable[object]]] = {
    "one loan": lambda db: LoanQueries(db).loan(ALL, "loan-00007"),
    "its journal": lambda db: LoanQueries(db).journal(ALL, "loan-00007", 3),
    "its documents": lambda db: LoanQueries(db).documents(ALL, "loan-00007"),
    "a bureau's loans": lambda db: LoanQueries(db).loans(BUREAU, LoanFilter(), PAGE),
    "loans due soon": lambda db: LoanQueries(db).loans(ALL, LoanFilter(due_before=samples.NOW), PAGE),
    "tasks to be claimed": lambda db: TaskClaims(db).claim(samples.BANK, TASKS, samples.NOW),
    "tasks to be reminded of": lambda db: TaskReminders(db).remind(
        samples.PURCHASER, ALL, [*TASKS, f"account_change:change-00007:{TASK_KEY}"], samples.NOW
    ),
    "a bank's breaches": lambda db: LoanQueries(db).breach_counts(ALL, "bank-7"),
    "a bank's breaches of a year": lambda db: LoanQueries(db).breach_counts(ALL, "bank-7", since=samples.NOW),
    "time that a bank held": lambda db: LoanQueries(db).bank_times(ALL, "bank-7"),
    "time that a bank held in a year": lambda db: LoanQueries(db).bank_times(ALL, "bank-7", since=samples.NOW),
    "a supplier's tasks to remind of": lambda db: TaskReminders(db).remind(
        samples.SUPPLIER, Scope(Role.SUPPLIER, "supplier-7"), TASKS, samples.NOW
    ),
    "tasks to remind of in a region": lambda db: TaskReminders(db).remind(
        samples.PURCHASER, BUREAU, TASKS, samples.NOW
    ),
    "one account change": lambda db: ChangeQueries(db).detail(ALL, "change-00007"),
    "what stands against a bank": lambda db: Cooperation(db).standing({"bank-3", "bank-7"}),
    "a contract's lock": lambda db: DatabaseRecords(db).lock_of("filing-70"),
    "a contract's open loan": lambda db: DatabaseRecords(db).open_loan_on("filing-70"),
    "earlier loans of a supplier": lambda db: DatabaseRecords(db).has_borrowed("supplier-7", "loan-00007"),
    "who may read a document": lambda db: Documents(db).readable(Scope(Role.BANK, "bank-7"), f"{7:064}"),
    "products of a region": lambda db: Products(db).list(ProductFilter(regions=frozenset({"530100"})), PAGE),
}


@pytest.mark.parametrize("name", LOOK_UPS)
async def test_what_is_looked_up_is_found_by_an_index(filled: Database, name: str) -> None:
    lines = await plans(filled, lambda: LOOK_UPS[name](filled))
    assert lines
    assert not [line for line in lines if reads_a_whole_table(line)], "\n".join(lines)


@pytest.mark.parametrize("name", [name for name in LOOK_UPS if "tasks" in name])
async def test_tasks_are_found_by_their_numbers_not_by_going_through_an_index(filled: Database, name: str) -> None:
    lines = await plans(filled, lambda: LOOK_UPS[name](filled))
    assert not [line for line in lines if line.startswith("SCAN tasks")], "\n".join(lines)
