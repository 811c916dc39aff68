"""Short ways to tell a loan's journal in the tests of rules: who acts, what is filed, and a loan at any stage."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from tests.rules.timelines import at
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import ChangeOutcome, ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Basis, EnterpriseScale, LoanApplication, Supplier
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.procurement import (
    Award,
    Contract,
    PaymentInstalment,
    ReceivableConfirmation,
    ReceivableStatus,
)
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step, TakenStep
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.effects import after, opened
from zhengcaidai.rules.loan import Loan

KUNMING, LUOYANG, HANYANG, HUBEI, JILIN = "530100", "410300", "420105", "420000", "220000"
REGIONS = (KUNMING, LUOYANG, HANYANG, HUBEI, JILIN)
BEGAN = at("2026-03-02 10:00")
"""A Monday; each line of a journal follows an hour after the one before, in these tests."""
TODAY = date(2026, 3, 2)

SUPPLIER = Principal(user_id="u-supplier", organisation_id="sup-1", role=Role.SUPPLIER)
BANK = Principal(user_id="u-bank", organisation_id="bank-1", role=Role.BANK)
PURCHASER = Principal(user_id="u-purchaser", organisation_id="pur-1", role=Role.PURCHASER)
BUREAU = Principal(user_id="u-bureau", organisation_id=f"bureau-{KUNMING}", role=Role.FINANCE_BUREAU)
TREASURY = Principal(user_id="u-treasury", organisation_id=f"treasury-{KUNMING}", role=Role.TREASURY)
OPERATOR = Principal(user_id="u-operator", organisation_id=SYSTEM.organisation_id, role=Role.OPERATOR)
PARTIES = {each.role: each for each in (SUPPLIER, BANK, PURCHASER, BUREAU, TREASURY, OPERATOR)}

NAME, USCC = "示例供应商有限公司", "91350100M000100Y43"
SCAN = DocumentRef(sha256="a" * 64, media_type="application/pdf", size_bytes=1000, title="材料")
AGREED = Account(name=NAME, number="6222000011112222", bank_name="示例银行")
"""The lender's designated account."""
OLD = Account(name=NAME, number="1000200030004000", bank_name="另一银行")


def application(**changed: Any) -> LoanApplication:
    """2,000 yuan on a filed contract of 3,000, in Kunming."""
    given: dict[str, Any] = {
        "loan_id": "L1",
        "region": KUNMING,
        "supplier": Supplier(
            organisation_id="sup-1", uscc=USCC, name=NAME, scale=EnterpriseScale.SMALL, mobile="13900001234"
        ),
        "bank_id": "bank-1",
        "product_id": "product-1",
        "basis": Basis.CONTRACT,
        "award_number": "ZB-1",
        "filing_number": "合备[2026]1号",
        "amount_fen": 200_000,
        "term_days": 180,
        "credit_inquiry_authorisation": SCAN,
    }
    return LoanApplication(**(given | changed))


def award(**changed: Any) -> Award:
    given: dict[str, Any] = {
        "award_number": "ZB-1",
        "project_name": "办公家具采购",
        "region": KUNMING,
        "purchaser_id": "pur-1",
        "purchaser_name": "示例采购人",
        "supplier_uscc": USCC,
        "supplier_name": NAME,
        "amount_fen": 300_000,
        "issued_on": date(2026, 2, 10),
    }
    return Award(**(given | changed))


def contract(**changed: Any) -> Contract:
    """3,000 yuan, paid in two halves, into the account that the lender wants."""
    given: dict[str, Any] = {
        "filing_number": "合备[2026]1号",
        "award_number": "ZB-1",
        "title": "办公家具采购合同",
        "region": KUNMING,
        "purchaser_id": "pur-1",
        "purchaser_name": "示例采购人",
        "supplier_uscc": USCC,
        "supplier_name": NAME,
        "amount_fen": 300_000,
        "signed_on": date(2026, 2, 24),
        "filed_on": date(2026, 2, 26),
        "collection_account": AGREED,
        "payments": (
            PaymentInstalment(pay_on=date(2026, 4, 30), amount_fen=150_000),
            PaymentInstalment(pay_on=date(2026, 6, 30), amount_fen=150_000),
        ),
    }
    return Contract(**(given | changed))


def product(**changed: Any) -> Product:
    given: dict[str, Any] = {
        "product_id": "product-1",
        "bank_id": "bank-1",
        "bank_name": "示例银行",
        "name": "示例政采贷",
        "channel": Channel.ONLINE,
        "regions": REGIONS,
        "max_fen": 10_000_000,
        "max_term_days": 365,
        "indicative_rate": Decimal("0.02"),
        "branch_name": "示例支行",
        "contact_name": "示例经理",
        "contact_mobile": "13800001234",
    }
    return Product(**(given | changed))


def offer(**changed: Any) -> steps.Approve:
    """All that was asked, at 3.6 % (20 fen a day), repaid as the contract pays."""
    given: dict[str, Any] = {
        "amount_fen": 200_000,
        "annual_rate": Decimal("0.036"),
        "penalty_rate": Decimal("0.054"),
        "term_days": 180,
        "method": RepaymentMethod.ON_COLLECTION,
        "designated_account": AGREED,
    }
    return steps.Approve(**(given | changed))


@cache
def profile(code: str = KUNMING) -> RegionProfile:
    return region(code, TODAY)


def rules(code: str = KUNMING, **changed: Any) -> RulesInForce:
    """What a loan of that region goes by; `changed` is the product's."""
    return RulesInForce(
        profile=profile(code),
        platform_clocks=platform_settings().clocks,
        penalty=platform_settings().penalty_limit(TODAY),
        product=product(**changed),
        calendar=calendar_years(TODAY),
    )


CONFIRMED = ReceivableConfirmation(award_number="ZB-1", status=ReceivableStatus.CONFIRMED)


def verified(with_contract: Contract | None = None, **changed: Any) -> facts.Verified:
    """The award was found, and a contract if one is given."""
    given: dict[str, Any] = {
        "award": award(),
        "contract": with_contract,
        "receivable": CONFIRMED,
        "repeat_borrower": False,
    }
    return facts.Verified(**(given | changed))


def paid(
    amount_fen: int, payment_id: str = "P1", on: str = "2026-04-30", account: Account = AGREED
) -> steps.PostPayment:
    return steps.PostPayment(
        payment_id=payment_id,
        amount_fen=amount_fen,
        account_number=account.number,
        value_date=date.fromisoformat(on),
    )


def returned(
    amount_fen: int, payment_id: str = "P1", return_id: str = "R1", on: str = "2026-05-08"
) -> steps.ReturnPayment:
    return steps.ReturnPayment(
        return_id=return_id, payment_id=payment_id, amount_fen=amount_fen, value_date=date.fromisoformat(on)
    )


def ended(stage: ChangeStage, account: Account = AGREED, change_id: str = "AC1") -> facts.AccountChangeEnded:
    return facts.AccountChangeEnded(outcome=ChangeOutcome(change_id=change_id, stage=stage, account=account))


DISBURSED = facts.Disbursed(bank_reference="REF-1", amount_fen=200_000, value_date=TODAY)
SIGN = steps.Sign(agreement_number="AG-1")

_ACCEPTED = (verified(contract()), steps.Accept())
_SIGNED = (*_ACCEPTED, offer(), SIGN)
_LOCKED = (*_SIGNED, facts.AccountLocked(account=AGREED))
_LENT = (*_LOCKED, facts.DisbursementOrdered(key="L1:disburse", amount_fen=200_000), DISBURSED)
PATHS: dict[Stage, tuple[Frozen, ...]] = {
    Stage.SUBMITTED: (),
    Stage.VERIFIED: (verified(contract()),),
    Stage.ACCEPTED: _ACCEPTED,
    Stage.MATERIALS_REQUESTED: (*_ACCEPTED, steps.RequestMaterials(items=("财务报表",), reason="缺去年的")),
    Stage.APPROVED: (*_ACCEPTED, offer()),
    Stage.SIGNED: (verified(), steps.Accept(), offer(), SIGN),
    Stage.ACCOUNT_CHANGE: (
        verified(contract(collection_account=OLD)),
        steps.Accept(),
        offer(),
        SIGN,
        facts.AccountChangeOpened(change_id="AC1", old_account=OLD, new_account=AGREED),
    ),
    Stage.ACCOUNT_LOCKED: _LOCKED,
    Stage.DISBURSED: _LENT,
    Stage.REPAYING: (*_LENT, paid(150_000, "P0")),
    Stage.SETTLED: (*_LENT, paid(300_000, "P0"), facts.Settled(received_fen=300_000, surplus_fen=98_820)),
    Stage.REFUSED: (
        facts.VerificationFailed(reasons=(Words.quoted("查无此标"), Words.quoted("在名单内")), fraud=True),
    ),
    Stage.REJECTED: (*_ACCEPTED, steps.Reject(reason="授信额度用尽")),
    Stage.WITHDRAWN: (*_ACCEPTED, steps.Withdraw(reason="另筹资金")),
    Stage.LAPSED: (
        *_ACCEPTED,
        offer(),
        facts.ApplicationLapsed(clock=ClockId.OFFER_EXPIRY, reason=Words.quoted("到期未签")),
    ),
}
"""What happened to a loan that stands there; `SIGNED` waits for its contract."""

SAMPLES: dict[type[Step], Step] = {
    type(each): each
    for each in (
        steps.Accept(),
        steps.RequestMaterials(items=("财务报表",), reason="缺去年的"),
        steps.SupplyMaterials(documents=(SCAN,)),
        offer(),
        steps.Reject(reason="授信额度用尽"),
        SIGN,
        steps.Withdraw(reason="另筹资金"),
        steps.Resend(new_loan_id="L2", bank_id="bank-2", product_id="product-2", reason="换一家"),
        steps.FileContract(filing_number="合备[2026]1号"),
        steps.RefileAccountChange(reason="补充说明"),
        steps.ReportNotPaidOut(reason="客户经理确认未放款"),
        steps.ReportDisbursement(bank_reference="REF-1", amount_fen=200_000, value_date=TODAY),
        steps.RetryDisbursement(reason="额度已恢复"),
        steps.FileFundUsePlan(
            plan_number="PLAN-1", amount_fen=150_000, pay_on=date(2026, 4, 30), account_number=AGREED.number
        ),
        paid(150_000),
        returned(150_000, "P0"),
        steps.ReportStoppedPayment(check_id="CHK-1", amount_fen=150_000, account_masked="另一银行 ****4000"),
        steps.ReportTermination(reason="供方停产"),
        steps.ReportDeduction(amount_fen=10_000, reason="迟交"),
        steps.ReportDelivery(delivered_on=TODAY),
        steps.RecordCourtFreeze(order_number="（2026）云01执1号", court="示例法院"),
        steps.LiftCourtFreeze(order_number="（2026）云01执1号", reason="和解"),
        steps.SuspectFraud(reason="印章不符"),
        steps.ClearFraud(reason="印章已核"),
        steps.ConfirmFraud(reason="合同系伪造"),
        steps.CorrectClockStart(clock=ClockId.FINANCING, corrected_on=TODAY, reason="受理日记错"),
        steps.DecideClockCorrection(clock=ClockId.FINANCING, approve=True, reason="属实"),
    )
}
"""One step of each kind, right in itself."""


def by(event: Frozen) -> Principal:
    """Whose step it is; what is no step is the engine's."""
    return PARTIES[event.by_role[0]] if isinstance(event, Step) else SYSTEM


def journal(*events: Frozen, asked: LoanApplication | None = None, began: datetime = BEGAN) -> tuple[Entry, ...]:
    """The lines that these events make, the application before them, an hour between any two."""
    told = (facts.Submitted(application=asked or application()), *events)
    return tuple(
        Entry.model_validate(
            {
                "sequence": number,
                "at": began + timedelta(hours=number - 1),
                "by": by(event) if number > 1 else SUPPLIER,
                "event": event,
                "key": f"key-{number}",
            }
        )
        for number, event in enumerate(told, start=1)
    )


def folded(entries: tuple[Entry, ...]) -> Loan:
    loan = opened(entries[0])
    for entry in entries[1:]:
        loan = after(loan, entry)
    return loan


def lived(*events: Frozen, asked: LoanApplication | None = None, began: datetime = BEGAN) -> Loan:
    """The loan to which these events have happened."""
    return folded(journal(*events, asked=asked, began=began))


def lent(method: RepaymentMethod = RepaymentMethod.ON_COLLECTION, *more: Frozen, **changed: Any) -> Loan:
    """A loan of 2,000 yuan paid out on 2 March."""
    signed = (verified(contract(**changed)), steps.Accept(), offer(method=method), SIGN)
    return lived(*signed, *PATHS[Stage.DISBURSED][4:], *more)


def at_stage(stage: Stage) -> Loan:
    loan = lived(*PATHS[stage])
    assert loan.stage is stage
    return loan


def on(
    loan: Loan,
    event: Frozen,
    moment: datetime,
    who: Principal | None = None,
    key: str | None = None,
    noted: Noted | None = None,
) -> Loan:
    """The loan after one more line, written at that moment."""
    entry = Entry.model_validate(
        {
            "sequence": loan.sequence + 1,
            "at": moment,
            "by": who or by(event),
            "event": event,
            "key": key,
            "noted": noted,
        }
    )
    return after(loan, entry)


def taken(step: Step, who: Principal | None = None, key: str = "key-new") -> TakenStep[Step]:
    return TakenStep[Step].model_construct(step=step, by=who or by(step), key=key)
