"""There is a saved history of every way through: every end, and every kind of line that a journal can have."""

from typing import Any, get_args

from tests.replay.saved import CHANGES, LOANS, change_views, loan_updates
from zhengcaidai.messages.account_changes import CHANGE_STEPS, ChangeEvent, ChangeStage
from zhengcaidai.messages.journal import Event
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS


def _kinds(union: Any) -> set[str]:
    """Every kind that a line of that journal can be of."""
    return {str(each.model_fields["kind"].default) for each in get_args(get_args(union)[0])}


def test_every_stage_of_a_loan_and_every_kind_of_line_has_its_history() -> None:
    stages, kinds = set[str](), set[str]()
    for path in LOANS:
        for update in loan_updates(path):
            stages.add(update.view.stage)
            kinds.update(entry.event.kind for entry in update.entries)
    assert set(Stage) - stages == set()
    assert {step.name() for step in STEPS} <= _kinds(Event)
    assert _kinds(Event) - kinds == set()


def test_every_end_of_a_loan_has_a_history_that_goes_to_it() -> None:
    last = {list(loan_updates(path))[-1].view.stage for path in LOANS if any(loan_updates(path))}
    assert {stage for stage in Stage if stage.is_end} - last == set()


def test_every_stage_of_an_account_change_and_every_kind_of_line_has_its_history() -> None:
    stages, kinds = set[ChangeStage](), set[str]()
    for path in CHANGES:
        for view in change_views(path):
            stages.add(view.stage)
            kinds.update(entry.event.kind for entry in view.entries)
    assert set(ChangeStage) - stages == set()
    assert {step.name() for step in CHANGE_STEPS} <= _kinds(ChangeEvent)
    assert _kinds(ChangeEvent) - kinds == set()


def test_every_end_of_an_account_change_has_a_history_that_goes_to_it() -> None:
    last = {list(change_views(path))[-1].stage for path in CHANGES}
    assert {stage for stage in ChangeStage if stage.is_end} - last == set()
