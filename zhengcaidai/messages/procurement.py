"""What the procurement system and the receivables platform tell us: awards, contracts, receivables (采购信息)."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.identifiers import Uscc

__all__ = ["Award", "BadRecord", "Contract", "PaymentInstalment", "ReceivableConfirmation", "ReceivableStatus"]


class Award(Frozen):
    """中标（成交）通知书 (kunming/2.3.2, luoyang/2.2)."""

    award_number: FilingNumber
    project_name: Text
    region: str
    purchaser_id: Identifier
    purchaser_name: Text
    supplier_uscc: Uscc
    supplier_name: Text
    amount_fen: PositiveFen
    issued_on: date


class PaymentInstalment(Frozen):
    """A payment that the contract promises: how much, on which day (合同约定付款)."""

    pay_on: date
    amount_fen: PositiveFen


class Contract(Frozen):
    """政府采购合同 with its filing (合同备案), as the procurement system holds it (luoyang/2.2, hanyang/4.1.1)."""

    filing_number: FilingNumber
    award_number: FilingNumber
    title: Text
    region: str
    purchaser_id: Identifier
    purchaser_name: Text
    supplier_uscc: Uscc
    supplier_name: Text
    amount_fen: PositiveFen
    signed_on: date
    filed_on: date
    collection_account: Account
    payments: tuple[PaymentInstalment, ...] = ()
    financing_bank_name: str | None = None


class BadRecord(Frozen):
    """不良行为记录: the supplier is on the list until a day (kunming/5.2, jilin/4.4: one to three years)."""

    supplier_uscc: Uscc
    reason: Text
    listed_on: date
    until: date


class ReceivableStatus(StrEnum):
    """What the receivables platform says of the contract's receivable."""

    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    PLEDGED_ELSEWHERE = "pledged_elsewhere"
    DISPUTED = "disputed"


class ReceivableConfirmation(Frozen):
    """应收账款确认 by the receivables platform (hanyang/4.1.3)."""

    award_number: FilingNumber
    status: ReceivableStatus
    confirmed_at: AwareDatetime | None = None
    reference: str = ""
