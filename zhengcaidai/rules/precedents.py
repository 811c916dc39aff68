"""Who did what when (先办情况): of two people who act at once, the second is told what the first has done.

A colleague is named; of another organisation, no more than role and organisation.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from zhengcaidai.errors import Conflict, InvalidInput, WrongStage
from zhengcaidai.messages import steps
from zhengcaidai.messages.account_changes import ChangeEntry
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.wording import moment_words

__all__ = ["Done", "done_before", "is_repeat_of", "noted", "second_told"]

Done = Mapping[tuple[str, str], Entry]
"""The last step of each kind and, where steps of that kind have one, number."""

_EITHER: dict[type[Step], type[Step]] = {
    steps.ClearFraud: steps.ConfirmFraud,
    steps.ConfirmFraud: steps.ClearFraud,
}
"""Two steps that answer the same question: done the one way, it cannot be done the other."""


def noted(done: Done, entry: Entry) -> Done:
    """With one more line of the journal."""
    return {**done, _place(entry.event, entry.by): entry} if isinstance(entry.event, Step) else done


def done_before(done: Done, step: Step, by: Principal) -> Entry | None:
    """The same thing, as it was done last; None if it never was."""
    kind, number = _place(step, by)
    other = _EITHER.get(type(step))
    found = [done.get((kind, number)), done.get((other.name(), number)) if other else None]
    return max((each for each in found if each), key=lambda entry: entry.sequence, default=None)


def is_repeat_of(known: object, step: Step) -> bool:
    """Whether a step that came under a used key, or number, is the one that came first. Raises Conflict: it is another."""
    if known == step:
        return True
    raise Conflict(
        f"“{step.title_zh}”已按另一内容办理，不能更改。",
        "This was done already, with other content, and cannot be changed.",
        where="body",
    )


@contextmanager
def second_told(first: Entry | ChangeEntry | None, by: Principal) -> Iterator[None]:
    """Within it, a refusal because of how things stand says as well who brought them there, and when."""
    try:
        yield
    except (WrongStage, Conflict, InvalidInput) as refusal:
        if first is None or (isinstance(refusal, InvalidInput) and not isinstance(first.event, steps.LiftCourtFreeze)):
            raise  # a value is wrong by itself; only a freeze that is not there may have been lifted by another
        zh, en = _words(first, by)
        problem = refusal.problem
        raise refusal.of(problem.model_copy(update={"zh": problem.zh + zh, "en": f"{problem.en} {en}"})) from refusal


def _words(first: Entry | ChangeEntry, by: Principal) -> tuple[str, str]:
    event, moment = first.event, moment_words(first.at)
    if not isinstance(event, Step):
        return f"系统于 {moment} 将其转入此环节。", f"The engine brought it there at {moment}."
    did = first.by
    if (did.organisation_id, did.role) == (by.organisation_id, by.role):
        who_zh, who_en = f"本单位 {did.user_id} ", f"{did.user_id} of your organisation"
    else:
        role = did.role.replace("_", " ")
        who_zh, who_en = f"{did.role.title_zh}（{did.organisation_id}）", f"the {role} ({did.organisation_id})"
    kind = event.name().replace("_", " ")
    return (
        f"此前{who_zh}于 {moment} 办理了“{event.title_zh}”。",
        f"Before that, {who_en} did “{kind}” at {moment}.",
    )


def _place(event: Step, by: Principal) -> tuple[str, str]:
    match event:
        case steps.ReportStoppedPayment(check_id=number):  # every treasury numbers its own checks
            return event.name(), f"{by.organisation_id}:{number}"
        case (
            steps.FileFundUsePlan(plan_number=number)
            | steps.PostPayment(payment_id=number)
            | steps.ReturnPayment(return_id=number)
            | steps.RecordCourtFreeze(order_number=number)
            | steps.LiftCourtFreeze(order_number=number)
        ):
            return event.name(), number
        case steps.DecideClockCorrection(clock=clock):
            return event.name(), clock.value
        case _:
            return event.name(), ""
