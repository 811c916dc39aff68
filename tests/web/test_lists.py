"""Lists show each party its own, page by page, and another tenant's loan is no loan at all."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP
from uuid import uuid4

import pytest

from tests.rules import loans as borrowing
from tests.rules.loans import PATHS, TODAY, folded, journal
from tests.store import samples
from tests.web.running import BANK, BUREAU, OPERATOR, OTHER_BANK, PURCHASER, SUPPLIER, TREASURY, Api, problem_of
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.facts import Disbursed
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, FileFundUsePlan
from zhengcaidai.registers.calendars import newest
from zhengcaidai.rules.views import loan_view
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.store.records import DatabaseRecords

Recording = Callable[..., Awaitable[str]]


@pytest.fixture
def recorded(records: DatabaseRecords) -> Recording:
    """Record a loan with some of its view changed; returns its number."""

    async def record(**changed: object) -> str:
        loan_id = f"L-{uuid4()}"
        parties = {
            "supplier_id": SUPPLIER.organisation_id,
            "bank_id": BANK.organisation_id,
            "purchaser_id": PURCHASER.organisation_id,
        }
        view = samples.view(loan_id).model_copy(update={**parties, **changed})
        task = samples.task("accept", "reject", organisation_id=BANK.organisation_id, due_at=view.next_due_at)
        plan = FileFundUsePlan(
            plan_number="P1", amount_fen=100, pay_on=samples.NOW.date(), account_number=samples.ACCOUNT.number
        )
        await records.record(
            samples.update(
                view,
                tasks=(task,),
                deadlines=(samples.deadline(calendar_version=newest_version()),),
                entries=(samples.submitted(loan_id), samples.entry(2, plan, PURCHASER)),
                locked_account=samples.ACCOUNT,
            )
        )
        return loan_id

    return record


def newest_version() -> str:
    edition = newest(2026)
    assert edition is not None
    return edition.version


async def _all(api: Api, by: Principal, query: str) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        answer = await api.get(by, f"/v1/loans?limit=3&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [each["loan_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def test_pages_show_every_loan_once_the_newest_first(lonely: Api, recorded: Recording) -> None:
    bank = Principal(user_id="li", organisation_id=f"bank-{uuid4()}", role=Role.BANK)
    wanted = [
        await recorded(bank_id=bank.organisation_id, submitted_at=samples.NOW + timedelta(minutes=number // 2))
        for number in range(8)
    ]
    found = await _all(lonely, bank, "")
    assert sorted(found) == sorted(wanted)
    assert set(found[:2]) == set(wanted[-2:])


@pytest.mark.parametrize(
    ("query", "changed"),
    [
        ("stage=approved", {"stage": Stage.APPROVED}),
        ("region=420100", {"region": "420105"}),
        ("bank_id={bank}", {}),
        ("awaited=treasury", {"awaited": (Role.TREASURY, Role.BANK)}),
        ("breached=true", {"breaches": 2}),
        ("overdue=true", {"overdue": True}),
        ("due_before=2026-09-19T00:00:00%2B08:00", {"next_due_at": samples.NOW}),
    ],
)
async def test_filters(lonely: Api, recorded: Recording, query: str, changed: dict[str, object]) -> None:
    bank = Principal(user_id="li", organisation_id=f"bank-{uuid4()}", role=Role.BANK)
    wanted = await recorded(bank_id=bank.organisation_id, **changed)
    other = await recorded(bank_id=bank.organisation_id, region="410300", next_due_at=samples.NOW + timedelta(days=9))
    found = await _all(lonely, bank, query.format(bank=bank.organisation_id))
    assert wanted in found
    assert (other in found) == query.startswith("bank_id")


async def test_each_party_sees_its_own(lonely: Api, recorded: Recording) -> None:
    loan_id = await recorded()
    for party in (SUPPLIER, BANK, PURCHASER, BUREAU, TREASURY, OPERATOR):
        answer = await lonely.get(party, f"/v1/loans/{loan_id}")
        assert answer.status_code == 200
        assert answer.json()["stage_title"] == "已提交"
        assert answer.json()["tasks"][0]["actions"] == ["accept", "reject"]


def _elsewhere(by: Principal) -> Principal:
    other = {Role.FINANCE_BUREAU: "bureau-410300", Role.TREASURY: "treasury-410300"}.get(by.role, "nobody-else")
    return by.model_copy(update={"organisation_id": other})


async def test_another_tenants_loan_is_no_loan(lonely: Api, recorded: Recording) -> None:
    """Not its page, not its papers, not one of its steps: as if it did not exist."""
    loan_id = await recorded()
    pages = ("", "/timeline", "/deadlines", "/documents", "/deal-sheet.pdf", "/settlement-certificate.html")
    for by in map(_elsewhere, (SUPPLIER, BANK, PURCHASER, BUREAU, TREASURY)):
        for page in pages:
            unknown = problem_of(await lonely.get(by, f"/v1/loans/NONE{page}"), 404, "not-found")
            there = problem_of(await lonely.get(by, f"/v1/loans/{loan_id}{page}"), 404, "not-found")
            assert there["detail"].replace(loan_id, "NONE") == unknown["detail"]
        assert loan_id not in await _all(lonely, by, "")


async def test_bureau_above_sees_the_regions_below(lonely: Api, recorded: Recording) -> None:
    loan_id = await recorded(region="420105")
    for organisation, sees in (
        ("bureau-420105", True),
        ("bureau-420100", True),
        ("bureau-420000", True),
        ("bureau-410300", False),
        ("bureau-", False),
        ("420105", False),
        ("treasury-420105", False),
    ):
        by = Principal(user_id="x", organisation_id=organisation, role=Role.FINANCE_BUREAU)
        assert ((await lonely.get(by, f"/v1/loans/{loan_id}")).status_code == 200) is sees, organisation


async def test_numbers_are_masked_for_whoever_need_not_know_them(lonely: Api, recorded: Recording) -> None:
    loan_id = await recorded()
    number, mobile = samples.ACCOUNT.number, "13800001234"
    for party, sees_account, sees_mobile in (
        (SUPPLIER, True, True),
        (BANK, True, True),
        (PURCHASER, True, False),
        (TREASURY, True, False),
        (BUREAU, False, False),
        (OPERATOR, False, False),
    ):
        page = await lonely.get(party, f"/v1/loans/{loan_id}")
        timeline = await lonely.get(party, f"/v1/loans/{loan_id}/timeline")
        assert timeline.status_code == 200, timeline.text
        assert (number in page.text) is sees_account
        assert (number in timeline.text) is sees_account
        assert (mobile in timeline.text) is sees_mobile


async def test_timeline_says_who_did_what(lonely: Api, recorded: Recording) -> None:
    loan_id = await recorded()
    entries = (await lonely.get(BANK, f"/v1/loans/{loan_id}/timeline")).json()["items"]
    assert [(each["sequence"], each["kind"], each["role"], each["title_zh"]) for each in entries] == [
        (1, "submitted", "supplier", "提交申请"),
        (2, "file_fund_use_plan", "purchaser", "申报用款计划"),
    ]
    assert "1.00" in entries[1]["note_zh"]
    assert all(each["title_en"] for each in entries)
    after = (await lonely.get(BANK, f"/v1/loans/{loan_id}/timeline?after=1&limit=1")).json()
    assert [each["sequence"] for each in after["items"]] == [2]
    first = (await lonely.get(BANK, f"/v1/loans/{loan_id}/timeline?limit=1")).json()
    assert first["next_cursor"] == "1"


async def test_amounts_say_as_of_which_day_and_a_single_loans_are_of_today(
    lonely: Api, records: DatabaseRecords
) -> None:
    """2,000 yuan lent twenty days ago: in the list what was owed at the last change, on its own page what is owed now."""
    began = datetime.now(SHANGHAI).replace(hour=8) - timedelta(days=20)
    loan_id, day = f"L-{uuid4()}", began.date()
    lent = tuple(
        event.model_copy(update={"value_date": day}) if isinstance(event, Disbursed) else event
        for event in PATHS[Stage.DISBURSED]
    )
    lines = journal(*lent, asked=borrowing.application(loan_id=loan_id), began=began)
    loan = folded(lines)
    bank = Principal(user_id="li", organisation_id=f"bank-{uuid4()}", role=Role.BANK)
    view = loan_view(loan, (), (), began, lines[-1].at).model_copy(update={"bank_id": bank.organisation_id})
    recorded_then = samples.update(view, entries=lines).model_copy(update={"statement": loan.statement(day)})
    await records.record(recorded_then)

    (listed,) = (await lonely.get(bank, "/v1/loans")).json()["items"]
    assert (listed["as_of"], listed["owed_fen"]) == (str(day), 200_000)
    shown = (await lonely.get(bank, f"/v1/loans/{loan_id}")).json()
    today = day + timedelta(days=20)
    assert loan.offer is not None
    interest = int((200_000 * loan.offer.annual_rate * 20 / 360).to_integral_value(ROUND_HALF_UP))
    assert interest > 0
    assert (shown["as_of"], shown["owed_fen"]) == (str(today), 200_000 + interest)
    statement = shown["statement"]
    assert (statement["as_of"], statement["interest_fen"]) == (str(today), interest)


async def test_amounts_of_a_loan_whose_clock_was_moved_ahead_are_of_its_own_day(
    lonely: Api, records: DatabaseRecords
) -> None:
    began = datetime.now(SHANGHAI).replace(hour=8) + timedelta(days=100)
    loan_id = f"L-{uuid4()}"
    lines = journal(*PATHS[Stage.DISBURSED], asked=borrowing.application(loan_id=loan_id), began=began)
    loan = folded(lines)
    view = loan_view(loan, (), (), began, lines[-1].at).model_copy(update={"bank_id": BANK.organisation_id})
    await records.record(samples.update(view, entries=lines).model_copy(update={"statement": loan.statement(TODAY)}))
    shown = (await lonely.get(BANK, f"/v1/loans/{loan_id}")).json()
    assert shown["as_of"] == shown["statement"]["as_of"] == str(began.date())


@pytest.mark.clause("kunming/4.2")
async def test_deadline_is_explained_under_the_calendar_that_it_was_counted_with(
    lonely: Api, recorded: Recording
) -> None:
    loan_id = await recorded()
    (found,) = (await lonely.get(BANK, f"/v1/loans/{loan_id}/deadlines")).json()["items"]
    assert (found["clock"], found["breached"]) == (ClockId.FINANCING, False)
    assert "① 9月18日（周五）" in found["explanation_zh"]
    assert [day["date"] for day in found["days"]][-1] == found["due_date"]


async def test_inbox_says_where_to_answer(lonely: Api, recorded: Recording) -> None:
    loan_id = await recorded()
    items = (await lonely.get(BANK, "/v1/tasks?limit=200")).json()["items"]
    mine = next(each for each in items if each["subject_id"] == loan_id)
    assert mine["actions"] == [
        {"action": "accept", "href": f"/v1/loans/{loan_id}/accept"},
        {"action": "reject", "href": f"/v1/loans/{loan_id}/reject"},
    ]
    assert mine["loan"]["loan_id"] == loan_id
    strangers = (await lonely.get(OTHER_BANK, "/v1/tasks?limit=200")).json()["items"]
    assert loan_id not in [each["subject_id"] for each in strangers]


async def test_every_action_of_a_task_is_an_address(lonely: Api) -> None:
    async with lonely.anybody() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    for step in STEPS:
        assert f"/v1/loans/{{loan_id}}/{step.hyphenated()}" in paths


async def test_papers_that_are_not_there_yet(lonely: Api, recorded: Recording) -> None:
    loan_id = await recorded()
    for paper, stage in (("deal-sheet", "disbursed"), ("settlement-certificate", "settled")):
        for form in ("html", "pdf"):
            answer = await lonely.get(BANK, f"/v1/loans/{loan_id}/{paper}.{form}")
            assert problem_of(answer, 409, "wrong-stage")["right"] == stage
