"""Examples of every body that the API takes and gives (示例); invented organisations throughout."""

from datetime import date
from typing import Any

from zhengcaidai.messages.accounts import Account
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.previews import preview
from zhengcaidai.rules.identifiers import cautions_in
from zhengcaidai.web.explaining import previewed

__all__ = [
    "ACCOUNT",
    "APPLICATION",
    "CAUTION",
    "CHANGE_RECEIPT",
    "DEADLINE",
    "DOCUMENT",
    "LOAN",
    "LOAN_ID",
    "PREVIEW",
    "PREVIEW_FROM",
    "PRODUCT",
    "RECEIPT",
    "REMINDER",
    "STEP_ANSWER",
    "STEP_BODIES",
    "TASK",
    "TASK_CLAIM",
    "TASK_ID",
]

LOAN_ID = "L20260918-7Q4M2K9XTB5D"
CHANGE_ID = "L20260918-7Q4M2K9XTB5D-AC9"
REASON = {"reason": "说明事由"}

DOCUMENT: dict[str, Any] = {
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media_type": "application/pdf",
    "size_bytes": 48213,
    "title": "征信查询授权书",
}
ACCOUNT: dict[str, Any] = {
    "name": "昆明示例教学设备有限公司",
    "number": "6201000100000001",
    "bank_name": "示例第一银行股份有限公司",
    "cnaps": None,
}
APPLICATION: dict[str, Any] = {
    "region": "530100",
    "supplier": {
        "uscc": "91530100MA6KM0001M",
        "name": "昆明示例教学设备有限公司",
        "scale": "small",
        "mobile": "13800000001",
    },
    "bank_id": "bank-one",
    "product_id": "bank-one-contract-loan",
    "basis": "award_notice",
    "award_number": "SAMPLE-530100-1",
    "filing_number": None,
    "amount_fen": 48000000,
    "term_days": 180,
    "credit_inquiry_authorisation": DOCUMENT,
    "materials": [],
}
RECEIPT: dict[str, Any] = {"loan_id": LOAN_ID, "sequence": 3, "stage": "accepted"}
STEP_ANSWER: dict[str, Any] = {**RECEIPT, "cautions": []}
CAUTION: dict[str, Any] = dict(
    cautions_in({"new_account": Account.model_validate({**ACCOUNT, "cnaps": "102100099995"})})[-1]
)
CHANGE_RECEIPT: dict[str, Any] = {"change_id": CHANGE_ID, "sequence": 2, "stage": "submitted"}

STEP_BODIES: dict[str, dict[str, Any]] = {
    "accept": {},
    "request_materials": {"items": ["近一年纳税证明"], **REASON},
    "supply_materials": {"documents": [DOCUMENT], "note": "已补齐"},
    "approve": {
        "amount_fen": 48000000,
        "annual_rate": "0.0385",
        "penalty_rate": "0.05775",
        "day_count": "actual_360",
        "term_days": 180,
        "method": "on_collection",
        "designated_account": ACCOUNT,
        "offer_expires_on": None,
        "collateral": False,
        "guarantee": False,
        "extra_fees_fen": 0,
    },
    "reject": REASON,
    "sign": {"agreement_number": "KM-2026-0001", "agreement": None},
    "withdraw": REASON,
    "resend": {"bank_id": "bank-two", "product_id": "bank-two-contract-loan", **REASON},
    "file_contract": {"filing_number": "昆备[2026]2号"},
    "refile_account_change": REASON,
    "report_disbursement": {"bank_reference": "JD-20260930-1", "amount_fen": 48000000, "value_date": "2026-09-30"},
    "report_not_paid_out": REASON,
    "retry_disbursement": REASON,
    "file_fund_use_plan": {
        "plan_number": "PLAN-2026-1",
        "amount_fen": 12000000,
        "pay_on": "2026-10-30",
        "account_number": "6201000100000001",
    },
    "post_payment": {
        "payment_id": "PAY-2026-1",
        "amount_fen": 12000000,
        "account_number": "6201000100000001",
        "value_date": "2026-10-30",
        "plan_number": "PLAN-2026-1",
    },
    "return_payment": {
        "return_id": "RET-2026-1",
        "payment_id": "PAY-2026-1",
        "amount_fen": 12000000,
        "value_date": "2026-10-31",
    },
    "report_stopped_payment": {"check_id": "CHK-2026-1", "amount_fen": 12000000, "account_masked": "****6666"},
    "report_termination": {**REASON, "document": None},
    "report_deduction": {"amount_fen": 500000, **REASON},
    "report_delivery": {"delivered_on": "2026-10-15", "document": None},
    "record_court_freeze": {"order_number": "（2026）示例执1号", "court": "示例区人民法院", "document": None},
    "lift_court_freeze": {"order_number": "（2026）示例执1号", **REASON},
    "suspect_fraud": REASON,
    "clear_fraud": REASON,
    "confirm_fraud": REASON,
    "correct_clock_start": {"clock": "financing", "corrected_on": "2026-09-18", **REASON},
    "decide_clock_correction": {"clock": "financing", "approve": True, **REASON},
    "upload_scan": {"scan": {**DOCUMENT, "title": "合同账户变更申请（盖章）"}},
    "submit_change": {},
    "approve_change": {},
    "refuse_change": REASON,
    "consent_to_change": {},
    "refuse_consent": REASON,
    "cancel_change": REASON,
}
"""By a step's kind."""

TASK: dict[str, Any] = {
    "actions": ["accept", "reject"],
    "role": "bank",
    "organisation_id": "bank-one",
    "zh": "受理融资申请",
    "en": "accept the application",
    "clause": "kunming/2.3.3",
    "clock": None,
    "due_at": None,
    "provisional": False,
    "reference": "",
}
TASK_ID = f"loan:{LOAN_ID}:3f2a91c07d5e4b68-1"
TASK_CLAIM: dict[str, Any] = {
    "task_id": TASK_ID,
    "claimed_by": "li-1",
    "claimed_at": "2026-09-18T11:05:00+08:00",
    "claimed_from": None,
}
REMINDER: dict[str, Any] = {
    "reminded_by": {"user_id": "qian-1", "organisation_id": "bureau-530100", "role": "finance_bureau"},
    "reminded_at": "2026-09-21T09:10:00+08:00",
}
LOAN: dict[str, Any] = {
    "loan_id": LOAN_ID,
    "region": "530100",
    "stage": "verified",
    "supplier_id": "supplier-530100-1",
    "bank_id": "bank-one",
    "purchaser_id": "purchaser-530100-1",
    "product_id": "bank-one-contract-loan",
    "award_number": "SAMPLE-530100-1",
    "filing_number": None,
    "amount_fen": 48000000,
    "principal_fen": 0,
    "owed_fen": 0,
    "submitted_at": "2026-09-18T10:30:00+08:00",
    "disbursed_on": None,
    "due_on": None,
    "awaited": ["bank"],
    "next_due_at": None,
    "breaches": 0,
    "overdue": False,
    "frozen": False,
    "suspected_fraud": False,
    "sequence": 2,
    "updated_at": "2026-09-18T10:30:01+08:00",
    "stage_title": "已核验",
    "as_of": "2026-09-18",
}
PREVIEW_FROM = date(2026, 9, 18)
"""Before 国庆, on a Friday that a make-up Sunday follows."""
PREVIEW = preview("530100", "financing", PREVIEW_FROM, calendar_years(PREVIEW_FROM))
DEADLINE = previewed(PREVIEW)
PRODUCT: dict[str, Any] = {
    "product_id": "bank-one-contract-loan",
    "bank_id": "bank-one",
    "bank_name": "示例第一银行股份有限公司",
    "name": "示例政采贷",
    "channel": "online",
    "regions": ["530100", "410300"],
    "live": True,
    "max_fen": 500000000,
    "max_term_days": 365,
    "indicative_rate": "0.0385",
    "promise_days": None,
    "branch_name": "示例第一银行示例支行",
    "contact_name": "示例经理甲",
    "contact_mobile": "13800000101",
    "head_office_mobile": None,
    "collateral": False,
    "guarantee": False,
    "extra_fees": False,
}
