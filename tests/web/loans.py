"""Loans of the web tests: a fresh award of the sandbox, an application, and steps through the API."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.web.papers import pdf
from tests.web.running import BANK, BUREAU, OPERATOR, PURCHASER, TREASURY, Api
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.rules.organisations import bureau_of, treasury_of
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.sandbox.sampling import ContractRequest, FreshSample, SampleRequest

_PATIENCE_S = 20


def today() -> Any:
    return shanghai_date(datetime.now(UTC))


async def fresh(api: Api, region: str = "530100", *, filed: bool = False, **changed: Any) -> FreshSample:
    """An award that nobody has financed, of a supplier that has never borrowed."""
    contract = ContractRequest(signed_on=today() - timedelta(days=2)) if filed else None
    request = SampleRequest(
        region=region, issued_on=today() - timedelta(days=9), fresh_supplier=True, contract=contract, **changed
    )
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{api.settings.sandbox_url}/procurement/samples",
            content=request.model_dump_json(),
            headers={"Content-Type": "application/json"},
        )
    answer.raise_for_status()
    made = FreshSample.model_validate_json(answer.content)
    api.codes[made.supplier.organisation_id] = made.supplier.uscc
    return made


@dataclass(frozen=True)
class Loan:
    """A loan and its parties."""

    api: Api
    sample: FreshSample
    loan_id: str
    region: str
    bank: Principal

    @property
    def supplier(self) -> Principal:
        return supplier_of(self.sample)

    def party(self, role: Role) -> Principal:
        match role:
            case Role.SUPPLIER:
                return self.supplier
            case Role.BANK:
                return self.bank
            case Role.PURCHASER:
                return PURCHASER.model_copy(update={"organisation_id": self.sample.award.purchaser_id})
            case Role.FINANCE_BUREAU:
                return BUREAU.model_copy(update={"organisation_id": bureau_of(self.region)})
            case Role.TREASURY:
                return TREASURY.model_copy(update={"organisation_id": treasury_of(self.region)})
            case _:
                return OPERATOR

    async def step(self, role: Role, kind: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        return await self.api.post(self.party(role), f"/v1/loans/{self.loan_id}/{kind}", body, key=key)

    async def done(self, role: Role, kind: str, body: Any = None) -> dict[str, Any]:
        """A step that must take."""
        answer = await self.step(role, kind, body)
        assert answer.status_code == 200, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    async def page(self, path: str = "", by: Principal = OPERATOR) -> dict[str, Any]:
        answer = await self.api.get(by, f"/v1/loans/{self.loan_id}{path}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def at(self, *stages: str) -> dict[str, Any]:
        """Wait until the loan stands there."""
        return await self.until("", lambda loan: loan["stage"] in stages)

    async def until(self, path: str, met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        give_up_at = asyncio.get_running_loop().time() + _PATIENCE_S
        while not met(found := await self.page(path)):
            assert asyncio.get_running_loop().time() < give_up_at, found
            await asyncio.sleep(0.05)
        return found

    async def advance(self, **how: Any) -> dict[str, Any]:
        answer = await self.api.post(OPERATOR, "/sandbox/clock/advance", {"loan_ids": [self.loan_id], **how})
        assert answer.status_code == 200, answer.text
        moved: dict[str, Any] = answer.json()
        return moved

    def account(self, number: str = "6201000188880001") -> dict[str, Any]:
        return {"name": self.sample.supplier.name, "number": number, "bank_name": "示例第一银行股份有限公司"}

    def offer(self, **changed: Any) -> dict[str, Any]:
        return {
            "amount_fen": 40_000_000,
            "annual_rate": "0.0385",
            "penalty_rate": "0.05775",
            "term_days": 180,
            "method": "on_collection",
            "designated_account": self.account(),
            **changed,
        }


def supplier_of(sample: FreshSample) -> Principal:
    return Principal(user_id="chen", organisation_id=sample.supplier.organisation_id, role=Role.SUPPLIER)


async def application(api: Api, sample: FreshSample, region: str = "530100", **changed: Any) -> dict[str, Any]:
    """An application's body, its authorisation uploaded."""
    paper = await api.upload(supplier_of(sample), pdf())
    return {
        "region": region,
        "supplier": sample.supplier.model_dump(mode="json", exclude={"organisation_id"}),
        "bank_id": BANK.organisation_id,
        "product_id": f"{BANK.organisation_id}-contract-loan",
        "basis": "contract" if sample.contract else "award_notice",
        "award_number": sample.award.award_number,
        "filing_number": sample.contract.filing_number if sample.contract else None,
        "amount_fen": 40_000_000,
        "term_days": 180,
        "credit_inquiry_authorisation": paper,
        **changed,
    }


async def applied(api: Api, region: str = "530100", *, filed: bool = False, **changed: Any) -> Loan:
    """A loan that was applied for."""
    sample = await fresh(api, region, filed=filed)
    body = await application(api, sample, region, **changed)
    answer = await api.post(supplier_of(sample), "/v1/loans", body)
    assert answer.status_code == 201, answer.text
    bank = BANK.model_copy(update={"organisation_id": body["bank_id"]})
    return Loan(api, sample, answer.json()["loan_id"], region, bank)
