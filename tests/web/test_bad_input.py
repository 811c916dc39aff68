"""Bad input: every field of every step with wrong type, too large, wrong party, wrong stage, another tenant's loan.

Generated from the steps' own fields, so that a new step or field is tried without a line here. Always a clear problem, and
nothing changes: no line in the journal, no update in Temporal's history.
"""

import enum
import types
import typing
from collections.abc import AsyncIterator, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from temporalio.client import Client

from tests.web.loans import Loan, applied
from tests.web.papers import pdf
from tests.web.running import Api, acting, problem_of
from zhengcaidai.messages.account_changes import CHANGE_STEPS
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, Step
from zhengcaidai.rules.stages import ALLOWED
from zhengcaidai.temporal import connect, loan_workflow_id
from zhengcaidai.web.bodies import hyphenated, kind_of, step_body
from zhengcaidai.web.examples import STEP_BODIES

_LONG = "长" * 5000
_ROLES = (Role.SUPPLIER, Role.BANK, Role.PURCHASER, Role.FINANCE_BUREAU, Role.TREASURY, Role.OPERATOR)


def wrong_values(info: FieldInfo) -> Iterator[Any]:
    """Values that a field of that type must not take."""
    yield from _wrong_for(info.annotation, may_be_null=False)


def _wrong_for(annotation: Any, *, may_be_null: bool) -> Iterator[Any]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        (inner,) = [each for each in arguments if each is not type(None)]
        yield from _wrong_for(inner, may_be_null=True)
        return
    if origin is typing.Annotated:
        yield from _wrong_for(arguments[0], may_be_null=may_be_null)
        return
    if not may_be_null:
        yield None
    yield {"surprise": 1}
    if origin is tuple:
        yield from ("text", 7, [None], [{}], ["x"] * 21, [7])
    elif annotation is bool:
        yield from (0, 1, "true", "yes", [])
    elif annotation is int:
        yield from ("1", 1.5, True, -1, 10**16, 10**400, [])
    elif annotation is Decimal:
        yield from ("two per cent", 2, -0.01, "0.123456789", "NaN", "Infinity", True, [])
    elif annotation is date:
        yield from (0, 20260918, "18.9.2026", "2026-02-30", "2026-09-18T10:00:00", True, [])
    elif isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        yield from ("unheard-of", 1, True, "", [])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from ("text", 7, [], {})
    else:
        assert annotation is str, annotation
        yield from (7, True, _LONG, ["x"], 6222020000001234567)


_STEPS = [pytest.param(step, id=kind_of(step)) for step in (*STEPS, *CHANGE_STEPS)]


def _path(step: type[Step], loan: Loan) -> str:
    room = "loans" if step in STEPS else "account-changes"
    return f"/v1/{room}/{loan.loan_id}/{hyphenated(step)}"


@pytest.fixture(scope="module")
async def loan(api: Api) -> AsyncIterator[Loan]:
    """A verified loan, which is as it was when all have tried."""
    loan = await applied(api)
    await loan.at("verified")
    before = await _traces(api, loan)
    assert before == (0, ["submitted"], "verified")
    yield loan
    assert await _traces(api, loan) == before


async def _traces(api: Api, loan: Loan) -> tuple[int, list[str], str]:
    """What parties leave behind: updates in Temporal's history, lines in the journal. Clock and calendars go on meanwhile."""
    client: Client = await connect(api.settings)
    history = await client.get_workflow_handle(loan_workflow_id(loan.loan_id)).fetch_history()
    updates = [each for each in history.events if each.HasField("workflow_execution_update_accepted_event_attributes")]
    lines = [each["kind"] for each in (await loan.page("/timeline"))["items"] if each["role"] != Role.SYSTEM]
    return len(updates), lines, (await loan.page())["stage"]


@pytest.mark.parametrize("step", _STEPS)
async def test_field_of_the_wrong_type_or_size(api: Api, loan: Loan, step: type[Step]) -> None:
    body, example = step_body(step), STEP_BODIES[kind_of(step)]
    by = loan.party(step.by_role[0])
    async with api.as_(by) as caller:
        for name, info in body.model_fields.items():
            for wrong in wrong_values(info):
                answer = await caller.post(_path(step, loan), {**example, name: wrong})
                problem = problem_of(answer, 422, "invalid-input")
                assert all(each["pointer"].startswith(f"#/{name}") for each in problem["errors"]), (wrong, problem)
                assert all(each["zh"] and each["en"] for each in problem["errors"])
                assert _LONG not in answer.text
            if info.is_required():
                short = {key: value for key, value in example.items() if key != name}
                problem = problem_of(await caller.post(_path(step, loan), short), 422, "invalid-input")
                assert problem["where"] == f"#/{name}"


@pytest.mark.parametrize("step", _STEPS)
async def test_field_that_is_not_there(api: Api, loan: Loan, step: type[Step]) -> None:
    example = STEP_BODIES[kind_of(step)]
    async with api.as_(loan.party(step.by_role[0])) as caller:
        for name in ("kind", "loan_id", "by", "key", "new_loan_id"):
            answer = await caller.post(_path(step, loan), {**example, name: "x"})
            assert problem_of(answer, 422, "invalid-input")["where"] == f"#/{name}"
        huge = await caller.post(_path(step, loan), {**example, "reason": "x" * 300_000})
        problem_of(huge, 413, "body-too-large")


async def _body(api: Api, loan: Loan, step: type[Step], role: Role) -> dict[str, Any]:
    """The example, its documents being ones that the party has handed in."""
    body = dict(STEP_BODIES[kind_of(step)])
    for name, value in body.items():
        if name == "documents":
            body[name] = [await api.upload(loan.party(role), pdf("bad input"))]
        elif isinstance(value, dict) and "sha256" in value:
            body[name] = await api.upload(loan.party(role), pdf("bad input"))
    return body


@pytest.mark.parametrize("step", [case for case in _STEPS if case.values[0] in STEPS])
async def test_wrong_party(api: Api, loan: Loan, step: type[Step]) -> None:
    for role in _ROLES:
        if role in step.by_role:
            continue
        answer = await loan.step(role, hyphenated(step), await _body(api, loan, step, role))
        assert problem_of(answer, 403, "wrong-party")["right"] == " / ".join(step.by_role)


@pytest.mark.parametrize("step", [case for case in _STEPS if case.values[0] in STEPS])
async def test_wrong_stage(api: Api, loan: Loan, step: type[Step]) -> None:
    if Stage.VERIFIED in ALLOWED[step]:
        return
    role = step.by_role[0]
    answer = await loan.step(role, hyphenated(step), await _body(api, loan, step, role))
    problem = problem_of(answer, 409, "wrong-stage")
    assert problem["where"] == "stage"
    assert problem["right"].split(" / ") == [stage.value for stage in Stage if stage in ALLOWED[step]]


@pytest.mark.parametrize("step", _STEPS)
async def test_another_tenants_loan(api: Api, loan: Loan, step: type[Step]) -> None:
    for role in step.by_role:
        if role is Role.OPERATOR:
            continue
        other = {Role.FINANCE_BUREAU: "bureau-410300", Role.TREASURY: "treasury-410300"}.get(role, "nobody-else")
        by = acting(role).model_copy(update={"organisation_id": other})
        answer = await api.post(by, _path(step, loan), STEP_BODIES[kind_of(step)])
        problem_of(answer, 404, "not-found")


@pytest.mark.parametrize("number", ["..", "%2e%2e", "a b", "x" * 81, "贷款", "L1%00", "L1;drop", "-L1"])
async def test_numbers_that_are_none(api: Api, number: str) -> None:
    answer = await api.post(acting(Role.BANK), f"/v1/loans/{number}/accept")
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"
