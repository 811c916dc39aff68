"""Two people act at once: whoever comes second is told who did what when, while the loan is open and after its end."""

from temporalio.client import WorkflowExecutionStatus

from tests.waiting import eventually_async
from tests.web.loans import Loan, applied, supplier_of
from tests.web.running import Api, problem_of
from tests.web.test_account_changes import opened, purchaser_of
from zhengcaidai.messages.parties import Role
from zhengcaidai.temporal import connect, loan_workflow_id


async def _refused(loan: Loan, role: Role, kind: str, user_id: str, language: str = "zh", **body: object) -> str:
    by = loan.party(role).model_copy(update={"user_id": user_id})
    answer = await loan.api.post(by, f"/v1/loans/{loan.loan_id}/{kind}", body, language=language)
    return str(problem_of(answer, 409, "wrong-stage")["detail"])


async def _moment(loan: Loan, kind: str) -> str:
    """As the timeline has it."""
    lines = (await loan.until("/timeline", lambda page: kind in [each["kind"] for each in page["items"]]))["items"]
    (at,) = [each["at"] for each in lines if each["kind"] == kind]
    return str(at)[:16].replace("T", " ")


async def _closed(loan: Loan) -> None:
    """Until the loan's workflow has ended, and with it what is told to the outside."""
    handle = (await connect(loan.api.settings)).get_workflow_handle(loan_workflow_id(loan.loan_id))

    async def has_ended() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await eventually_async(has_ended)


async def test_a_colleague_is_told_the_name_and_another_party_the_organisation(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    await loan.done(Role.BANK, "accept")
    accepted_at = await _moment(loan, "accept")
    assert f"本单位 li 于 {accepted_at} 办理了“受理”" in await _refused(loan, Role.BANK, "accept", "wang")
    english = await _refused(loan, Role.BANK, "accept", "wang", "en")
    assert f"li of your organisation did “accept” at {accepted_at}" in english

    await loan.done(Role.BANK, "reject", {"reason": "额度用尽"})
    await _closed(loan)
    rejected_at = await _moment(loan, "reject")
    assert f"本单位 li 于 {rejected_at} 办理了“拒绝”" in await _refused(loan, Role.BANK, "accept", "wang")
    to_the_supplier = await _refused(loan, Role.SUPPLIER, "withdraw", "chen", reason="不贷了")
    assert f"银行（bank-one）于 {rejected_at} 办理了“拒绝”" in to_the_supplier
    assert " li " not in to_the_supplier


async def test_whoever_decides_an_account_change_too_late_is_told_that_it_was_cancelled(api: Api) -> None:
    sample, path = await opened(api)
    supplier, purchaser = supplier_of(sample), purchaser_of(sample)
    cancelled = await api.post(supplier, f"{path}/cancel-change", {"reason": "不变了"})
    assert cancelled.status_code == 200, cancelled.text
    problem = problem_of(await api.post(purchaser, f"{path}/approve-change"), 409, "wrong-stage")
    assert f"供应商（{supplier.organisation_id}）于" in problem["detail"]
    assert "“撤销变更申请”" in problem["detail"]
