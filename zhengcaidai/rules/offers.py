"""What a bank may offer (授信要约): within what was asked and the cap, nothing pledged, nothing extra, to the supplier's account."""

from datetime import date, timedelta

from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.regions import ProvisionId
from zhengcaidai.messages.rulebook import PenaltyLimit, RulesInForce
from zhengcaidai.messages.steps import Approve
from zhengcaidai.rules.accounts import check_holder
from zhengcaidai.rules.eligibility import cap_fen
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.wording import percent_words

__all__ = ["check_offer"]

_LONGEST_OFFER = timedelta(days=366)
"""Set by the platform: an offer that nobody signs for a year is none."""


def check_offer(offer: Approve, loan: Loan, rules: RulesInForce, today: date) -> None:
    """Raises RuleBroken: above what was asked or the cap (kunming/4.1), too long, collateral, guarantee or fees
    (luoyang/2.5, kunming/4.1, kunming/4.3), an offer already expired, a penalty rate below the rate or above the
    platform's limit (law/penalty-rate), or an account that is not the supplier's (hanyang/4.1.4).
    """
    _check_amount(offer, loan, rules)
    for asked, provision, field, zh, en in (
        (offer.collateral, ProvisionId.NO_COLLATERAL, "collateral", "抵押", "collateral"),
        (offer.guarantee, ProvisionId.NO_GUARANTEE, "guarantee", "担保", "a guarantee"),
        (offer.extra_fees_fen > 0, ProvisionId.NO_EXTRA_FEES, "extra_fees_fen", "另行收费", "extra fees"),
    ):
        found = rules.profile.provision(provision)
        if asked and found is not None:
            raise RuleBroken(
                f"授信要约不得附带{zh}。", f"An offer must not ask for {en}.", where=field, clause=found.clause
            )
    _check_penalty_rate(offer, rules.penalty)
    if offer.offer_expires_on is not None and offer.offer_expires_on <= today:
        raise RuleBroken(
            f"要约有效期 {offer.offer_expires_on} 应晚于今天 {today}。",
            f"The offer's last day {offer.offer_expires_on} must be after today, {today}.",
            where="offer_expires_on",
        )
    if offer.offer_expires_on is not None and offer.offer_expires_on > today + _LONGEST_OFFER:
        raise RuleBroken(
            f"要约有效期 {offer.offer_expires_on} 超过一年。",
            f"The offer's last day {offer.offer_expires_on} is more than a year away.",
            where="offer_expires_on",
            right=f"≤ {today + _LONGEST_OFFER}",
        )
    application = loan.application
    holder, region = application.supplier.name, application.region
    check_holder(offer.designated_account, holder, region, where="designated_account.name")


def _check_penalty_rate(offer: Approve, limit: PenaltyLimit | None) -> None:
    """罚息: on what is overdue the rate is the loan's own or more, and at most half as much again (law/penalty-rate)."""
    if offer.penalty_rate < offer.annual_rate:
        raise RuleBroken(
            "罚息利率不得低于借款利率。",
            "The penalty rate cannot be below the annual rate.",
            where="penalty_rate",
            right=f"≥ {offer.annual_rate}",
        )
    if limit is None:
        return
    most = offer.annual_rate * limit.max_percent_of_rate / 100
    if offer.penalty_rate > most:
        given, percent = percent_words(offer.penalty_rate), limit.max_percent_of_rate
        raise RuleBroken(
            f"罚息利率 {given} 超过借款利率的 {percent}%，即 {percent_words(most)}；"
            "这是平台按中国人民银行罚息规定所设的上限，非地方文件要求。",
            f"The penalty rate {given} is above {percent}% of the loan's rate, which is {percent_words(most)}: the platform's "
            "limit, after the central bank's rule on late loans, not the region's text.",
            where="penalty_rate",
            right=f"≤ {most.normalize():f}",
            clause=limit.clause,
        )


def _check_amount(offer: Approve, loan: Loan, rules: RulesInForce) -> None:
    if offer.amount_fen > loan.application.amount_fen:
        raise RuleBroken(
            f"批准金额不得超过申请金额 {loan.application.amount_fen} 分。",
            f"No more can be approved than was asked for, {loan.application.amount_fen} fen.",
            where="amount_fen",
            right=f"≤ {loan.application.amount_fen}",
        )
    if loan.award is not None:
        cap, clause = cap_fen(rules.profile, loan.application.basis, loan.award, loan.contract)
        if offer.amount_fen > cap:
            raise RuleBroken(
                f"批准金额超过上限 {cap} 分。",
                f"This is above the cap of {cap} fen.",
                where="amount_fen",
                right=f"≤ {cap}",
                clause=clause,
            )
    if offer.term_days > rules.product.max_term_days:
        raise RuleBroken(
            f"期限超过该产品的上限 {rules.product.max_term_days} 天。",
            f"The term is above the product's limit of {rules.product.max_term_days} days.",
            where="term_days",
            right=f"≤ {rules.product.max_term_days}",
        )
