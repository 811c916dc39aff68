"""The test clock moves loans, each by itself; people and their tokens stay in today (sandbox only)."""

from datetime import datetime, time, timedelta

import pytest

from tests.web.loans import Loan, applied
from tests.web.running import OPERATOR, SUPPLIER, Api, problem_of
from zhengcaidai.messages.parties import Role
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date, working_day_calendar
from zhengcaidai.sandbox.clock import until_next_working_day

_PATH = "/sandbox/clock/advance"


@pytest.fixture
async def loan(api: Api) -> Loan:
    loan = await applied(api)
    await loan.at("verified")
    return loan


def _moved(answer: dict[str, list[dict[str, str]]]) -> tuple[datetime, datetime]:
    (clock,) = answer["loans"]
    return datetime.fromisoformat(clock["before"]), datetime.fromisoformat(clock["now"])


@pytest.mark.parametrize(("how", "by"), [({"by": "P3D"}, timedelta(days=3)), ({"hours": 5}, timedelta(hours=5))])
async def test_loan_goes_on_by_a_duration(loan: Loan, how: dict[str, object], by: timedelta) -> None:
    before, now = _moved(await loan.advance(**how))
    assert by <= now - before < by + timedelta(minutes=1)
    assert now.utcoffset() == timedelta(hours=8)


async def test_next_working_day_is_the_loans_own(loan: Loan) -> None:
    before, first = _moved(await loan.advance(to="next_working_day"))
    again, second = _moved(await loan.advance(to="next_working_day"))
    calendar = working_day_calendar(calendar_years(before.date()))
    assert first.date() == calendar.add_working_days(shanghai_date(before), 1)
    assert second.date() == calendar.add_working_days(first.date(), 1)
    assert first.time().replace(second=0, microsecond=0) == time(9)
    assert first <= again < second


async def test_nothing_is_moved_by_zero(loan: Loan) -> None:
    before, now = _moved(await loan.advance(by="PT0S"))
    assert timedelta() <= now - before < timedelta(seconds=30)


async def test_time_that_passed_counts(loan: Loan) -> None:
    """A reminder and a breach of the bank's five working days, without anybody waiting for them (kunming/4.2)."""
    await loan.done(Role.BANK, "accept")
    for _ in range(8):
        await loan.advance(to="next_working_day")
    breached = await loan.until("", lambda found: found["breaches"] == 1)
    assert breached["stage"] == "accepted"
    (deadline,) = [each for each in (await loan.page("/deadlines"))["items"] if each["clock"] == "financing"]
    assert deadline["breached"] is True


@pytest.mark.timeout(120)
async def test_loan_that_waits_for_its_account_change_makes_up_for_it(api: Api) -> None:
    """A workflow with a child under way stands still; the change's own time moves, for the purchaser's days."""
    loan = await applied(api, "410300", filed=True)
    await loan.at("verified")
    await loan.done(Role.BANK, "accept")
    await loan.done(Role.BANK, "approve", loan.offer())
    await loan.done(Role.SUPPLIER, "sign", {"agreement_number": "LY-1"})
    await loan.at("account_change")
    listed = f"/v1/account-changes?loan_id={loan.loan_id}"
    while not (found := (await api.get(loan.supplier, listed)).json()["items"]):
        pass
    moved = [await loan.advance(by="P2D") for _ in range(2)]
    for each in moved:
        (loans_clock,), (changes_clock,) = each["loans"], each["account_changes"]
        assert loans_clock["waits_for"] == [f"account-change-{found[0]['change_id']}"]
        assert _moved(each)[1] - _moved(each)[0] < timedelta(minutes=1)
        passed = datetime.fromisoformat(changes_clock["now"]) - datetime.fromisoformat(changes_clock["before"])
        assert timedelta(days=2) <= passed < timedelta(days=2, minutes=1)
    cancelled = await api.post(
        loan.supplier, f"/v1/account-changes/{found[0]['change_id']}/cancel-change", {"reason": "重新填写"}
    )
    assert cancelled.status_code == 200, cancelled.text
    begun = _moved(moved[0])[0]
    now = begun
    for _ in range(100):
        now = _moved(await loan.advance(by="PT0S"))[1]
        if now - begun > timedelta(days=3):
            break
    assert timedelta(days=4) <= now - begun < timedelta(days=4, minutes=2)


async def test_all_are_moved(loan: Loan, api: Api) -> None:
    answer = await api.post(OPERATOR, _PATH, {"all": True, "hours": 1})
    assert loan.loan_id in [each["loan_id"] for each in answer.json()["loans"]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"all": True},
        {"loan_ids": ["L1"]},
        {"by": "P1D"},
        {"all": True, "loan_ids": ["L1"], "by": "P1D"},
        {"all": True, "by": "P1D", "hours": 1},
        {"all": True, "by": "-P1D"},
        {"all": True, "by": "P4000D"},
        {"all": True, "by": "soon"},
        {"all": True, "to": "yesterday"},
        {"all": True, "hours": -1},
        {"all": "yes", "hours": 1},
    ],
    ids=str,
)
async def test_unclear_orders_are_refused(lonely: Api, body: dict[str, object]) -> None:
    problem_of(await lonely.post(OPERATOR, _PATH, body), 422, "invalid-input")


async def test_only_operators_move_it_and_only_what_runs(api: Api) -> None:
    problem_of(await api.post(SUPPLIER, _PATH, {"all": True, "by": "P1D"}), 403, "wrong-party")
    unknown = await api.post(OPERATOR, _PATH, {"loan_ids": ["NONE"], "by": "P1D"})
    problem_of(unknown, 404, "not-found")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-09-18T10:30", "2026-09-20T09:00"),  # a Friday; the Sunday after it is worked
        ("2026-09-30T23:59", "2026-10-08T09:00"),  # over National Day
        ("2026-11-23T08:00", "2026-11-24T09:00"),  # before opening on a working day: still the next one
    ],
)
def test_way_to_the_next_working_day(now: str, then: str) -> None:
    start = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    calendar = working_day_calendar(calendar_years(start.date()))
    assert start + until_next_working_day(start, calendar) == datetime.fromisoformat(then).replace(tzinfo=SHANGHAI)
