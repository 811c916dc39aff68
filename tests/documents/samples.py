"""The source text's own sample form and deal (hanyang/4.1.3, hanyang/4.1.4), completed where they are blank."""

from datetime import date
from decimal import Decimal

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.documents import AccountChangeForm, DealSheetForm, SettlementCertificate

SUPPLIER = "山东中兴食品机械有限公司"
LENDER = "昆仑银行股份有限公司乌鲁木齐分行"
PURCHASER = "武汉市汉阳区住房和城乡建设局"

OLD_ACCOUNT = Account(name=SUPPLIER, number="627019191117867678", bank_name="阜丰公司业务部")
NEW_ACCOUNT = Account(name=SUPPLIER, number="627019191117868888", bank_name="交通银行")


def change_form(
    supplier_name: str = SUPPLIER,
    purchaser_name: str = PURCHASER,
    contract_title: str = "样例：食品加工设备采购合同",
    new_account: Account = NEW_ACCOUNT,
) -> AccountChangeForm:
    return AccountChangeForm(
        loan_number="ZCD-420105-2026-000017",
        region_code="420105",
        region_name="湖北省武汉市汉阳区",
        procurement_number="HYCG-2021-0100",
        contract_title=contract_title,
        filing_number="合备[2021]100号",
        purchaser_name=purchaser_name,
        supplier_name=supplier_name,
        old_account=OLD_ACCOUNT,
        new_account=new_account,
    )


def deal_sheet() -> DealSheetForm:
    return DealSheetForm(
        loan_number="ZCD-420105-2026-000017",
        filing_number="合备[2021]100号",
        contract_title="样例：食品加工设备采购合同",
        supplier_name=SUPPLIER,
        purchaser_name=PURCHASER,
        lender_name=LENDER,
        amount_fen=200_000,
        annual_rate=Decimal("0.02"),
        term_days=180,
        disbursed_on=date(2026, 11, 23),
        due_on=date(2027, 5, 22),
    )


def certificate() -> SettlementCertificate:
    return SettlementCertificate(
        loan_number="ZCD-420105-2026-000017",
        filing_number="合备[2021]100号",
        supplier_name=SUPPLIER,
        bank_name=LENDER,
        amount_fen=200_000,
        disbursed_on=date(2026, 11, 23),
        settled_on=date(2027, 5, 21),
        released_account=NEW_ACCOUNT,
        released_on=date(2027, 5, 24),
    )
