"""依据: on which clause a line of the journal or a task stands, in the region of its loan and in no other."""

from zhengcaidai.rules.organisations import is_within

__all__ = ["ground"]


def ground(kind: str, region: str) -> str | None:
    """The clause for a kind of step or fact in a region; None where the region's text has none of its own."""
    clauses = _CLAUSES.get(kind, {})
    return next((clause for ancestor, clause in clauses.items() if is_within(region, ancestor)), None)


_FRAUD = {"420105": "hanyang/3", "530100": "kunming/5.2"}
_CHANGE = {
    "420105": "hanyang/4.1.4",
    "420000": "hubei/3.1.4",
    "220000": "jilin/4.2",
    "410300": "luoyang/2.3",
    "530100": "kunming/3.4",
}
_CONSENT = {"420105": "hanyang/3", "410300": "luoyang/2.3", "530100": "kunming/3.4", "220000": "jilin/4.4"}
_PAYMENT = {"530100": "kunming/2.3.6", "410300": "luoyang/2.3"}

_CLAUSES: dict[str, dict[str, str]] = {
    "verified": {"420105": "hanyang/3", "410300": "luoyang/2.5", "530100": "kunming/2.3.3"},
    "forged": {"420105": "hanyang/3", "410300": "luoyang/2.5", "530100": "kunming/5.2"},
    "accept": {"530100": "kunming/4.2", "410300": "luoyang/2.4"},
    "request_materials": {"410300": "luoyang/2.4"},
    "supply_materials": {"410300": "luoyang/2.4"},
    "approve": {"530100": "kunming/2.3.3", "410300": "luoyang/2.4"},
    "file_contract": {"410300": "luoyang/2.2", "530100": "kunming/2.3.4"},
    "contract_checked": {"530100": "kunming/2.3.4", "410300": "luoyang/2.5"},
    "account_change_opened": _CHANGE,
    "account_change_ended": _CHANGE,
    "consent_to_change": _CONSENT,
    "account_locked": {"530100": "kunming/2.3.5", "410300": "luoyang/2.3"},
    "disbursed": {"530100": "kunming/2.3.5", "410300": "luoyang/2.4"},
    "report_disbursement": {"410300": "luoyang/2.1"},
    "file_fund_use_plan": _PAYMENT,
    "post_payment": _PAYMENT,
    "swept": {"530100": "kunming/2.3.6"},
    "report_stopped_payment": {"530100": "kunming/3.2", "410300": "luoyang/2.3"},
    "record_court_freeze": {"530100": "kunming/2.3.5"},
    "suspect_fraud": _FRAUD,
    "confirm_fraud": _FRAUD,
}
"""By kind and region, its text's own clause, the district's before the province's."""
