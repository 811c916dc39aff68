"""Messages as the engine sends them, each with what a test varies."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Basis, EnterpriseScale, LoanApplication, Supplier
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.money import EntryKind, LedgerEntry
from zhengcaidai.messages.orders import (
    AccountLockOrder,
    AccountUpdate,
    ApplicationPush,
    DealSheet,
    DisbursementOrder,
    EndReport,
    FundUsePlan,
    SweepOrder,
)
from zhengcaidai.rules.working_days import SHANGHAI

_NUMBERS = count(1)

ACCOUNT = Account(name="示例供应商有限公司", number="8800000000000001", bank_name="示例结算银行")
OTHER_ACCOUNT = Account(name="示例供应商有限公司", number="6201000100000001", bank_name="示例第一银行")
ORDERED_AT = datetime(2026, 9, 24, 16, 30, tzinfo=SHANGHAI)


def loan_number() -> str:
    return f"L{next(_NUMBERS):06d}"


def push(loan_id: str, bank_id: str = "bank-one") -> ApplicationPush:
    supplier = Supplier(
        organisation_id="supplier-1",
        uscc="91530100MA6KM0001M",
        name="示例供应商有限公司",
        scale=EnterpriseScale.SMALL,
        mobile="13800000001",
    )
    authorisation = DocumentRef(sha256="0" * 64, media_type="application/pdf", size_bytes=10, title="征信查询授权书")
    application = LoanApplication(
        loan_id=loan_id,
        region="530100",
        supplier=supplier,
        bank_id=bank_id,
        product_id="bank-one-contract-loan",
        basis=Basis.AWARD_NOTICE,
        award_number="A-1",
        amount_fen=50_000_00,
        term_days=90,
        credit_inquiry_authorisation=authorisation,
    )
    return ApplicationPush(
        key=f"{loan_id}-push", application=application, award_amount_fen=90_000_00, repeat_borrower=False
    )


def disbursement(
    loan_id: str, amount_fen: int = 50_000_00, bank_id: str = "bank-one", key: str = ""
) -> DisbursementOrder:
    return DisbursementOrder(
        key=key or f"{loan_id}-disburse",
        loan_id=loan_id,
        bank_id=bank_id,
        agreement_number=f"AG-{loan_id}",
        amount_fen=amount_fen,
        to_account=ACCOUNT,
        ordered_at=ORDERED_AT,
    )


def allocation(sequence: int, payment_id: str, *, reverses: int | None = None, **amounts: int) -> LedgerEntry:
    return LedgerEntry(
        sequence=sequence,
        kind=EntryKind.ALLOCATION,
        key=payment_id,
        cause=payment_id,
        value_date=date(2026, 10, 30),
        posted_at=datetime(2026, 10, 30, 10, tzinfo=SHANGHAI),
        reverses=reverses,
        **amounts,
    )


def sweep(loan_id: str, *entries: LedgerEntry, key: str = "", bank_id: str = "bank-one") -> SweepOrder:
    return SweepOrder(key=key or f"{loan_id}-sweep-{next(_NUMBERS)}", loan_id=loan_id, bank_id=bank_id, entries=entries)


def lock(loan_id: str, filing_number: str, account: Account, key: str = "") -> AccountLockOrder:
    return AccountLockOrder(
        key=key or f"{loan_id}-lock-{next(_NUMBERS)}", loan_id=loan_id, filing_number=filing_number, account=account
    )


def change(filing_number: str, old: Account, new: Account, loan_id: str | None = None) -> AccountUpdate:
    number = next(_NUMBERS)
    return AccountUpdate(
        key=f"change-{number}",
        change_id=f"C{number}",
        filing_number=filing_number,
        old_account=old,
        new_account=new,
        loan_id=loan_id,
    )


def plan(loan_id: str, filing_number: str, account: Account, amount_fen: int = 30_000_00) -> FundUsePlan:
    number = next(_NUMBERS)
    return FundUsePlan(
        key=f"plan-{number}",
        plan_number=f"P{number:06d}",
        loan_id=loan_id,
        filing_number=filing_number,
        amount_fen=amount_fen,
        pay_on=date(2026, 10, 30),
        account_number=account.number,
    )


def deal(loan_id: str, filing_number: str) -> DealSheet:
    return DealSheet(
        key=f"{loan_id}-deal",
        loan_id=loan_id,
        filing_number=filing_number,
        lender_id="bank-one",
        lender_name="示例第一银行股份有限公司",
        amount_fen=50_000_00,
        annual_rate=Decimal("0.0385"),
        term_days=90,
        disbursed_on=date(2026, 9, 24),
        due_on=date(2026, 12, 23),
    )


def end(loan_id: str, stage: str = "settled") -> EndReport:
    return EndReport(key=f"{loan_id}-end", loan_id=loan_id, stage=stage, ended_at=ORDERED_AT)
