"""What nobody should do, done over HTTP: a clear problem, and the loan as it was."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.e2e.driving import KUNMING, LOAN_FEN, LUOYANG, Driven, cast_of, driven, today
from tests.e2e.outside import Outside
from zhengcaidai.errors import Conflict, NotFound, Refusal, RuleBroken, WrongParty, WrongStage
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import FileFundUsePlan, PostPayment, Reject, Sign, Withdraw
from zhengcaidai.sandbox.people import J, People, Person


@pytest.fixture
async def loan(people: People) -> Driven:
    return await driven(people, KUNMING, to=Stage.ACCEPTED)


async def _refused(loan: Driven, who: Person, path: str, body: J, error: type[Refusal]) -> Refusal:
    """The refusal that it was; the loan's journal has no line more than before."""
    before = (await loan.seen())["sequence"]
    with pytest.raises(error) as caught:
        await who.post(f"/v1/loans/{loan.loan_id}/{path}", body)
    assert (await loan.seen())["sequence"] == before
    return caught.value


def _body(step: Any) -> J:
    body: J = step.model_dump(mode="json", exclude={"kind"})
    return body


async def test_the_same_step_twice(loan: Driven) -> None:
    refusal = await _refused(loan, loan.cast.bank, "accept", {}, WrongStage)
    assert "已受理" in refusal.zh


async def test_a_step_too_early_and_a_step_too_late(loan: Driven) -> None:
    early = await _refused(loan, loan.cast.supplier, "sign", _body(Sign(agreement_number="XY-1")), WrongStage)
    assert early.problem.right == "approved"
    await loan.to(Stage.DISBURSED)
    await _refused(loan, loan.cast.supplier, "withdraw", _body(Withdraw(reason="不再需要")), WrongStage)
    await _refused(loan, loan.cast.bank, "approve", _body(await loan.offer()), WrongStage)


async def test_a_step_after_the_end(loan: Driven) -> None:
    await loan.step(loan.cast.bank, Reject(reason="不符合授信政策"))
    await loan.reaches(Stage.REJECTED)
    await _refused(loan, loan.cast.bank, "accept", {}, WrongStage)


async def test_a_step_of_another_party(loan: Driven) -> None:
    for who in (loan.cast.supplier, loan.cast.purchaser, loan.cast.bureau):
        await _refused(loan, who, "approve", _body(await loan.offer()), WrongParty)


async def test_another_tenants_loan_is_no_loan(people: People, loan: Driven) -> None:
    """Not told apart from one that does not exist: 404 for reading and for writing."""
    strangers = (
        await people.person("bank-two", Role.BANK),
        await people.person("supplier-530100-other", Role.SUPPLIER),
        await people.person("purchaser-530100-other", Role.PURCHASER),
        await people.person("bureau-410300", Role.FINANCE_BUREAU),
        await people.person("treasury-410300", Role.TREASURY),
    )
    for who in strangers:
        await _refused(loan, who, "approve", _body(await loan.offer()), NotFound)
        with pytest.raises(NotFound):
            await who.get(f"/v1/loans/{loan.loan_id}")
        assert loan.loan_id not in [each["loan_id"] for each in (await who.get("/v1/loans"))["items"]]


async def test_a_step_for_one_loan_sent_to_another(people: People, loan: Driven) -> None:
    other = await driven(people, KUNMING, "bank-two", to=Stage.DISBURSED)
    account = await other.cast.bank_account()
    plan = FileFundUsePlan(plan_number="P-9", amount_fen=100, pay_on=today(), account_number=account.number)
    await _refused(loan, loan.cast.purchaser, "file-fund-use-plan", _body(plan), WrongStage)
    await loan.to(Stage.DISBURSED)
    refusal = await _refused(loan, loan.cast.purchaser, "file-fund-use-plan", _body(plan), RuleBroken)
    assert refusal.problem.clause is not None
    assert account.number not in refusal.zh + str(refusal.problem.right)
    posted = PostPayment(payment_id="PAY-9", amount_fen=100, account_number=account.number, value_date=today())
    await _refused(loan, loan.cast.treasury, "post-payment", _body(posted), RuleBroken)


async def test_the_same_payment_number_with_another_amount(loan: Driven) -> None:
    await loan.to(Stage.DISBURSED)
    account = await loan.cast.bank_account()
    posted = PostPayment(payment_id="PAY-1", amount_fen=1_000, account_number=account.number, value_date=today())
    await loan.step(loan.cast.treasury, posted, key="first")
    await loan.reaches(Stage.REPAYING)
    before = (await loan.seen())["statement"]
    await loan.step(loan.cast.treasury, posted, key="told again under another key")
    more = posted.model_copy(update={"amount_fen": 2_000})
    await _refused(loan, loan.cast.treasury, "post-payment", _body(more), Conflict)
    assert (await loan.seen())["statement"] == before


@pytest.mark.clause("kunming/3.2")
async def test_a_payment_elsewhere_is_stopped_and_the_right_one_goes(outside: Outside, loan: Driven) -> None:
    await loan.to(Stage.DISBURSED)
    while not await loan.plan_filed():
        await asyncio.sleep(0.05)
    stopped = await loan.paid("9999888877776666")
    assert (stopped["state"], stopped["clause"]) == ("stopped", "kunming/3.2")
    await loan.home()
    assert [each["kind"] for each in await loan.timeline()].count("report_stopped_payment") == 1
    payments = await outside.get("/budget/payments", loan_id=loan.loan_id)
    assert sorted(each["state"] for each in payments) == ["paid", "stopped"]


async def test_a_second_loan_on_the_same_contract(people: People, loan: Driven) -> None:
    with pytest.raises(Conflict):
        await loan.cast.apply(LOAN_FEN, Basis.AWARD_NOTICE, bank_id="bank-two", product_id="bank-two-contract-loan")


async def test_of_two_applications_at_once_on_one_contract_one_is_refused(people: People) -> None:
    cast = await cast_of(people, LUOYANG)
    stories = await asyncio.gather(
        *(
            cast.apply(LOAN_FEN, Basis.CONTRACT, bank_id=bank, product_id=f"{bank}-contract-loan")
            for bank in ("bank-one", "bank-two", "bank-three")
        ),
        return_exceptions=True,
    )
    begun = [Driven(each) for each in stories if not isinstance(each, BaseException)]
    assert all(isinstance(each, Conflict) for each in stories if isinstance(each, BaseException))
    stages = [await _decided(each) for each in begun]
    assert stages.count(Stage.VERIFIED) == 1
    assert set(stages) <= {Stage.VERIFIED, Stage.REFUSED}


async def _decided(loan: Driven) -> Stage:
    async with asyncio.timeout(20):
        while (stage := (await loan.seen())["stage"]) == Stage.SUBMITTED:
            await asyncio.sleep(0.05)
    return Stage(stage)


async def test_two_banks_clerks_at_once_are_told_apart(people: People) -> None:
    """The second is told what was done; the loan is accepted once."""
    loan = await driven(people, KUNMING, to=Stage.VERIFIED)
    clerks = [await people.person("bank-one", Role.BANK, f"clerk-{number}") for number in range(4)]
    answers = await asyncio.gather(
        *(each.post(f"/v1/loans/{loan.loan_id}/accept", {}) for each in clerks), return_exceptions=True
    )
    refused = [each for each in answers if isinstance(each, BaseException)]
    assert len(refused) == len(clerks) - 1
    assert all(isinstance(each, WrongStage) for each in refused)


async def test_a_token_of_nobody(system: Any, people: People, loan: Driven) -> None:
    async with httpx.AsyncClient(base_url=system.api_url) as http:
        for headers in ({}, {"Authorization": "Bearer x.y.z"}):
            answer = await http.get(f"/v1/loans/{loan.loan_id}", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
