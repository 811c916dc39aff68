"""A loan driven on from wherever it stands, each step sent under the same key until it is answered.

What a careful client does: it looks where the loan is, does what is asked there, and sends it again, unchanged, when the
answer is lost or the engine is away. So a test can break anything at any moment and say only where the loan must arrive.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from zhengcaidai.errors import ZhengcaidaiError
from zhengcaidai.messages.account_changes import ApproveChange, ChangeStage, SubmitChange, UploadScan
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.procurement import PaymentInstalment
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import (
    Accept,
    Approve,
    FileContract,
    FileFundUsePlan,
    RequestMaterials,
    Sign,
    SupplyMaterials,
)
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.people import J, People, Person
from zhengcaidai.sandbox.sampling import ContractRequest, SampleRequest
from zhengcaidai.sandbox.scenarios.cast import Cast, Story, paper

AWARD_FEN = 60_000_000
LOAN_FEN = 45_000_000
BORROWED_FOR = timedelta(days=30)
_PATIENCE_S = 60
_LOOK_FIRST_S, _LOOK_LAST_S = 0.1, 1.0
_ANSWERED_LATER = frozenset({"workflows-down", "outside-down", "busy", "idempotency-key-in-flight"})

KUNMING, LUOYANG = "530100", "410300"


def today() -> date:
    return datetime.now(SHANGHAI).date()


async def cast_of(people: People, region: str, bank_id: str = "bank-one", **contract: Any) -> Cast:
    """Kunming lends on the award notice, Luoyang on the filed contract (kunming/2.1, luoyang/annex)."""
    signed_on = today() - timedelta(days=2)
    filed = ContractRequest(
        signed_on=signed_on,
        payments=(PaymentInstalment(pay_on=today() + timedelta(days=60), amount_fen=AWARD_FEN),),
        **contract,
    )
    award = SampleRequest(
        region=region,
        issued_on=signed_on - timedelta(days=3),
        amount_fen=AWARD_FEN,
        fresh_supplier=True,
        contract=filed if region == LUOYANG else None,
    )
    return await Cast.of(people, award, bank_id, f"{bank_id}-contract-loan")


async def applied(cast: Cast, **changed: Any) -> "Driven":
    """The application is handed in."""
    basis = Basis.AWARD_NOTICE if cast.region == KUNMING else Basis.CONTRACT
    return Driven(await cast.apply(LOAN_FEN, basis, **changed))


async def driven(
    people: People, region: str, bank_id: str = "bank-one", to: Stage | None = None, **about: Any
) -> "Driven":
    """A fresh loan, driven to a stage; `with_materials`: by way of a request for more."""
    loan = await applied(await cast_of(people, region, bank_id))
    loan.with_materials = bool(about.get("with_materials"))
    if to is not None:
        await loan.to(to)
    return loan


@dataclass
class Driven:
    """One loan and everybody whom it concerns."""

    story: Story
    with_materials: bool = False
    plan_fen: int = AWARD_FEN
    value_date: date | None = None
    plan_number_suffix: str = "-P1"
    papers: dict[str, J] = field(default_factory=dict)

    @property
    def loan_id(self) -> str:
        return self.story.loan_id

    @property
    def cast(self) -> Cast:
        return self.story.cast

    @property
    def plan_number(self) -> str:
        return f"{self.loan_id}{self.plan_number_suffix}"

    async def seen(self) -> J:
        """The loan as the operator's page shows it."""
        found: J = await patiently(lambda: self.cast.operator.get(f"/v1/loans/{self.loan_id}"))
        return found

    async def to(self, stage: Stage, within_s: float = _PATIENCE_S) -> J:
        """Drive until the loan stands there."""
        return await self._drive(lambda loan: loan["stage"] == stage, stage.value, within_s)

    async def home(self, within_s: float = _PATIENCE_S) -> J:
        """Drive to the end: settled, and the account free again."""
        return await self._drive(
            lambda loan: loan["stage"] == Stage.SETTLED and loan["collection_account"] is None, "settled", within_s
        )

    async def reaches(self, stage: Stage, within_s: float = _PATIENCE_S) -> J:
        """Wait until the loan stands there, doing nothing."""
        found: J = await self.cast.operator.until(
            f"/v1/loans/{self.loan_id}", lambda loan: loan["stage"] == stage, f"{self.loan_id} is {stage}", within_s
        )
        return found

    async def _drive(self, met: Callable[[J], bool], where: str, within_s: float) -> J:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + within_s
        stage, pause_s = "", _LOOK_FIRST_S
        while not met(loan := await self.seen()):
            if loop.time() > give_up_at:
                raise TimeoutError(f"{self.loan_id} is not {where} within {within_s:g} s: {loan}")
            # Looking costs the system more than the loan does: less and less often while nothing happens.
            pause_s = min(pause_s * 1.6, _LOOK_LAST_S) if loan["stage"] == stage else _LOOK_FIRST_S
            stage = loan["stage"]
            await self._next(Stage(stage))
            await asyncio.sleep(pause_s)
        return loan

    async def _next(self, stage: Stage) -> None:
        """What is asked of somebody at this stage; at the others the engine is at work."""
        cast = self.cast
        match stage:
            case Stage.VERIFIED:
                await self.step(cast.bank, Accept())
            case Stage.ACCEPTED if self.with_materials and not await self._has("supply_materials"):
                await self.step(cast.bank, RequestMaterials(items=("近一年纳税证明",), reason="核实履约能力"))
            case Stage.MATERIALS_REQUESTED:
                await self.supply()
            case Stage.ACCEPTED:
                await self.step(cast.bank, await self.offer())
            case Stage.APPROVED:
                await self.step(cast.supplier, Sign(agreement_number=f"XY-{self.loan_id[-8:]}"))
            case Stage.SIGNED if cast.sample.contract is None:
                await self.step(cast.purchaser, FileContract(filing_number=await self.contract_filed()))
            case Stage.ACCOUNT_CHANGE:
                await self.change_account()
            case Stage.DISBURSED | Stage.REPAYING:
                await self.repay()
            case _:
                pass

    async def step(self, who: Person, step: Frozen, *, key: str | None = None) -> J:
        """Somebody takes a step, under the one key that it has in this loan, until it is answered."""
        kind = str(step.model_dump()["kind"])
        body = step.model_dump(mode="json", exclude={"kind"})
        path = f"/v1/loans/{self.loan_id}/{kind.replace('_', '-')}"
        answer: J = await patiently(lambda: who.post(path, body, key=key or f"{self.loan_id}:{kind}"))
        return answer

    async def offer(self, **changed: Any) -> Approve:
        """批准 what was asked, at 3.85 %, into the account that the lender keeps."""
        offer = Approve(
            amount_fen=LOAN_FEN,
            annual_rate=Decimal("0.0385"),
            penalty_rate=Decimal("0.05775"),
            term_days=180,
            method=RepaymentMethod.ON_COLLECTION,
            designated_account=await self.cast.bank_account(),
        )
        return offer.model_copy(update=changed)

    async def supply(self) -> None:
        certificate = await self._paper("近一年纳税证明")
        await self.step(self.cast.supplier, SupplyMaterials.model_validate({"documents": [certificate]}))

    async def _paper(self, title: str) -> J:
        """A scan, made once: the same step names the same document, however often it is sent."""
        if title not in self.papers:
            self.papers[title] = await patiently(
                lambda: self.cast.supplier.upload(paper(), "scan.pdf", "application/pdf", title)
            )
        return self.papers[title]

    async def contract_filed(self) -> str:
        """The purchaser files the contract, with the lender's account written in it (kunming/2.3.4)."""
        award = self.cast.award.award_number
        known = [each for each in await self._outside("/procurement/contracts") if each["award_number"] == award]
        if not known:
            filing = ContractRequest(signed_on=today(), collection_account=await self.cast.bank_account())
            known = [await self._outside(f"/procurement/awards/{award}/contract", filing)]
        return str(known[0]["filing_number"])

    async def change_account(self) -> None:
        """合同账户变更: form, seal and scan, and the purchaser's yes (hanyang/4.1.4)."""
        cast = self.cast
        listed = await patiently(lambda: cast.supplier.get(f"/v1/account-changes?loan_id={self.loan_id}"))
        if not listed["items"]:
            return
        change = listed["items"][0]
        path = f"/v1/account-changes/{change['change_id']}"
        if change["stage"] == ChangeStage.DRAFT:
            scan = await self._paper("合同账户变更申请（盖章）")
            for step in (UploadScan.model_validate({"scan": scan}), SubmitChange()):
                await self._change_step(cast.supplier, path, step)
        if change["stage"] in (ChangeStage.DRAFT, ChangeStage.SUBMITTED):
            await self._change_step(cast.purchaser, path, ApproveChange())

    async def _change_step(self, who: Person, path: str, step: Frozen) -> None:
        kind = str(step.model_dump()["kind"])
        body = step.model_dump(mode="json", exclude={"kind"})
        await patiently(lambda: who.post(f"{path}/{kind.replace('_', '-')}", body, key=f"{path}:{kind}"))

    async def plan_filed(self) -> bool:
        """用款计划, after a month: True once the treasury has it (kunming/2.3.6)."""
        if self.value_date is None:
            self.value_date = (await self.moved(BORROWED_FOR)).date()
        account = await self.cast.bank_account()
        plan = FileFundUsePlan(
            plan_number=self.plan_number,
            amount_fen=self.plan_fen,
            pay_on=self.value_date,
            account_number=account.number,
        )
        await self.step(self.cast.purchaser, plan, key=f"{self.plan_number}:file_fund_use_plan")
        plans = await self._outside(f"/budget/plans?loan_id={self.loan_id}")
        return any(each["plan_number"] == self.plan_number for each in plans)

    async def moved(self, by: timedelta) -> datetime:
        """The loan's clock, moved once."""
        body = {"loan_ids": [self.loan_id], "hours": by / timedelta(hours=1)}
        key = f"{self.loan_id}:clock:{by}"
        answer = await patiently(lambda: self.cast.operator.post("/sandbox/clock/advance", body, key=key))
        return datetime.fromisoformat(answer["loans"][0]["now"]).astimezone(SHANGHAI)

    async def repay(self) -> None:
        """The treasury pays the whole contract price into the locked account."""
        if await self.plan_filed():
            await self.paid()

    async def paid(self, account_number: str | None = None) -> J:
        """国库支付, under one number."""
        body = {
            "payment_id": f"{self.plan_number}-1" + ("-elsewhere" if account_number else ""),
            "value_date": str(self.value_date),
            "account_number": account_number,
        }
        answer: J = await self._outside(f"/budget/plans/{self.plan_number}/pay", body)
        return answer

    async def _outside(self, path: str, body: Frozen | J | None = None) -> Any:
        return await patiently(lambda: self.cast.people.control("POST" if body else "GET", path, body))

    async def _has(self, kind: str) -> bool:
        return any(each["kind"] == kind for each in await self.timeline())

    async def timeline(self) -> list[J]:
        found = await patiently(lambda: self.cast.operator.get(f"/v1/loans/{self.loan_id}/timeline"))
        entries: list[J] = found["items"]
        return entries


async def patiently(ask: Callable[[], Awaitable[Any]], within_s: float = _PATIENCE_S) -> Any:
    """Ask again, unchanged, as long as the answer is lost or "not now"; any other refusal is raised."""
    loop = asyncio.get_running_loop()
    give_up_at, pause_s = loop.time() + within_s, _LOOK_FIRST_S
    while True:
        try:
            return await ask()
        except (ZhengcaidaiError, httpx.TransportError) as error:
            later = isinstance(error, httpx.TransportError) or error.problem.type in _ANSWERED_LATER
            if not later or loop.time() > give_up_at:
                raise
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 1.6, _LOOK_LAST_S)


async def everybody_home(loans: Sequence[Driven], within_s: float = _PATIENCE_S) -> None:
    """All of them at once."""
    await asyncio.gather(*(each.home(within_s) for each in loans))
