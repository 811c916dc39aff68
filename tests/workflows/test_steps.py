"""A party's step by update and by signal: what takes, what is refused, and that a refusal changes nothing at all."""

import asyncio
from datetime import date
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import RawValue

from tests.workflows.harness import RunningLoan, refused, running_loan
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, SCAN, every_step, offer
from zhengcaidai.errors import Conflict, WrongParty, WrongStage
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import CHANGE_STEPS
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, Step, TakenStep
from zhengcaidai.rules.stages import ALLOWED

TODAY = date(2026, 11, 21)


def _principal(role: Role, organisation_id: str) -> Principal:
    return Principal(user_id=f"u-{role}", organisation_id=organisation_id, role=role)


def _wrong_parties(loan: RunningLoan, step: Step) -> list[Principal]:
    """Everybody who is of another role, and each right role in another organisation."""
    own = {
        Role.SUPPLIER: "sup-1",
        Role.BANK: "bank-kunlun",
        Role.PURCHASER: "pur-1",
        Role.FINANCE_BUREAU: "bureau-530100",
        Role.TREASURY: "treasury-530100",
        Role.OPERATOR: SYSTEM.organisation_id,
        Role.SYSTEM: SYSTEM.organisation_id,
    }
    others = [_principal(role, own[role]) for role in Role if role not in step.by_role]
    strangers = [
        _principal(role, "bureau-410300" if role is Role.FINANCE_BUREAU else "elsewhere") for role in step.by_role
    ]
    return others + strangers


async def _unchanged(loan: RunningLoan, length: int, journal: Any) -> None:
    assert await loan.history_length() == length
    assert await loan.journal() == journal


async def test_no_step_is_taken_by_another_party_or_organisation_and_none_leaves_a_trace(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        journal, length = await loan.journal(), await loan.history_length()
        samples = every_step(TODAY)
        assert [type(step) for step in samples] == list(STEPS)
        for step in samples:
            for stranger in _wrong_parties(loan, step):
                assert isinstance(await refused(loan.take(step, stranger)), WrongParty), (step, stranger)
        await _unchanged(loan, length, journal)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


@pytest.mark.parametrize("stage", [Stage.VERIFIED, Stage.APPROVED, Stage.SIGNED, Stage.DISBURSED])
async def test_no_step_is_taken_at_another_stage_and_none_leaves_a_trace(office: Office, stage: Stage) -> None:
    basis = Basis.AWARD_NOTICE if stage is Stage.SIGNED else Basis.CONTRACT
    async with running_loan(office, basis=basis) as loan:
        await loan.to(stage)
        journal, length = await loan.journal(), await loan.history_length()
        tried = 0
        for step in every_step(TODAY):
            if stage in ALLOWED[type(step)]:
                continue
            for role in step.by_role:
                refusal = await refused(loan.take(step, loan.parties.of(role)))
                assert isinstance(refusal, WrongStage), (step, refusal)
                assert {"zh", "en", "where", "right"} <= refusal.problem.model_fields_set
                tried += 1
        assert tried > 5
        await _unchanged(loan, length, journal)


@pytest.mark.clause("kunming/1.2")
async def test_a_whole_loan_by_signals_alone(office: Office) -> None:
    async with running_loan(office, basis=Basis.AWARD_NOTICE) as loan:
        parties = loan.parties
        await loan.at(Stage.VERIFIED)
        await loan.signal(steps.Accept(), parties.bank)
        await loan.signal(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), parties.bank)
        await loan.at(Stage.MATERIALS_REQUESTED)
        await loan.signal(steps.SupplyMaterials(documents=(SCAN,)), parties.supplier)
        await loan.signal(offer(), parties.bank)
        await loan.signal(steps.Sign(agreement_number="AG-1"), parties.supplier)
        await loan.at(Stage.SIGNED)
        loan.world.procurement.contracts[loan.contract.filing_number] = loan.contract
        await loan.signal(steps.FileContract(filing_number=loan.contract.filing_number), parties.purchaser)
        await loan.at(Stage.DISBURSED)
        paid = steps.PostPayment(
            payment_id="P1", amount_fen=250_000, account_number=NEW_ACCOUNT.number, value_date=await loan.today()
        )
        await loan.signal(paid, parties.treasury, key="K1")
        await loan.signal(paid, parties.treasury, key="K1")
        await loan.signal(paid, parties.treasury, key="K2")
        await loan.recorded(lambda update: update.view.stage == Stage.SETTLED and update.locked_account is None)
        assert not await loan.events(facts.StepRefused)
        assert (await loan.kinds()).count("post_payment") == 1


async def test_a_signal_that_is_refused_is_on_record_and_changes_nothing(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        before = await loan.at_rest()
        await loan.signal(steps.Accept(), loan.parties.bank)
        await loan.signal(offer(), loan.parties.supplier)
        await loan.signal(offer(amount_fen=200_001), loan.parties.bank)
        lines = await loan.events(facts.StepRefused)
        assert [(line.step, line.problem.type) for line in lines] == [
            ("accept", "wrong-stage"),
            ("approve", "wrong-party"),
            ("approve", "rule-broken"),
        ]
        after = await loan.at_rest()
        assert after.tasks == before.tasks
        assert after.view.stage == before.view.stage
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


GARBAGE = {
    "nothing": [],
    "null": [None],
    "a number": [7],
    "a list": [[1, 2, 3]],
    "an empty object": [{}],
    "no such step": [
        {"step": {"kind": "sign"}, "by": {"user_id": "u", "organisation_id": "o", "role": "bank"}, "key": "k"}
    ],
    "no such role": [
        {"step": {"kind": "accept"}, "by": {"user_id": "u", "organisation_id": "o", "role": "king"}, "key": "k"}
    ],
    "a field too many": [
        {"step": {"kind": "accept", "x": 1}, "by": {"user_id": "u", "organisation_id": "o", "role": "bank"}, "key": "k"}
    ],
    "no key": [{"step": {"kind": "accept"}, "by": {"user_id": "u", "organisation_id": "o", "role": "bank"}}],
    "two inputs": [{"step": {"kind": "accept"}}, {"more": 1}],
    "an unknown encoding": [RawValue(Payload(metadata={"encoding": b"binary/sealed"}, data=b"\x00\x01"))],
    "no encoding": [RawValue(Payload(data=b"\x00"))],
    "broken json": [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"{not json"))],
    "broken text": [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"\xff\xfe"))],
    "raw bytes": [b"\x00\x01"],
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE.keys())
async def test_a_signal_that_cannot_be_read_is_on_record_and_stops_nothing(office: Office, content: list[Any]) -> None:
    async with running_loan(office) as loan:
        await loan.at(Stage.VERIFIED)
        await loan.handle.signal("accept", args=content)
        (line,) = await loan.events(facts.StepRefused)
        assert (line.step, line.problem.type) == ("accept", "invalid-input")
        assert (await loan.at_rest()).view.stage == Stage.VERIFIED
        await loan.take(steps.Accept(), loan.parties.bank)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


@pytest.mark.parametrize(
    "name", ["load_calendar", "outside_down", "account_change_ended", "account_change_progressed", "renew"]
)
@pytest.mark.parametrize("content", [[], [{"x": 1}], [7, 8], [None], [b"x"]], ids=repr)
async def test_no_content_of_the_engines_own_signals_stops_a_loan(
    office: Office, name: str, content: list[Any]
) -> None:
    async with running_loan(office) as loan:
        await loan.at(Stage.VERIFIED)
        await loan.handle.signal(name, args=content)
        await loan.take(steps.Accept(), loan.parties.bank)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)
        assert (await loan.handle.result()).stage is Stage.REJECTED


@pytest.mark.parametrize("step", [step.name() for step in CHANGE_STEPS])
async def test_no_signal_stops_an_account_change(office: Office, step: str) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.approve()
        await loan.sign()
        view = await loan.change_view(lambda view: True)
        handle = loan.change_handle(view.order.change_id)
        unreadable: tuple[list[Any], ...] = ([], [7], [7, 8], [{"step": {}}])
        for content in unreadable:
            await handle.signal(step, args=content)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)
        after = await loan.change_view(lambda view: view.stage.is_end)
        assert [entry.event.kind for entry in after.entries].count("change_step_refused") == 4


@pytest.mark.parametrize("content", [[], [7], [7, 8], [{"step": {}}], [None], [b"x"]], ids=repr)
async def test_an_update_that_cannot_be_read_is_refused_without_a_trace(office: Office, content: list[Any]) -> None:
    async with running_loan(office) as loan:
        await loan.at(Stage.VERIFIED)
        await loan.at_rest()
        length = await loan.history_length()
        with pytest.raises(WorkflowUpdateFailedError):
            await loan.handle.execute_update("accept", args=content)
        assert await loan.history_length() == length
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def test_the_same_step_three_times_at_once_is_taken_once(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.at(Stage.VERIFIED)
        receipts = await asyncio.gather(*(loan.take(steps.Accept(), loan.parties.bank, key="K1") for _ in range(3)))
        assert {receipt.stage for receipt in receipts} == {Stage.ACCEPTED}
        taken = TakenStep[Any](step=steps.Reject(reason="到此为止"), by=loan.parties.bank, key="K2")
        answers = await asyncio.gather(
            *(
                loan.handle.execute_update(taken.step.name(), taken, id="one-update", result_type=steps.Receipt)
                for _ in range(3)
            )
        )
        assert len({answer.sequence for answer in answers}) == 1
        kinds = await loan.kinds()
        assert (kinds.count("accept"), kinds.count("reject")) == (1, 1)


async def test_a_key_that_stands_for_one_step_does_not_pass_for_another(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.at(Stage.VERIFIED)
        await loan.take(steps.Accept(), loan.parties.bank, key="K1")
        assert isinstance(await refused(loan.take(offer(), loan.parties.bank, key="K1")), Conflict)
        assert (await loan.at_rest()).view.stage == Stage.ACCEPTED
        stranger = loan.parties.bank.model_copy(update={"organisation_id": "bank-2"})
        assert isinstance(await refused(loan.take(steps.Accept(), stranger, key="K1")), WrongParty)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def test_two_people_act_at_once_and_the_second_is_told(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        colleague = loan.parties.bank.model_copy(update={"user_id": "u-bank-2"})
        results = await asyncio.gather(
            loan.take(steps.Reject(reason="甲的意见"), loan.parties.bank),
            loan.take(steps.Reject(reason="乙的意见"), colleague),
            return_exceptions=True,
        )
        assert sorted(isinstance(result, WrongStage) for result in results) == [False, True]
        assert (await loan.kinds()).count("reject") == 1
