"""更正起算日: which run of a clock is meant, and whether its start can still be corrected.

Only a run that is open: one that was met or missed and closed is never rewritten. And only one whose last day is counted
from its start (law/civil-code-201): where a document names the day (a contract's payment, an instalment, an offer's end), no
start moves it (law/civil-code-204).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from zhengcaidai.errors import InvalidInput, WrongStage
from zhengcaidai.messages.clocks import ClockId, Deadline, Mark, RunOfClock, Timeline
from zhengcaidai.messages.steps import CorrectClockStart, DecideClockCorrection, Step
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["check_corrected_day", "check_correction", "run_to_correct"]

_CORRECTABLE = timedelta(days=366)
"""A start further back is no slip of the pen, and may lie outside the calendar."""


def check_correction(loan: Loan, step: Step, deadlines: Iterable[Deadline]) -> None:
    """Raises WrongStage: no run of that clock can be corrected, or the one asked for has ended before it was decided."""
    match step:
        case CorrectClockStart(clock=clock):
            run_to_correct(clock, deadlines)
        case DecideClockCorrection(clock=clock, approve=True) if loan.correction is not None:
            wanted = loan.correction.run
            if not any(_run(each) == wanted for each in _open(clock, deadlines)):
                raise WrongStage(
                    f"“{clock.title_zh}”时限已经结束，不再更正；请不予批准。",
                    f"The clock {clock} has ended since it was asked for: what is met or missed is not rewritten. Decline it.",
                    where="approve",
                    right="false",
                )
        case _:
            return


def run_to_correct(clock: ClockId, deadlines: Iterable[Deadline]) -> RunOfClock:
    """The open run of that clock. Raises WrongStage: there is none, or its last day does not depend on its start."""
    running = _open(clock, deadlines)
    if not running:
        raise WrongStage(
            f"“{clock.title_zh}”时限没有在计时，不能更正。",
            f"The clock {clock} is not running; what has ended is not corrected.",
            where="clock",
        )
    counted = [each for each in running if each.limit_days is not None]
    if not counted:
        raise WrongStage(
            f"“{clock.title_zh}”的截止日由文件载明，不随起算日变动。",
            f"The last day of {clock} is named by a document; no start moves it.",
            where="clock",
        )
    return _run(counted[-1])


def _open(clock: ClockId, deadlines: Iterable[Deadline]) -> list[Deadline]:
    return [each for each in deadlines if each.clock is clock and each.status.is_open]


def _run(deadline: Deadline) -> RunOfClock:
    return RunOfClock(reference=deadline.reference, instance=deadline.instance)


def check_corrected_day(day: date, begun: Sequence[Mark], timeline: Timeline, today: date) -> None:
    """Nothing that happened here began before the application did; what came before it (an award) may have. Raises InvalidInput."""
    submitted = shanghai_date(timeline.marks[0].at)
    came_before = any(shanghai_date(mark.at) < submitted for mark in begun)
    earliest = today - _CORRECTABLE
    earliest = earliest if came_before else max(earliest, submitted)
    if not earliest <= day <= today:
        raise InvalidInput(
            "起算日只能更正为申请之日起（申请以前的事项为一年以内）至今天为止的日期。",
            "A clock's start is corrected to a day from the application on, or within the last year for what came before it, "
            "and to today at the latest.",
            where="corrected_on",
            right=f"{earliest} – {today}",
        )
