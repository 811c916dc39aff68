"""日历 in a running loan: deadlines over New Year are provisional, and a calendar that is loaded moves those that are open."""

from datetime import datetime, time, timedelta

import pytest

from tests.workflows.harness import RunningLoan, running_loan
from tests.workflows.office import Office
from tests.workflows.samples import OLD_ACCOUNT, offer, product
from tests.workflows.world import Fault, World
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear, Holiday, RestPeriod
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.records import ChangeView
from zhengcaidai.messages.stages import Stage
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date

PAPER = DocumentRef(sha256="b" * 64, media_type="application/pdf", size_bytes=10, title="纳税证明")
LATE = timedelta(minutes=1)


def _sample_of(year: int) -> CalendarYear:
    """An invented arrangement: the first ten days of the year off."""
    return CalendarYear(
        year=year,
        basis=CalendarBasis.SAMPLE,
        known_from=datetime(year - 1, 12, 1, tzinfo=SHANGHAI).date(),
        rest_periods=(
            RestPeriod(
                holidays=(Holiday.NEW_YEAR,),
                first=datetime(year, 1, 1, tzinfo=SHANGHAI).date(),
                last=datetime(year, 1, 10, tzinfo=SHANGHAI).date(),
            ),
        ),
    )


async def _before_new_year(office: Office) -> tuple[World, int]:
    """Rules as they are known before the notice for next year is out, whenever this runs."""
    today = shanghai_date(await office.now())
    world = World(product())
    world.rulebook.calendars = calendar_years(today, as_known_on=today.replace(month=1, day=1))
    return world, today.year + 1


async def _accepted_before_new_year(loan: RunningLoan, next_year: int) -> None:
    await loan.at(Stage.VERIFIED)
    calendar = await loan.calendar()
    day = calendar.working_day_before(datetime(next_year, 1, 1, tzinfo=SHANGHAI).date(), 5)
    await loan.advance_to(datetime.combine(day, time(10), SHANGHAI))
    await loan.take(steps.Accept(), loan.parties.bank)


@pytest.mark.clause("luoyang/2.4")
@pytest.mark.clause("law/holidays")
async def test_ten_working_days_over_new_year_are_provisional_until_the_calendar_is_loaded(office: Office) -> None:
    world, next_year = await _before_new_year(office)
    async with running_loan(office, region="410300", world=world) as loan:
        await _accepted_before_new_year(loan, next_year)
        before = await loan.deadline(ClockId.APPROVAL)
        assert before.provisional
        assert before.due_date.year == next_year
        await loan.handle.signal("load_calendar", _sample_of(next_year))
        (moved,) = await loan.events(facts.DeadlineMoved)
        after = await loan.deadline(ClockId.APPROVAL)
        assert (moved.clock, moved.old_due_at, moved.new_due_at) == (ClockId.APPROVAL, before.due_at, after.due_at)
        assert after.due_at > before.due_at
        assert (after.provisional, moved.provisional) == (False, False)

        await loan.advance_to(before.due_at + LATE)
        assert not await _approval_breaches(loan), "the old deadline is nobody's any more"
        await loan.advance_to(after.due_at + LATE)
        (breach,) = await _approval_breaches(loan)
        assert breach.deadline.due_at == after.due_at
        await loan.take(offer(), loan.parties.bank)
        await loan.sign()
        await loan.at(Stage.DISBURSED)


async def _approval_breaches(loan: RunningLoan) -> list[facts.Breached]:
    """The platform's limit for taking the application up has passed long before."""
    return [each for each in await loan.events(facts.Breached) if each.deadline.clock is ClockId.APPROVAL]


@pytest.mark.clause("luoyang/2.4")
async def test_a_paused_clock_is_counted_anew_and_a_closed_one_stays_as_it_was(office: Office) -> None:
    world, next_year = await _before_new_year(office)
    async with running_loan(office, region="410300", world=world) as loan:
        await _accepted_before_new_year(loan, next_year)
        await loan.take(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), loan.parties.bank)
        paused = await loan.deadline(ClockId.APPROVAL)
        signing = await loan.deadline(ClockId.CONTRACT_SIGNING)
        await loan.handle.signal("load_calendar", _sample_of(next_year))
        moved = await loan.events(facts.DeadlineMoved)
        assert {event.clock for event in moved} == {ClockId.APPROVAL, ClockId.MATERIALS_SUPPLEMENT}
        again = await loan.deadline(ClockId.APPROVAL)
        assert (again.status, again.due_at > paused.due_at) == (ClockStatus.PAUSED, True)
        assert (await loan.deadline(ClockId.CONTRACT_SIGNING)) == signing

        await loan.take(steps.SupplyMaterials(documents=(PAPER,)), loan.parties.supplier)
        await loan.take(offer(), loan.parties.bank)
        met = await loan.deadline(ClockId.APPROVAL)
        longer = _sample_of(next_year).model_copy(update={"make_up_working_days": (datetime(next_year, 1, 9).date(),)})  # noqa: DTZ001
        await loan.handle.signal("load_calendar", longer)
        assert (await loan.deadline(ClockId.APPROVAL)).due_at == met.due_at
        await loan.take(steps.Withdraw(reason="到此为止"), loan.parties.supplier)


@pytest.mark.clause("law/holidays")
async def test_the_purchasers_time_moves_too_and_says_from_when_to_when(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.to(Stage.ACCOUNT_CHANGE)
        await loan.submit_change()
        before = _sign_off(await loan.change_view(lambda view: view.stage is changes.ChangeStage.SUBMITTED))
        day_off = RestPeriod(holidays=(Holiday.MID_AUTUMN,), first=before.due_date, last=before.due_date)
        calendar = _sample_of(before.due_date.year).model_copy(update={"rest_periods": (day_off,)})
        change = loan.change_handle(next(iter(loan.world.records.changes)))
        for _ in range(2):
            await change.signal("load_calendar", calendar)
        seen = await loan.change_view(lambda view: _sign_off(view).due_at != before.due_at)
        moves = [entry.event for entry in seen.entries if isinstance(entry.event, changes.ChangeDeadlineMoved)]
        assert [(each.old_due_at, each.new_due_at) for each in moves] == [(before.due_at, _sign_off(seen).due_at)]
        assert _sign_off(seen).due_at > before.due_at
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)


async def test_an_account_change_takes_up_an_earlier_edition_again(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.to(Stage.ACCOUNT_CHANGE)
        await loan.submit_change()
        before = _sign_off(await loan.change_view(lambda view: view.stage is changes.ChangeStage.SUBMITTED))
        day_off = RestPeriod(holidays=(Holiday.MID_AUTUMN,), first=before.due_date, last=before.due_date)
        first = next(each for each in calendar_years(before.started_on) if each.year == before.due_date.year)
        other = _sample_of(before.due_date.year).model_copy(update={"rest_periods": (day_off,)})
        change = loan.change_handle(next(iter(loan.world.records.changes)))
        await change.signal("load_calendar", other)
        await loan.change_view(lambda view: _sign_off(view).due_at > before.due_at)
        await change.signal("load_calendar", first)
        await loan.change_view(lambda view: _sign_off(view).due_at == before.due_at)
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)


def _sign_off(view: ChangeView) -> Deadline:
    return next(each for each in view.deadlines if each.clock is ClockId.PURCHASER_SIGN_OFF)


async def test_a_calendar_loaded_twice_or_while_the_rules_are_on_their_way_counts_once(office: Office) -> None:
    world, next_year = await _before_new_year(office)
    world.faults["rulebook.in_force"] = Fault(down=1)
    async with running_loan(office, world=world) as loan:
        await loan.at(Stage.SUBMITTED)
        await loan.handle.signal("load_calendar", _sample_of(next_year))
        await loan.handle.signal("load_calendar", _sample_of(next_year))
        await loan.at(Stage.VERIFIED)
        assert len(await loan.events(facts.CalendarLoaded)) == 1
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


# — corrections and promises —
