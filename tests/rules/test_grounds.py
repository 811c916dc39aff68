"""A line or a task stands on a clause of its own region's text, of one above it, or on none; never on another city's."""

from typing import get_args

import pytest

from tests.rules.loans import PATHS, SAMPLES, application, lived
from zhengcaidai.messages import steps
from zhengcaidai.messages.account_changes import ChangeEvent
from zhengcaidai.messages.journal import Event
from zhengcaidai.messages.stages import Stage
from zhengcaidai.registers.loading import clause_register
from zhengcaidai.rules import grounds
from zhengcaidai.rules.grounds import ground
from zhengcaidai.rules.organisations import is_within
from zhengcaidai.rules.tasks import open_tasks

REGIONS = ("530100", "410300", "420105", "220000")


def _kinds(union: object) -> set[str]:
    return {each.model_fields["kind"].default for each in get_args(get_args(union)[0])}


def _holds_in(clause: str, region: str) -> bool:
    document = next(each for each in clause_register().documents if each.id == clause.partition("/")[0])
    return document.region == "000000" or is_within(region, document.region)


def test_every_clause_named_exists_and_holds_where_it_is_named() -> None:
    for kind, clauses in grounds._CLAUSES.items():
        assert kind == "forged" or kind in _kinds(Event) | _kinds(ChangeEvent), kind
        for region, clause in clauses.items():
            assert clause_register().knows(clause)
            assert _holds_in(clause, region), f"{clause} in {region}"


def test_a_district_names_its_own_text_before_the_provinces() -> None:
    assert ground("account_change_opened", "420105") == "hanyang/4.1.4"
    assert ground("account_change_opened", "420100") == "hubei/3.1.4"


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("stage", Stage)
def test_no_task_of_a_region_stands_on_the_text_of_another(stage: Stage, region: str) -> None:
    overlaid = (SAMPLES[steps.SuspectFraud], SAMPLES[steps.RecordCourtFreeze]) if not stage.is_end else ()
    loan = lived(*PATHS[stage], *overlaid, asked=application(region=region))
    for task in open_tasks(loan, (), None):
        assert task.clause is None or _holds_in(task.clause, region), task
