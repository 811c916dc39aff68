"""When a clock started, paused, went on and ended: read off the append-only events (时限的起、停、续、止)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from zhengcaidai.messages.clocks import ClockRule, Mark, Milestone, Timeline
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["Pause", "Run", "marks_until", "runs"]


@dataclass(frozen=True, slots=True)
class Pause:
    """停表: `resumed_at` is None while it lasts."""

    paused_at: datetime
    resumed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock, from its start to its end."""

    start: Mark
    instance: int
    started_on: date
    """The day of the start, or the corrected one."""
    corrected: bool = False
    pauses: tuple[Pause, ...] = field(default=())
    closed_at: datetime | None = None
    closed_by: Milestone | None = None

    @property
    def is_cut_short(self) -> bool:
        """The loan ended before the clock's own end came."""
        return self.closed_by is Milestone.ENDED


def marks_until(timeline: Timeline, now: datetime) -> tuple[Mark, ...]:
    """The events up to `now` in the order in which they happened, whatever the order in which they came in."""
    return tuple(sorted((mark for mark in timeline.marks if mark.at <= now), key=lambda mark: mark.at))


def runs(rule: ClockRule, timeline: Timeline, now: datetime) -> tuple[Run, ...]:
    """Every run of a clock up to `now`, by reference and in order.

    A start while a run is open changes nothing; after its end it begins the next. `Milestone.ENDED` closes every run.
    """
    marks = marks_until(timeline, now)
    references = dict.fromkeys(mark.reference for mark in marks if mark.milestone in rule.starts)
    return tuple(
        _corrected(run, rule, timeline, now) for reference in references for run in _of(rule, marks, reference)
    )


def _of(rule: ClockRule, marks: tuple[Mark, ...], reference: str) -> list[Run]:
    done: list[Run] = []
    current: Run | None = None
    for mark in marks:
        if current is not None:
            current = _after(current, rule, mark)
            if current.closed_at is not None:
                done.append(current)
                current = None
        if current is None and mark.milestone in rule.starts and mark.reference == reference:
            current = Run(start=mark, instance=len(done) + 1, started_on=shanghai_date(mark.at))
    return [*done, current] if current is not None else done


def _after(run: Run, rule: ClockRule, mark: Mark) -> Run:
    """The run after one more event; a reference on one side only is taken to mean all."""
    is_own = not mark.reference or not run.start.reference or mark.reference == run.start.reference
    if mark.milestone is Milestone.ENDED or (mark.milestone in rule.ends and is_own):
        return replace(run, closed_at=mark.at, closed_by=mark.milestone)
    paused = bool(run.pauses) and run.pauses[-1].resumed_at is None
    if mark.milestone in rule.pauses_from and is_own and not paused:
        return replace(run, pauses=(*run.pauses, Pause(mark.at)))
    if mark.milestone in rule.resumes_on and is_own and paused:
        return replace(run, pauses=(*run.pauses[:-1], Pause(run.pauses[-1].paused_at, mark.at)))
    return run


def _corrected(run: Run, rule: ClockRule, timeline: Timeline, now: datetime) -> Run:
    wanted = (rule.clock, run.start.reference, run.instance)
    found = [each for each in timeline.corrections if (each.clock, each.reference, each.instance) == wanted]
    approved = [each for each in found if each.at <= now]
    return replace(run, started_on=approved[-1].corrected_on, corrected=True) if approved else run
