"""Bad input: every field of every step with wrong type, too large, wrong party, wrong stage, another tenant's loan.

Generated from the steps' own fields, so that a new step or field is tried without a line here. Always a clear problem, and
nothing changes, of a loan or of an account change: no line in the journal, no update in Temporal's history.
"""

import enum
import types
import typing
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from temporalio.client import Client

from tests.waiting import eventually_async
from tests.web.loans import Loan, applied
from tests.web.papers import pdf
from tests.web.running import BANK, OPERATOR, Api, acting, problem_of
from tests.web.test_account_changes import asked, opened
from zhengcaidai.messages.account_changes import CHANGE_STEPS, CancelChange, ChangeStage
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, Step
from zhengcaidai.rules.account_changes import CHANGE_ALLOWED
from zhengcaidai.rules.stages import ALLOWED
from zhengcaidai.temporal import change_workflow_id, connect, loan_workflow_id
from zhengcaidai.web.bodies import step_body
from zhengcaidai.web.examples import STEP_BODIES

pytestmark = pytest.mark.xdist_group("bad-input")
"""In one worker of a distributed run: the loans that all try are made once."""

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


_STEPS = [pytest.param(step, id=step.name()) for step in (*STEPS, *CHANGE_STEPS)]


@dataclass(frozen=True)
class Target:
    """A loan or an account change that stands somewhere, and its parties."""

    loan: Loan
    address: str
    workflow_id: str
    journal: str
    """The part of the address under which its lines are."""

    def party(self, role: Role) -> Principal:
        return self.loan.party(role)

    def path(self, step: type[Step]) -> str:
        return f"{self.address}/{step.hyphenated()}"

    async def step(self, role: Role, step: type[Step]) -> httpx.Response:
        """The step's example, its documents being ones that the party has handed in."""
        api, body = self.loan.api, dict(STEP_BODIES[step.name()])
        for name, value in body.items():
            if name == "documents":
                body[name] = [await api.upload(self.party(role), pdf("bad input"))]
            elif isinstance(value, dict) and "sha256" in value:
                body[name] = await api.upload(self.party(role), pdf("bad input"))
        return await api.post(self.party(role), self.path(step), body)

    async def traces(self) -> tuple[int, list[str], str]:
        """What parties leave behind: updates in Temporal's history, lines in the journal, where it stands.

        Clock and calendars go on meanwhile.
        """
        client: Client = await connect(self.loan.api.settings)
        history = await client.get_workflow_handle(self.workflow_id).fetch_history()
        updates = [
            each for each in history.events if each.HasField("workflow_execution_update_accepted_event_attributes")
        ]
        page = await self._page("")
        lines = (await self._page(self.journal))["items"] if self.journal else page["entries"]
        kinds = [
            each["kind"] if self.journal else each["event"]["kind"]
            for each in lines
            if (each if self.journal else each["by"])["role"] != Role.SYSTEM
        ]
        return len(updates), kinds, page["stage"]

    async def _page(self, part: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.loan.api.get(OPERATOR, f"{self.address}{part}")).json()
        return found


def _loan_target(loan: Loan) -> Target:
    return Target(loan, f"/v1/loans/{loan.loan_id}", loan_workflow_id(loan.loan_id), "/timeline")


def _change_target(loan: Loan, address: str) -> Target:
    return Target(loan, address, change_workflow_id(address.rpartition("/")[2]), "")


@asynccontextmanager
async def _unchanged(target: Target, expected: tuple[int, list[str], str]) -> AsyncIterator[Target]:
    """It is when all have tried as it was before."""
    assert await target.traces() == expected
    yield target
    assert await target.traces() == expected


@pytest.fixture(scope="module")
async def verified(api: Api) -> AsyncIterator[Target]:
    """A loan that waits for its bank."""
    loan = await applied(api)
    await loan.at("verified")
    async with _unchanged(_loan_target(loan), (0, ["submitted"], "verified")) as target:
        yield target


@pytest.fixture(scope="module")
async def rejected(api: Api) -> AsyncIterator[Target]:
    """A loan that has ended."""
    loan = await applied(api)
    await loan.at("verified")
    await loan.done(Role.BANK, "reject", {"reason": "不符合授信政策"})
    await loan.at("rejected")
    async with _unchanged(_loan_target(loan), (1, ["submitted", "reject"], "rejected")) as target:
        yield target


@pytest.fixture(scope="module")
async def drafted(api: Api) -> AsyncIterator[Target]:
    """An account change that needs all three: asked for on a court's order, of an account that is locked to a loan."""
    loan = await applied(api, "410300", filed=True)
    await loan.at("verified")
    assert loan.sample.contract is not None
    await loan.done(Role.BANK, "accept")
    designated = loan.sample.contract.collection_account.model_dump(mode="json")
    await loan.done(Role.BANK, "approve", loan.offer(designated_account=designated))
    await loan.done(Role.SUPPLIER, "sign", {"agreement_number": "LY-1"})
    await loan.at("disbursed")
    order = {"order_number": "（2026）示例执1号", "court": "示例区人民法院"}
    await loan.done(Role.FINANCE_BUREAU, "record-court-freeze", order)
    await loan.until("", lambda page: page["frozen"])
    asked_for = await asked(api, loan.sample)
    assert asked_for.status_code == 201, asked_for.text
    async with _unchanged(_change_target(loan, asked_for.headers["location"]), (0, [], "draft")) as target:
        yield target


@pytest.fixture(scope="module")
async def cancelled(api: Api) -> AsyncIterator[Target]:
    """An account change that has ended."""
    sample, address = await opened(api)
    target = _change_target(Loan(api, sample, "", "420105", BANK), address)
    assert (await target.step(Role.SUPPLIER, CancelChange)).status_code == 200

    async def is_written_down() -> bool:
        return (await target.traces())[2] == "cancelled"

    await eventually_async(is_written_down)
    async with _unchanged(target, (1, ["cancel_change"], "cancelled")) as target:
        yield target


@pytest.fixture
def target(verified: Target, drafted: Target, step: type[Step]) -> Target:
    """Where the step would be taken, were it right."""
    return verified if step in STEPS else drafted


@pytest.mark.parametrize("step", _STEPS)
async def test_field_of_the_wrong_type_or_size(api: Api, target: Target, step: type[Step]) -> None:
    body, example = step_body(step), STEP_BODIES[step.name()]
    async with api.as_(target.party(step.by_role[0])) as caller:
        for name, info in body.model_fields.items():
            for wrong in wrong_values(info):
                answer = await caller.post(target.path(step), {**example, name: wrong})
                problem = problem_of(answer, 422, "invalid-input")
                assert all(each["pointer"].startswith(f"#/{name}") for each in problem["errors"]), (wrong, problem)
                assert all(each["zh"] and each["en"] for each in problem["errors"])
                assert _LONG not in answer.text
            if info.is_required():
                short = {key: value for key, value in example.items() if key != name}
                problem = problem_of(await caller.post(target.path(step), short), 422, "invalid-input")
                assert problem["where"] == f"#/{name}"


@pytest.mark.parametrize("step", _STEPS)
async def test_field_that_is_not_there(api: Api, target: Target, step: type[Step]) -> None:
    example = STEP_BODIES[step.name()]
    async with api.as_(target.party(step.by_role[0])) as caller:
        for name in ("kind", "loan_id", "by", "key", "new_loan_id"):
            answer = await caller.post(target.path(step), {**example, name: "x"})
            assert problem_of(answer, 422, "invalid-input")["where"] == f"#/{name}"
        huge = await caller.post(target.path(step), {**example, "reason": "x" * 300_000})
        problem_of(huge, 413, "body-too-large")


@pytest.mark.parametrize("step", _STEPS)
async def test_wrong_party(target: Target, step: type[Step]) -> None:
    for role in _ROLES:
        if role in step.by_role:
            continue
        answer = await target.step(role, step)
        assert problem_of(answer, 403, "wrong-party")["right"] == " / ".join(step.by_role)


def _wrong_places() -> Iterator[Any]:
    """Each step with something that stands where the step is wrong; every step has one at least."""
    for step in STEPS:
        if Stage.VERIFIED not in ALLOWED[step]:
            yield pytest.param(step, "verified", id=f"{step.name()}-verified")
        if Stage.REJECTED not in ALLOWED[step]:
            yield pytest.param(step, "rejected", id=f"{step.name()}-rejected")
    for step in CHANGE_STEPS:
        if ChangeStage.DRAFT not in CHANGE_ALLOWED[step]:
            yield pytest.param(step, "drafted", id=f"{step.name()}-drafted")
        if Role.BANK not in step.by_role:  # a change that needs no bank's consent is nothing that a bank sees
            yield pytest.param(step, "cancelled", id=f"{step.name()}-cancelled")


def test_every_step_is_tried_where_it_is_wrong() -> None:
    assert {case.values[0] for case in _wrong_places()} == {*STEPS, *CHANGE_STEPS}


@pytest.mark.parametrize(("step", "where"), [*_wrong_places()])
async def test_wrong_stage(
    verified: Target, rejected: Target, drafted: Target, cancelled: Target, step: type[Step], where: str
) -> None:
    places = {"verified": verified, "rejected": rejected, "drafted": drafted, "cancelled": cancelled}
    problem = problem_of(await places[where].step(step.by_role[0], step), 409, "wrong-stage")
    assert problem["where"] == "stage"
    if where in {"verified", "drafted"}:  # in what has ended nothing is right any more
        allowed = [each.value for each in Stage if each in ALLOWED.get(step, ())]
        allowed += [each.value for each in ChangeStage if each in CHANGE_ALLOWED.get(step, ())]
        assert problem["right"].split(" / ") == allowed


@pytest.mark.parametrize("step", _STEPS)
async def test_another_tenants_loan(api: Api, target: Target, step: type[Step]) -> None:
    for role in step.by_role:
        if role is Role.OPERATOR:
            continue
        other = {Role.FINANCE_BUREAU: "bureau-420100", Role.TREASURY: "treasury-420100"}.get(role, "nobody-else")
        by = acting(role).model_copy(update={"organisation_id": other})
        answer = await api.post(by, target.path(step), STEP_BODIES[step.name()])
        problem_of(answer, 404, "not-found")


@pytest.mark.parametrize("number", ["..", "%2e%2e", "a b", "x" * 81, "贷款", "L1%00", "L1;drop", "-L1"])
async def test_numbers_that_are_none(api: Api, number: str) -> None:
    answer = await api.post(acting(Role.BANK), f"/v1/loans/{number}/accept")
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"
