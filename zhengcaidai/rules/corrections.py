"""更正起算日: which run of a clock is meant, and whether its start can still be corrected.

Only a run that is open: one that was met or missed and closed is never rewritten. And only one whose last day is counted
from its start (law/civil-code-201): where a document names the day (a contract's payment, an instalment, an offer's end), no
start moves it (law/civil-code-204).
"""

from collections.abc import Iterable

from zhengcaidai.errors import InvalidInput, WrongStage
from zhengcaidai.messages.clocks import ClockId, Deadline, Mark, Milestone, RunOfClock
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.steps import CorrectClockStart, DecideClockCorrection, Step
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["begun_in", "check_correction", "check_not_before_application", "run_to_correct"]


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


def begun_in(clock: ClockId, loan: Loan, rules: RulesInForce) -> list[Mark]:
    """What has started that clock, as often as it did."""
    every = (*rules.profile.clocks, *rules.platform_clocks)
    starts = {start for rule in every if rule.clock is clock for start in rule.starts}
    if clock is ClockId.PRODUCT_PROMISE:
        starts = {Milestone.ACCEPTED}
    return [mark for mark in loan.timeline.marks if mark.milestone in starts]


def check_not_before_application(step: CorrectClockStart, loan: Loan, rules: RulesInForce) -> None:
    """What happened here did not begin before the application; what came before it (an award) may have. Raises InvalidInput."""
    submitted = shanghai_date(loan.timeline.marks[0].at)
    came_before = any(shanghai_date(mark.at) < submitted for mark in begun_in(step.clock, loan, rules))
    if step.corrected_on < submitted and not came_before:
        raise InvalidInput(
            f"起算日不能早于申请之日 {submitted}。",
            f"The clock cannot have started before the application on {submitted}.",
            where="corrected_on",
            right=f"≥ {submitted}",
        )
