"""Outside systems that answer at once, any contract asked for: what is measured is the engine, not they."""

from datetime import date, timedelta

from tests.fakes import FakeProcurement, FakeRecords
from tests.workflows.samples import NEW_ACCOUNT, application, award_for, contract_for, offer, product
from tests.workflows.world import World
from zhengcaidai.messages import steps
from zhengcaidai.messages.applications import Basis, LoanApplication
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.procurement import Award, Contract
from zhengcaidai.messages.records import LoanUpdate
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step

__all__ = ["application_for", "open_world", "party_steps"]

_REGION = "530100"


class _AnyContract(FakeProcurement):
    """Has every contract that is asked for."""

    async def award(self, award_number: str) -> Award | None:
        return award_for(_contract(award_number.removeprefix("ZB")))

    async def contract(self, filing_number: str) -> Contract | None:
        return _contract(filing_number.removeprefix("合备[2026]").removesuffix("号"))


class _WrittenElsewhere(FakeRecords):
    """Keeps nothing: what a database holds is not the worker's memory."""

    async def record(self, update: LoanUpdate) -> None:
        """Written."""


def _contract(number: str) -> Contract:
    return contract_for(_REGION, number, NEW_ACCOUNT, ())


def open_world() -> World:
    """A world in which any loan goes through."""
    return World(product(), procurement=_AnyContract(), records=_WrittenElsewhere())


def application_for(number: str) -> LoanApplication:
    """An application on a contract of that number."""
    return application(_REGION, Basis.CONTRACT, f"L{number}", _contract(number))


def party_steps(today: date) -> tuple[tuple[Stage, Step, Principal], ...]:
    """What the parties do in the simplest loan that is repaid, and the stage at which it is their turn."""
    supplier = Principal(user_id="u-supplier", organisation_id="sup-1", role=Role.SUPPLIER)
    bank = Principal(user_id="u-bank", organisation_id="bank-kunlun", role=Role.BANK)
    treasury = Principal(user_id="u-treasury", organisation_id=f"treasury-{_REGION}", role=Role.TREASURY)
    purchaser = Principal(user_id="u-purchaser", organisation_id="pur-1", role=Role.PURCHASER)
    pay = steps.PostPayment(payment_id="P1", amount_fen=250_000, account_number=NEW_ACCOUNT.number, value_date=today)
    plan = steps.FileFundUsePlan(
        plan_number="PL1", amount_fen=250_000, pay_on=today + timedelta(days=1), account_number=NEW_ACCOUNT.number
    )
    return (
        (Stage.VERIFIED, steps.Accept(), bank),
        (Stage.ACCEPTED, offer(), bank),
        (Stage.APPROVED, steps.Sign(agreement_number="AG-1"), supplier),
        (Stage.DISBURSED, plan, purchaser),
        (Stage.DISBURSED, pay, treasury),
    )
