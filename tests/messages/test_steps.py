"""Every step and every fact: named once, told in words, refused when it is not what it should be, the same after a journey."""

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.rules.loans import PARTIES, SAMPLES
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts
from zhengcaidai.messages.account_changes import CHANGE_STEPS
from zhengcaidai.messages.journal import Event
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.steps import STEPS, PostPayment, Step, TakenStep

EVENTS = get_args(get_args(Event)[0])
CHANGE_EVENTS = get_args(get_args(changes.ChangeEvent)[0])
EVENT: TypeAdapter[Any] = TypeAdapter(Event)


def kind(of: Any) -> str:
    return str(of.model_fields["kind"].default)


def test_the_journal_can_hold_every_step_and_every_fact_and_nothing_else() -> None:
    assert set(EVENTS) == {*STEPS, *(getattr(facts, name) for name in facts.__all__)}
    assert set(CHANGE_STEPS) < set(CHANGE_EVENTS)


@pytest.mark.parametrize("events", [EVENTS, CHANGE_EVENTS, CHANGE_STEPS, STEPS])
def test_no_two_share_a_name(events: tuple[Any, ...]) -> None:
    assert len({kind(each) for each in events}) == len(events)


def test_a_step_goes_by_one_name_which_an_address_hyphenates() -> None:
    paid = SAMPLES[PostPayment]
    assert {paid.name(), PostPayment.name(), paid.model_dump()["kind"]} == {"post_payment"}
    assert PostPayment.hyphenated() == "post-payment"


@pytest.mark.parametrize("step", [*STEPS, *CHANGE_STEPS], ids=kind)
def test_a_step_says_whose_it_is_and_what_it_is_called(step: type[Step]) -> None:
    assert step.by_role
    assert Role.SYSTEM not in step.by_role
    assert step.title_zh
    summary = (step.__doc__ or "").partition("\n")[0]
    assert ":" in summary, "the operator reads `中文: English` beside the handler"
    assert len(summary) <= 200


@pytest.mark.clause("kunming/1.2#1")
def test_neither_the_engine_nor_its_operator_decides_for_a_party() -> None:
    by_operator = [kind(step) for step in (*STEPS, *CHANGE_STEPS) if Role.OPERATOR in step.by_role]
    assert by_operator == ["retry_disbursement"]


@pytest.mark.parametrize("step", STEPS, ids=kind)
def test_a_step_is_the_same_after_its_passage(step: type[Step]) -> None:
    sent = SAMPLES[step]
    assert EVENT.validate_json(sent.model_dump_json()) == sent
    taken = TakenStep[step](step=sent, by=PARTIES[step.by_role[0]], key="k-1")  # type: ignore[valid-type]
    assert TakenStep[step].model_validate_json(taken.model_dump_json()) == taken  # type: ignore[valid-type]


@pytest.mark.parametrize("step", STEPS, ids=kind)
def test_a_misspelt_field_is_refused_and_not_lost(step: type[Step]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        step.model_validate(SAMPLES[step].model_dump() | {"surprise": 1})


_WRONG: dict[str, tuple[Any, ...]] = {
    "str": ("", " ", "x" * 10_001, 5, None, ["x"]),
    "int": (0, -1, 1.5, "1", True, 10**16, None),
    "date": ("yesterday", "2026-02-30", None, ""),
    "Decimal": ("-0.01", "1.01", "NaN", "2%", None, "0.123456789"),
}


def _wrong_values() -> list[Any]:
    cases = []
    for step in STEPS:
        for name, field in step.model_fields.items():
            annotation = getattr(field.annotation, "__name__", "")
            if name == "kind" or not field.is_required():
                continue
            values = _WRONG.get(annotation, ("nonsense", None, 5))
            cases += [pytest.param(step, name, value, id=f"{kind(step)}-{name}-{value!r:.20}") for value in values]
    return cases


@pytest.mark.parametrize(("step", "field", "value"), _wrong_values())
def test_every_required_field_of_every_step_is_refused_when_it_is_wrong(
    step: type[Step], field: str, value: Any
) -> None:
    if step.model_fields[field].annotation is bool:
        value = "perhaps"
    with pytest.raises(ValidationError) as refused:
        step.model_validate(SAMPLES[step].model_dump() | {field: value})
    assert {error["loc"][0] for error in refused.value.errors()} == {field}
