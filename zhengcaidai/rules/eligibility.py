"""May this application be financed at all (准入与核验)? At the door from what it says, then from what was found."""

from collections.abc import Iterator
from dataclasses import dataclass

from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.applications import Basis, LoanApplication
from zhengcaidai.messages.findings import ClaimAnswer, ProcurementFindings
from zhengcaidai.messages.procurement import Award, Contract, ReceivableConfirmation, ReceivableStatus
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.regions import CapMeasure, ProductKind, ProvisionId, RegionProfile
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.wording import yuan

__all__ = ["Verdict", "cap_fen", "check_application", "check_product", "verdict"]


def check_product(product: Product, profile: RegionProfile, *, where: str | None = None) -> None:
    """产品准入: no collateral, guarantee or extra fees where the region forbids them. Raises RuleBroken.

    Kunming, Luoyang and Jilin forbid the first two; Kunming the third as well (luoyang/2.5, kunming/4.1, kunming/4.3,
    jilin/3). A bank without a system lends only where the region lets it work offline (luoyang/2.1, hanyang/1).

    What is registered here is a contract loan, which the region's platform must offer (jilin/3).

    `where`: the field in which an applicant names the product. Its bank is told which of the product's own is wrong.
    """
    if ProductKind.CONTRACT_LOAN not in profile.products.value:
        raise RuleBroken(
            f"{profile.name_zh}的平台不办理合同融资贷。",
            f"The platform of {profile.name_en} does not offer contract loans.",
            where=where or "regions",
            right=" / ".join(profile.products.value),
            clause=profile.products.clause,
        )
    if product.channel not in profile.channels.value:
        raise RuleBroken(
            f"{profile.name_zh}的政采贷不接受此渠道（{product.channel}）的产品。",
            f"Contract loans of {profile.name_en} are handled {' or '.join(profile.channels.value)}, not {product.channel}.",
            where=where or "channel",
            right=" / ".join(profile.channels.value),
            clause=profile.channels.clause,
        )
    for field, asked, provision, zh, en in (
        ("collateral", product.collateral, ProvisionId.NO_COLLATERAL, "抵押", "collateral"),
        ("guarantee", product.guarantee, ProvisionId.NO_GUARANTEE, "担保", "a guarantee"),
        ("extra_fees", product.extra_fees, ProvisionId.NO_EXTRA_FEES, "另行收费", "extra fees"),
    ):
        found = profile.provision(provision)
        if asked and found is not None:
            raise RuleBroken(
                f"{profile.name_zh}的政采贷产品不得要求{zh}。",
                f"A product for {profile.name_en} must not ask for {en}.",
                where=where or field,
                clause=found.clause,
            )


def check_application(application: LoanApplication, product: Product | None, profile: RegionProfile) -> None:
    """门前核对 of what the application itself says. Raises RuleBroken, naming field and clause."""
    _check_product_choice(application, product, profile)
    sme = profile.provision(ProvisionId.SME_ONLY)
    if sme is not None and not application.supplier.scale.is_eligible:
        raise RuleBroken(
            "政采贷面向中小微企业；监狱企业、残疾人福利性单位视同小型、微型企业。",
            "Contract loans are for small and medium enterprises; prison enterprises and welfare units count as small.",
            where="supplier.scale",
            right="medium / small / micro / prison / disabled_welfare",
            clause=sme.clause,
        )
    if application.basis not in profile.bases.value:
        allowed = " / ".join(profile.bases.value)
        raise RuleBroken(
            f"{profile.name_zh}不接受以此为融资依据。",
            f"{profile.name_en} does not lend on this basis.",
            where="basis",
            right=allowed,
            clause=profile.bases.clause,
        )
    if application.basis is Basis.CONTRACT and application.filing_number is None:
        raise RuleBroken(
            "以采购合同融资须填写合同备案号。",
            "A loan on a contract needs the contract's filing number.",
            where="filing_number",
            clause=profile.bases.clause,
        )


def _check_product_choice(application: LoanApplication, product: Product | None, profile: RegionProfile) -> None:
    registered = profile.provision(ProvisionId.BANK_REGISTRATION)
    if product is None or product.bank_id != application.bank_id:
        raise RuleBroken(
            "该银行没有此产品。",
            "The bank has no such product.",
            where="product_id",
            right="GET /v1/products",
            clause=registered.clause if registered else None,
        )
    if not product.live or profile.code not in product.regions:
        raise RuleBroken(
            f"该产品未在{profile.name_zh}上线。",
            f"The product is not live in {profile.name_en}.",
            where="product_id",
            right="GET /v1/products",
            clause=registered.clause if registered else None,
        )
    check_product(product, profile, where="product_id")
    for asked, most, field, unit in (
        (application.amount_fen, product.max_fen, "amount_fen", "分 / fen"),
        (application.term_days, product.max_term_days, "term_days", "天 / days"),
    ):
        if asked > most:
            raise RuleBroken(
                f"超过该产品的上限 {most}。",
                f"This is above the product's limit of {most}.",
                where=field,
                right=f"≤ {most} {unit}",
            )


def cap_fen(profile: RegionProfile, basis: Basis, award: Award, contract: Contract | None) -> tuple[int, str]:
    """融资上限 in fen and the clause that sets it (kunming/4.1: the award's amount; luoyang/1.1, jilin/3.1.2: the contract's)."""
    cap = profile.cap(basis)
    if cap is None:
        return award.amount_fen, profile.bases.clause
    measured = contract.amount_fen if cap.measure is CapMeasure.CONTRACT_AMOUNT and contract else award.amount_fen
    return measured * cap.percent // 100, cap.clause


@dataclass(frozen=True, slots=True)
class Verdict:
    """核验结论: no reasons means that the loan goes to its bank."""

    reasons: tuple[Words, ...]
    is_fraud: bool


def verdict(
    application: LoanApplication,
    profile: RegionProfile,
    found: ProcurementFindings,
    receivable: ReceivableConfirmation,
    claim: ClaimAnswer,
    *,
    altered: tuple[Words, ...] = (),
) -> Verdict:
    """核验: what was found against what the application says (hanyang/3, luoyang/2.5).

    Suspicious, and told to the finance bureau: a filed contract that does not exist although the application rests on
    it, an award or contract of another supplier, a contract of another award, and one that was `altered` after its award
    (see `rules.contracts.alterations`). All else refuses without suspicion: over
    the cap, on the bad-record list, financed already, receivable not confirmed, and an award number that the system does
    not know. That number alone is as likely mistyped as invented, and no paper is shown to be false by it; what the
    contract says of its award is not held against an applicant whose own number leads nowhere.
    """
    suspicious = (*_suspicions(application, profile, found), *altered)
    other = tuple(_hindrances(application, profile, found, receivable, claim))
    return Verdict(reasons=(*suspicious, *other), is_fraud=bool(suspicious))


def _suspicions(application: LoanApplication, profile: RegionProfile, found: ProcurementFindings) -> Iterator[Words]:
    award, contract, filing_number = found.award, found.contract, application.filing_number
    number, uscc = application.award_number, application.supplier.uscc
    checked = profile.provision(ProvisionId.CONTRACT_VERIFICATION) or profile.provision(ProvisionId.FRAUD_REPORT)
    clause = checked.clause if checked else None
    if award is not None and award.supplier_uscc != uscc:
        zh, en = f"中标（成交）通知书 {number} 的供应商与申请人不一致", f"award notice {number} names another supplier"
        yield Words(zh=zh, en=en, clause=clause)
    if filing_number is None:
        return
    if contract is None:
        zh = f"采购系统查无备案合同 {filing_number}"
        en = f"the procurement system has no filed contract {filing_number}"
        yield Words(zh=zh, en=en, clause=clause)
    elif contract.supplier_uscc != uscc:
        zh, en = f"备案合同 {filing_number} 的供应商与申请人不一致", f"contract {filing_number} names another supplier"
        yield Words(zh=zh, en=en, clause=clause)
    elif award is not None and contract.award_number != number:
        zh = f"备案合同 {filing_number} 不属于中标（成交）通知书 {number}"
        en = f"contract {filing_number} does not belong to award notice {number}"
        yield Words(zh=zh, en=en, clause=clause)


_RECEIVABLES = {
    ReceivableStatus.UNKNOWN: ("平台没有该笔应收账款", "the platform does not know it"),
    ReceivableStatus.PLEDGED_ELSEWHERE: ("已质押给他人", "it is pledged to somebody else"),
    ReceivableStatus.DISPUTED: ("有争议", "it is disputed"),
}


def _hindrances(
    application: LoanApplication,
    profile: RegionProfile,
    found: ProcurementFindings,
    receivable: ReceivableConfirmation,
    claim: ClaimAnswer,
) -> Iterator[Words]:
    if found.award is None:
        number = application.award_number
        yield Words(
            zh=f"采购系统查无中标（成交）通知书 {number}，请核对编号后重新申请",
            en=f"the procurement system has no award notice {number}: check the number and apply again",
        )
    else:
        yield from _of_award(application, profile, found, found.award, receivable)
    if found.bad_record is not None:
        until = found.bad_record.until
        yield Words(
            zh=f"供应商在不良行为记录名单内，至 {until}", en=f"the supplier is on the bad-record list until {until}"
        )
    if claim.held_by is not None:
        yield Words(
            zh="该采购合同已有一笔融资在办或未结清，一份合同只能融资一次",
            en="the contract is financed already, and a contract is financed once",
            clause="law/civil-code-445",
        )


def _of_award(
    application: LoanApplication,
    profile: RegionProfile,
    found: ProcurementFindings,
    award: Award,
    receivable: ReceivableConfirmation,
) -> Iterator[Words]:
    if award.region != application.region:
        yield Words(
            zh=f"采购项目属于行政区划 {award.region}，不属于{profile.name_zh}",
            en=f"the project belongs to region {award.region}, not to {profile.name_en}",
        )
    cap, clause = cap_fen(profile, application.basis, award, found.contract)
    if application.amount_fen > cap:
        asked, most = yuan(application.amount_fen), yuan(cap)
        yield Words(
            zh=f"申请金额 {asked} 元超过上限 {most} 元（{clause}）",
            en=f"the {asked} yuan asked for are above the cap of {most} yuan ({clause})",
            clause=clause,
        )
    if receivable.status is not ReceivableStatus.CONFIRMED:
        why_zh, why_en = _RECEIVABLES[receivable.status]
        yield Words(
            zh=f"应收账款平台未确认该应收账款：{why_zh}",
            en=f"the receivables platform has not confirmed the receivable: {why_en}",
        )
