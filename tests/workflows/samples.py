"""Who and what the workflow tests are about: parties, a product, an award, a contract, an application, an offer."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from zhengcaidai.messages import steps
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Basis, EnterpriseScale, LoanApplication, Supplier
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.procurement import Award, Contract, PaymentInstalment
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.working_days import SHANGHAI

SUPPLIER_USCC = "91350100M000100Y43"
SUPPLIER_NAME = "示例供应商有限公司"
SUPPLIER_MOBILE, CONTACT_MOBILE = "13900001234", "13800001234"
SCAN = DocumentRef(sha256="a" * 64, media_type="application/pdf", size_bytes=1000, title="材料")


def account(number: str = "6222000011112222", name: str = SUPPLIER_NAME) -> Account:
    """An account of the supplier's."""
    return Account(name=name, number=number, bank_name="示例银行")


OLD_ACCOUNT, NEW_ACCOUNT = account("1000200030004000"), account("6222000011112222")


def product(channel: Channel = Channel.ONLINE, promise_days: int | None = None) -> Product:
    """A bank's product, live in every region that has a profile."""
    return Product(
        product_id="kl-zcd",
        bank_id="bank-kunlun",
        bank_name="昆仑银行股份有限公司乌鲁木齐分行",
        name="政采贷",
        channel=channel,
        regions=("530100", "410300", "420105", "220000"),
        max_fen=100_000_000,
        max_term_days=720,
        indicative_rate=Decimal("0.02"),
        promise_days=promise_days,
        branch_name="示例支行",
        contact_name="示例经理",
        contact_mobile=CONTACT_MOBILE,
    )


@dataclass(frozen=True)
class Parties:
    """Who acts in a test."""

    supplier: Principal = Principal(user_id="u-supplier", organisation_id="sup-1", role=Role.SUPPLIER)
    bank: Principal = Principal(user_id="u-bank", organisation_id="bank-kunlun", role=Role.BANK)
    purchaser: Principal = Principal(user_id="u-purchaser", organisation_id="pur-1", role=Role.PURCHASER)
    bureau: Principal = Principal(user_id="u-bureau", organisation_id="bureau-530100", role=Role.FINANCE_BUREAU)
    treasury: Principal = Principal(user_id="u-treasury", organisation_id="treasury-530100", role=Role.TREASURY)
    operator: Principal = Principal(user_id="u-operator", organisation_id=SYSTEM.organisation_id, role=Role.OPERATOR)

    def of(self, role: Role) -> Principal:
        """The one who plays a role."""
        return {
            Role.SUPPLIER: self.supplier,
            Role.BANK: self.bank,
            Role.PURCHASER: self.purchaser,
            Role.FINANCE_BUREAU: self.bureau,
            Role.TREASURY: self.treasury,
            Role.OPERATOR: self.operator,
        }[role]

    def of_region(self, region: str) -> "Parties":
        """The same people, the bureau's and treasury's of another region."""
        return replace(
            self,
            bureau=self.bureau.model_copy(update={"organisation_id": f"bureau-{region}"}),
            treasury=self.treasury.model_copy(update={"organisation_id": f"treasury-{region}"}),
        )


def offer(**changes_to_offer: Any) -> steps.Approve:
    """What the bank offers unless told otherwise: all that was asked, 2 %, on collection."""
    given: dict[str, Any] = {
        "amount_fen": 200_000,
        "annual_rate": Decimal("0.02"),
        "penalty_rate": Decimal("0.03"),
        "term_days": 180,
        "method": RepaymentMethod.ON_COLLECTION,
        "designated_account": NEW_ACCOUNT,
    }
    return steps.Approve(**(given | changes_to_offer))


def application(region: str, basis: Basis, loan_id: str, contract: Contract, **changed: Any) -> LoanApplication:
    """An application for 2,000 yuan, as in Hanyang's sample."""
    given: dict[str, Any] = {
        "loan_id": loan_id,
        "region": region,
        "supplier": Supplier(
            organisation_id="sup-1",
            uscc=SUPPLIER_USCC,
            name=SUPPLIER_NAME,
            scale=EnterpriseScale.SMALL,
            mobile=SUPPLIER_MOBILE,
        ),
        "bank_id": "bank-kunlun",
        "product_id": "kl-zcd",
        "basis": basis,
        "award_number": contract.award_number,
        "filing_number": contract.filing_number if basis is Basis.CONTRACT else None,
        "amount_fen": 200_000,
        "term_days": 180,
        "credit_inquiry_authorisation": SCAN,
    }
    return LoanApplication(**(given | changed))


def contract_for(
    region: str, number: str, collection_account: Account, payments: tuple[PaymentInstalment, ...]
) -> Contract:
    """A filed contract of 3,000 yuan."""
    today = datetime.now(UTC).astimezone(SHANGHAI).date()
    return Contract(
        filing_number=f"合备[2026]{number}号",
        award_number=f"ZB{number}",
        title="办公家具采购",
        region=region,
        purchaser_id="pur-1",
        purchaser_name="示例采购人",
        supplier_uscc=SUPPLIER_USCC,
        supplier_name=SUPPLIER_NAME,
        amount_fen=300_000,
        signed_on=today - timedelta(days=3),
        filed_on=today - timedelta(days=2),
        collection_account=collection_account,
        payments=payments,
    )


def award_for(contract: Contract) -> Award:
    """The award behind a contract."""
    return Award(
        award_number=contract.award_number,
        project_name=contract.title,
        region=contract.region,
        purchaser_id=contract.purchaser_id,
        purchaser_name=contract.purchaser_name,
        supplier_uscc=contract.supplier_uscc,
        supplier_name=contract.supplier_name,
        amount_fen=contract.amount_fen,
        issued_on=contract.signed_on - timedelta(days=5),
    )


def every_step(today: date) -> tuple[Step, ...]:
    """One of each step, in the order of `STEPS`; of the right form, whatever the loan says to it."""
    return (
        steps.Accept(),
        steps.RequestMaterials(items=("纳税证明",), reason="缺件"),
        steps.SupplyMaterials(documents=(SCAN,)),
        offer(),
        steps.Reject(reason="不符合准入"),
        steps.Sign(agreement_number="AG-1"),
        steps.Withdraw(reason="另有安排"),
        steps.Resend(new_loan_id="L-NEW", bank_id="bank-2", product_id="other", reason="换一家"),
        steps.FileContract(filing_number="合备[2026]1号"),
        steps.RefileAccountChange(reason="已更正"),
        steps.ReportDisbursement(bank_reference="REF-1", amount_fen=200_000, value_date=today),
        steps.ReportNotPaidOut(reason="尚未放款"),
        steps.RetryDisbursement(reason="额度已恢复"),
        steps.FileFundUsePlan(plan_number="PL1", amount_fen=1, pay_on=today, account_number=NEW_ACCOUNT.number),
        steps.PostPayment(payment_id="P1", amount_fen=1, account_number=NEW_ACCOUNT.number, value_date=today),
        steps.ReturnPayment(return_id="R1", payment_id="P1", amount_fen=1, value_date=today),
        steps.ReportStoppedPayment(check_id="C1", amount_fen=1, account_masked="****4000"),
        steps.ReportTermination(reason="双方解除合同"),
        steps.ReportDeduction(amount_fen=1, reason="履约不合格"),
        steps.ReportDelivery(delivered_on=today),
        steps.RecordCourtFreeze(order_number="(2026)执1号", court="示例法院"),
        steps.LiftCourtFreeze(order_number="(2026)执1号", reason="解除"),
        steps.SuspectFraud(reason="印章存疑"),
        steps.ClearFraud(reason="印章属实"),
        steps.ConfirmFraud(reason="合同系伪造"),
        steps.CorrectClockStart(clock=ClockId.FINANCING, corrected_on=today, reason="更正"),
        steps.DecideClockCorrection(clock=ClockId.FINANCING, approve=True, reason="属实"),
    )
