"""What each printed document says: message in, page out. The sentences are the engine's own."""

from zhengcaidai.documents.pages import Field, Page, Paragraph, Row, SignOff
from zhengcaidai.documents.scans import MIN_SHORT_SIDE_PX, SCAN_TYPES_ZH
from zhengcaidai.documents.wording import amount, amount_in_capitals, bank_of, day, rate
from zhengcaidai.messages.documents import (
    MAX_DOCUMENT_BYTES,
    AccountChangeForm,
    DealSheetForm,
    PrintedForm,
    SettlementCertificate,
    TextSource,
)

__all__ = ["page_of"]

_INDENT = "\u3000\u3000"
_FORM_MODEL = TextSource(document="阳财〔2023〕45号", section="附件1第4.1.4节", clause="hanyang/4.1.4")
_DEAL_MODEL = TextSource(document="阳财〔2023〕45号", section="附件1第4.1.3节", clause="hanyang/4.1.3")


def page_of(form: PrintedForm) -> Page:
    """The page that a form, deal sheet or certificate is printed as."""
    match form:
        case AccountChangeForm():
            return _account_change(form)
        case DealSheetForm():
            return _deal_sheet(form)
        case SettlementCertificate():
            return _settlement(form)


def _basis(what: str, own: TextSource | None, model: TextSource, ground: str, source: TextSource | None) -> str:
    """The region's own text where it has one; where it has none, whose model the paper follows."""
    if own is not None:
        return f"{what}依据：{own}"
    stands_on = "" if source is None else f"{ground}：{source}；"
    return f"{stands_on}{what}参照汉阳：{model}"


def _one(label: str, value: str) -> Row:
    return Row((Field(label, value),))


def _two(label: str, value: str, other_label: str, other_value: str) -> Row:
    return Row((Field(label, value), Field(other_label, other_value)))


def _account_change(form: AccountChangeForm) -> Page:
    """合同账户变更申请 (hanyang/4.1.4)."""
    old, new = form.old_account, form.new_account
    request = (
        f"{_INDENT}我单位以上列采购合同办理政府采购合同融资，融资银行指定的回款账户与合同现收款账户不同。"
        "现申请把该合同的收款账户改为下表右侧的拟变更账户，请贵单位审核。"
    )
    limits = f"不超过 {MAX_DOCUMENT_BYTES // 2**20} MB，照片短边不少于 {MIN_SHORT_SIDE_PX} 像素"
    return Page(
        title="合同账户变更申请",
        reference=(f"贷款编号：{form.loan_number}", f"行政区划：{form.region_name}（{form.region_code}）"),
        blocks=(
            _two("采购单号", form.procurement_number, "合同备案号", form.filing_number),
            _one("采购合同名称", form.contract_title),
            _two("供应商名称", form.supplier_name, "采购人", form.purchaser_name),
            Paragraph((f"{form.purchaser_name}：", request)),
            _two("采购合同账户名称", old.name, "拟变更账户名称", new.name),
            _two("采购合同账号", old.number, "拟变更账号", new.number),
            _two("采购合同开户银行", bank_of(old), "拟变更开户银行", bank_of(new)),
            SignOff(f"{_INDENT}特此申请。", Field("供应商名称", form.supplier_name), signer="经办人（签字）"),
        ),
        notes=(
            "1. 打印后由经办人签字、填写日期，并加盖供应商公章。",
            f"2. 拍照或扫描整页，存为 {SCAN_TYPES_ZH}（{limits}）后上传并提交。",
            "3. 采购人同意后，合同收款账户才会变更；审核结果可在线查询。",
        ),
        basis=_basis("表式", form.form_source, _FORM_MODEL, "变更依据", form.change_source),
    )


def _deal_sheet(form: DealSheetForm) -> Page:
    """融资成交单 (hanyang/4.1.3)."""
    return Page(
        title="政府采购合同融资成交单",
        reference=(f"贷款编号：{form.loan_number}", f"合同备案号：{form.filing_number}"),
        blocks=(
            _one("采购合同名称", form.contract_title),
            _two("供应商名称", form.supplier_name, "采购人", form.purchaser_name),
            _one("融资银行", form.lender_name),
            _two("融资金额", amount(form.amount_fen), "融资年化利率", rate(form.annual_rate)),
            _one("金额（大写）", amount_in_capitals(form.amount_fen)),
            _one("融资期限", f"{form.term_days} 天"),
            _two("放款日期", day(form.disbursed_on), "到期日期", day(form.due_on)),
            Paragraph((f"{_INDENT}上列融资已经成交并放款。合同款项在贷款结清以前只付入为本笔贷款锁定的回款账户。",)),
        ),
        notes=("本单由平台按放款记录生成，并送应收账款融资服务平台；与借款合同不一致的，以借款合同为准。",),
        basis=_basis("内容", form.source if form.source == _DEAL_MODEL else None, _DEAL_MODEL, "反馈依据", form.source),
    )


def _settlement(form: SettlementCertificate) -> Page:
    """结清证明."""
    account = form.released_account
    released = f"已于{day(form.released_on)}解除" if form.released_on else "即将解除"
    statement = (
        f"{_INDENT}兹证明上列贷款的本金、利息和费用已于{day(form.settled_on)}全部还清，借贷双方就本笔贷款再无未结款项；"
        f"为本笔贷款设立的回款账户锁定{released}。"
    )
    return Page(
        title="贷款结清证明",
        reference=(f"贷款编号：{form.loan_number}", f"合同备案号：{form.filing_number}"),
        blocks=(
            _one("供应商名称", form.supplier_name),
            _one("贷款银行", form.bank_name),
            _one("贷款金额", amount(form.amount_fen)),
            _one("金额（大写）", amount_in_capitals(form.amount_fen)),
            _two("放款日期", day(form.disbursed_on), "结清日期", day(form.settled_on)),
            _one("解锁账户名称", account.name),
            _one("解锁账号", account.number),
            _one("解锁账户开户银行", bank_of(account)),
            Paragraph((statement,)),
            SignOff(f"{_INDENT}特此证明。", Field("贷款银行", form.bank_name)),
        ),
        notes=("本证明由平台按贷款台账生成，供贷款银行核对后盖章出具。",),
        basis="版式由平台运营方设定；各地制度文本未规定结清证明的样式。",
    )
