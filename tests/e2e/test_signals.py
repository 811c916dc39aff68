"""Banks and bureaus that deliver asynchronously: the same steps as Signals, through a Temporal client of their own."""

from typing import Any

from temporalio.client import Client

from tests.e2e.books import books_agree
from tests.e2e.driving import KUNMING, LUOYANG, Driven, driven
from tests.e2e.outside import Outside
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Accept, Approve, Reject, RequestMaterials, Step, TakenStep
from zhengcaidai.sandbox.people import People
from zhengcaidai.temporal import loan_workflow_id

BANK = Principal(user_id="core-system", organisation_id="bank-one", role=Role.BANK)


async def _signal(temporal: Client, loan: Driven, step: Step, by: Principal = BANK, key: str | None = None) -> None:
    kind: Any = type(step)
    name = str(step.model_dump()["kind"])
    handle = temporal.get_workflow_handle(loan_workflow_id(loan.loan_id))
    await handle.signal(name, TakenStep[kind](step=step, by=by, key=key or f"{loan.loan_id}:signal:{name}"))


async def test_the_bank_decides_by_signal_and_the_loan_goes_on(
    people: People, temporal: Client, outside: Outside
) -> None:
    loan = await driven(people, LUOYANG, to=Stage.VERIFIED)
    await _signal(temporal, loan, Accept())
    await loan.reaches(Stage.ACCEPTED)
    await _signal(temporal, loan, RequestMaterials(items=("近一年纳税证明",), reason="核实履约能力"))
    await loan.reaches(Stage.MATERIALS_REQUESTED)
    await loan.supply()
    approval = await loan.offer()
    await _signal(temporal, loan, approval)
    await _signal(temporal, loan, approval)
    await loan.reaches(Stage.APPROVED)
    assert [each["kind"] for each in await loan.timeline()].count(Approve.name()) == 1
    await loan.home()
    await books_agree(outside, loan)


async def test_a_signal_that_is_not_allowed_is_on_record_and_changes_nothing(people: People, temporal: Client) -> None:
    loan = await driven(people, KUNMING, to=Stage.VERIFIED)
    other_bank = BANK.model_copy(update={"organisation_id": "bank-two"})
    await _signal(temporal, loan, Reject(reason="拒绝"), by=other_bank, key="from-another-bank")
    await _signal(temporal, loan, await loan.offer(), key="before-it-was-accepted")
    handle = temporal.get_workflow_handle(loan_workflow_id(loan.loan_id))
    await handle.signal("accept", {"nothing": "that can be read"})

    found = await loan.cast.operator.until(
        f"/v1/loans/{loan.loan_id}/timeline",
        lambda answer: sum(each["kind"] == "step_refused" for each in answer["items"]) == 3,
        "three refusals are on record",
    )
    refused = [each["event"]["problem"]["type"] for each in found["items"] if each["kind"] == "step_refused"]
    assert refused == ["wrong-party", "wrong-stage", "invalid-input"]
    assert (await loan.seen())["stage"] == Stage.VERIFIED
    await loan.step(loan.cast.bank, Accept())
    await loan.reaches(Stage.ACCEPTED)
