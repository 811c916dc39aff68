"""Who plays in a scenario, and the few things that every loan does."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from fpdf import FPDF

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.parties import SYSTEM, Role
from zhengcaidai.messages.procurement import Award, Contract
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Approve, Step
from zhengcaidai.rules.organisations import bureau_of, treasury_of
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.people import People, Person
from zhengcaidai.sandbox.sampling import FreshSample, SampleRequest

__all__ = ["Cast", "Story", "paper", "take"]

_PATIENCE_S = 20


def paper() -> bytes:
    """A sheet of A4, as a supplier's scanner makes it."""
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=14)
    sheet.cell(text="SAMPLE")
    return bytes(sheet.output())


async def take(who: Person, address: str, step: Step) -> None:
    """Somebody takes a step of the loan or the account change at that address."""
    await who.post(f"{address}/{step.hyphenated()}", step.model_dump(mode="json", exclude={"kind"}))


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of one loan."""

    people: People
    sample: FreshSample
    region: str
    bank_id: str
    product_id: str
    supplier: Person
    bank: Person
    purchaser: Person
    bureau: Person
    treasury: Person
    operator: Person

    @classmethod
    async def of(cls, people: People, request: SampleRequest, bank_id: str, product_id: str) -> "Cast":
        """A fresh award, with its contract if asked for, and everybody whom it concerns."""
        made = FreshSample.model_validate(await people.control("POST", "/procurement/samples", request))
        region = request.region
        return cls(
            people=people,
            sample=made,
            region=region,
            bank_id=bank_id,
            product_id=product_id,
            supplier=await people.person(made.supplier.organisation_id, Role.SUPPLIER, uscc=made.supplier.uscc),
            bank=await people.person(bank_id, Role.BANK),
            purchaser=await people.person(made.award.purchaser_id, Role.PURCHASER),
            bureau=await people.person(bureau_of(region), Role.FINANCE_BUREAU),
            treasury=await people.person(treasury_of(region), Role.TREASURY),
            operator=await people.person(SYSTEM.organisation_id, Role.OPERATOR, "operator"),
        )

    @property
    def award(self) -> Award:
        """The award that the loan is about."""
        return self.sample.award

    @property
    def contract(self) -> Contract:
        """The contract, where one was filed."""
        if self.sample.contract is None:
            raise ValueError("no contract was filed for this award")
        return self.sample.contract

    async def bank_account(self) -> Account:
        """The account that the lender keeps for the supplier."""
        supplier = self.sample.supplier
        asked = {"supplier_name": supplier.name, "supplier_uscc": supplier.uscc}
        return Account.model_validate(await self.people.control("POST", f"/banks/{self.bank_id}/accounts", asked))

    async def apply(self, amount_fen: int, basis: Basis, **changed: Any) -> "Story":
        """Hand in the application; the story of the loan begins."""
        authorisation = await self.supplier.upload(paper(), "authorisation.pdf", "application/pdf", "征信查询授权书")
        supplier = self.sample.supplier
        contract = self.sample.contract
        body = {
            "region": self.region,
            "supplier": supplier.model_dump(mode="json", exclude={"organisation_id"}),
            "bank_id": self.bank_id,
            "product_id": self.product_id,
            "basis": basis,
            "award_number": self.award.award_number,
            "filing_number": contract.filing_number if contract and basis is Basis.CONTRACT else None,
            "amount_fen": amount_fen,
            "term_days": 180,
            "credit_inquiry_authorisation": authorisation,
        }
        answer = await self.supplier.post("/v1/loans", body | changed)
        return Story(self, str(answer["loan_id"]))


@dataclass(slots=True)
class Story:
    """One loan under way, seen from outside."""

    cast: Cast
    loan_id: str
    stopped: list[dict[str, Any]] = field(default_factory=list)

    async def step(self, who: Person, step: Step) -> None:
        """Somebody takes a step."""
        await take(who, f"/v1/loans/{self.loan_id}", step)

    async def at(self, stage: Stage) -> dict[str, Any]:
        """Wait until the loan stands there."""
        path = f"/v1/loans/{self.loan_id}"
        found: dict[str, Any] = await self.cast.operator.until(
            path, lambda loan: loan["stage"] == stage, f"{self.loan_id} → {stage}"
        )
        return found

    async def is_over(self) -> None:
        """Wait until the loan is settled and its account free again."""
        await self.at(Stage.SETTLED)
        await self.cast.operator.until(
            f"/v1/loans/{self.loan_id}",
            lambda loan: loan["collection_account"] is None,
            f"{self.loan_id}: lock released",
        )

    async def pass_time(self, *, days: float = 0, to: str | None = None) -> datetime:
        """Move the loan's clock; its new time comes back."""
        body: dict[str, Any] = {"loan_ids": [self.loan_id]}
        body |= {"to": to} if to else {"by": f"PT{ceil(days * 86400)}S"}
        answer = await self.cast.operator.post("/sandbox/clock/advance", body)
        return datetime.fromisoformat(answer["loans"][0]["now"])

    async def pass_time_until(self, day: date, hour: int = 10) -> datetime:
        """Move the loan's clock to that hour of a day; it never goes back."""
        now = await self.now()
        wanted = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        return await self.pass_time(days=(wanted - now) / timedelta(days=1)) if wanted > now else now

    async def now(self) -> datetime:
        """The loan's own time."""
        return await self.pass_time(days=0)

    async def approve(self, amount_fen: int, **changed: Any) -> None:
        """批准 what was asked, at 3.85 %, repaid as the contract's money comes in."""
        offer = Approve(
            amount_fen=amount_fen,
            annual_rate=Decimal("0.0385"),
            penalty_rate=Decimal("0.05775"),
            term_days=180,
            method=RepaymentMethod.ON_COLLECTION,
            designated_account=await self.cast.bank_account(),
        )
        await self.step(self.cast.bank, offer.model_copy(update=changed))

    async def plan_is_with_treasury(self, plan_number: str) -> None:
        """Wait until the treasury has the plan; the engine hands it on by itself."""
        path = f"/budget/plans?loan_id={self.loan_id}"
        give_up_at = asyncio.get_running_loop().time() + _PATIENCE_S
        while all(plan["plan_number"] != plan_number for plan in await self.cast.people.control("GET", path)):
            if asyncio.get_running_loop().time() > give_up_at:
                raise TimeoutError(f"plan {plan_number} has not reached the treasury within {_PATIENCE_S} s")
            await asyncio.sleep(0.05)

    async def pay(self, plan_number: str, on: date, account_number: str | None = None) -> dict[str, Any]:
        """国库支付 on a plan: checked by the engine first, then told to it by the treasury."""
        body: dict[str, Any] = {"value_date": on.isoformat(), "account_number": account_number}
        paid: dict[str, Any] = await self.cast.people.control("POST", f"/budget/plans/{plan_number}/pay", body)
        return paid
