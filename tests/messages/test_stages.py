"""The stages in the order of domain.md's life of a loan."""

import pytest

from zhengcaidai.messages.account_changes import ChangeStage
from zhengcaidai.messages.stages import Stage


def test_the_ends_are_the_last_five() -> None:
    assert [stage for stage in Stage if stage.is_end] == list(Stage)[-5:]


def test_what_comes_before_disbursement_comes_first() -> None:
    before = [stage for stage in Stage if stage.is_before_disbursement]
    assert before == list(Stage)[: len(before)]
    assert list(Stage)[len(before)] is Stage.DISBURSED


@pytest.mark.parametrize("stages", [Stage, ChangeStage])
def test_each_stage_has_a_name_of_its_own_for_clerks(stages: type[Stage] | type[ChangeStage]) -> None:
    titles = [stage.title_zh for stage in stages]
    assert all(titles)
    assert len(set(titles)) == len(titles)
