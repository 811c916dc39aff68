"""What an operator sees of a loan in the Temporal UI: where it stands, who is awaited, until when, by which clause."""

from datetime import timedelta

import pytest
from temporalio import workflow

from tests.workflows.harness import RunningLoan, running_loan
from tests.workflows.invariants import check_liveness, current_details
from tests.workflows.office import Office
from tests.workflows.samples import OLD_ACCOUNT, SUPPLIER_MOBILE
from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from zhengcaidai import temporal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import steps
from zhengcaidai.messages.account_changes import CHANGE_STEPS
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS
from zhengcaidai.rules.wording import moment_words

SHOWN = [
    (Stage.VERIFIED, "bank", "受理或拒绝", None),
    (Stage.ACCEPTED, "bank", "批准、要求补正或拒绝", "kunming/4.2"),
    (Stage.MATERIALS_REQUESTED, "supplier", "补齐材料", "platform/materials_supplement"),
    (Stage.APPROVED, "supplier", "签订融资协议", "platform/offer_expiry"),
    (Stage.DISBURSED, "purchaser", "申报用款计划", "kunming/2.3.6"),
]


@pytest.mark.parametrize(("stage", "awaited", "asked", "clause"), SHOWN, ids=[str(row[0]) for row in SHOWN])
async def test_the_page_says_stage_party_deadline_and_clause(
    office: Office, stage: Stage, awaited: str, asked: str, clause: str | None
) -> None:
    async with running_loan(office) as loan:
        await loan.to(stage)
        record = await loan.at_rest()
        page = await current_details(loan.handle)
        assert stage.title_zh in page
        assert asked in page
        assert clause is None or f"`{clause}`" in page
        due = record.tasks[0].due_at
        assert due is None or moment_words(due) in page
        described = await loan.handle.describe()
        assert described.typed_search_attributes.get(temporal.STAGE) == stage
        assert awaited in (described.typed_search_attributes.get(temporal.AWAITED) or ())
        assert described.typed_search_attributes.get(temporal.BANK_ID) == "bank-kunlun"
        nearest = described.typed_search_attributes.get(temporal.DUE_AT)
        assert nearest == record.view.next_due_at


async def test_an_account_changes_page_says_the_same_of_it(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.approve()
        await loan.sign()
        await loan.submit_change()
        view = await loan.change_view(lambda view: view.stage is changes.ChangeStage.SUBMITTED)
        page = await current_details(loan.change_handle(view.order.change_id))
        assert "等待**采购人**" in page
        assert "`kunming/3.4`" in page
        assert OLD_ACCOUNT.number not in page
        loans_own = await current_details(loan.handle)
        assert view.order.change_id in loans_own
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)


def test_every_handler_has_a_description_in_plain_words() -> None:
    for workflow_class, wanted in ((ContractLoan, STEPS), (AccountChange, CHANGE_STEPS)):
        definition = workflow._Definition.must_from_class(workflow_class)
        kinds = {step.name() for step in wanted}
        assert kinds <= definition.signals.keys()
        assert kinds == definition.updates.keys()
        assert _undescribed(workflow_class) == []
        assert all(update.validator is not None for update in definition.updates.values())


def _undescribed(workflow_class: type) -> list[str | None]:
    """Signals, updates and queries without a word about themselves."""
    definition = workflow._Definition.must_from_class(workflow_class)
    described = [(signal.name, signal.description) for signal in definition.signals.values()]
    described += [(update.name, update.description) for update in definition.updates.values()]
    described += [(query.name, query.description) for query in definition.queries.values()]
    return [name for name, description in described if not description]


def test_a_handler_without_a_description_is_seen() -> None:
    assert _undescribed(_Silent) == ["signal", "update", "query"]


@workflow.defn
class _Silent:
    @workflow.run
    async def run(self) -> None: ...

    @workflow.signal
    def signal(self) -> None: ...

    @workflow.update
    def update(self) -> None: ...

    @workflow.query
    def query(self) -> None: ...


async def test_every_activity_and_wait_says_in_plain_words_what_it_is(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        clock = await loan.deadline(ClockId.FINANCING)
        await loan.advance_to(clock.due_at - timedelta(hours=1))
        summaries = await _summaries(loan)
        assert summaries
        assert all(summaries)
        assert any("到期提醒" in summary and "kunming/4.2" in summary for summary in summaries)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def _summaries(loan: RunningLoan) -> list[str]:
    """Of every activity and timer."""
    found: list[str] = []
    async for event in loan.handle.fetch_history_events():
        if event.HasField("activity_task_scheduled_event_attributes") or event.HasField(
            "timer_started_event_attributes"
        ):
            found += await loan.office.client.data_converter.decode([event.user_metadata.summary], [str])
    return found


@pytest.mark.clause("hanyang/3")
async def test_what_people_write_reaches_no_page_with_an_account_or_a_telephone_in_it(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        told = f"账号{OLD_ACCOUNT.number}与电话{SUPPLIER_MOBILE}对不上"
        await loan.take(steps.SuspectFraud(reason=told), loan.parties.bank)
        await loan.take(steps.RequestMaterials(items=(told,), reason="缺件"), loan.parties.bank)
        page = await current_details(loan.handle)
        assert "核查欺诈嫌疑" in page
        assert OLD_ACCOUNT.number not in page
        assert SUPPLIER_MOBILE not in page
        await loan.take(steps.ConfirmFraud(reason="到此为止"), loan.parties.bureau)
        await loan.handle.result()


@pytest.mark.parametrize("basis", list(Basis))
async def test_at_every_rest_of_a_loan_somebody_is_asked(office: Office, basis: Basis) -> None:
    async with running_loan(office, basis=basis, collection_account=OLD_ACCOUNT) as loan:
        bank, supplier, purchaser = loan.parties.bank, loan.parties.supplier, loan.parties.purchaser
        await loan.at(Stage.VERIFIED)
        for step, by in (
            (steps.Accept(), bank),
            (steps.SuspectFraud(reason="印章存疑"), purchaser),
            (steps.RecordCourtFreeze(order_number="执1号", court="示例法院"), loan.parties.bureau),
            (
                steps.CorrectClockStart(clock=ClockId.FINANCING, corrected_on=await loan.today(), reason="更正"),
                supplier,
            ),
        ):
            await loan.take(step, by)
            check_liveness(await loan.loan(), await loan.at_rest(), loan.world)
        await loan.take(steps.ClearFraud(reason="属实"), loan.parties.bureau)
        await loan.take(steps.Withdraw(reason="到此为止"), supplier)
        await loan.handle.result()
