"""The printed documents say what they must, in HTML and in PDF, and every character of them is really drawn."""

import time
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from tests.documents.reading import read_back, squeeze
from tests.documents.samples import LENDER, NEW_ACCOUNT, SUPPLIER, certificate, change_form, deal_sheet
from zhengcaidai.documents.content import page_of
from zhengcaidai.documents.errors import FontMissing, GlyphMissing, PageTooLong
from zhengcaidai.documents.fonts import find_font
from zhengcaidai.documents.forms import render_html, render_pdf
from zhengcaidai.documents.scans import check_scan
from zhengcaidai.messages.documents import PrintedForm
from zhengcaidai.messages.regions import ProvisionId
from zhengcaidai.registers.sources import text_source

FORMS: list[PrintedForm] = [change_form(), deal_sheet(), certificate()]
TITLES = [page_of(form).title for form in FORMS]

HANYANG_FIELDS = {
    "采购单号": "HYCG-2021-0100",
    "合同备案号": "合备[2021]100号",
    "采购合同账户名称": SUPPLIER,
    "采购合同账号": "627019191117867678",
    "采购合同开户银行": "阜丰公司业务部",
    "拟变更账户名称": SUPPLIER,
    "拟变更账号": "627019191117868888",
    "拟变更开户银行": "交通银行",
}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def read_html(html: str) -> tuple[str, list[str]]:
    parser = _Text()
    parser.feed(html)
    return squeeze("".join(parser.parts)), parser.tags


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize("medium", ["html", "pdf"])
def test_the_change_form_has_every_field_of_hanyangs_form_beside_its_value(medium: str) -> None:
    form = change_form()
    text = read_html(render_html(form))[0] if medium == "html" else read_back(render_pdf(form)).text
    for label, value in HANYANG_FIELDS.items():
        assert f"{label}{value}" in text
    for place in (f"供应商名称：{SUPPLIER}", "（公章）", "经办人（签字）：", "日期：年月日", "（hanyang/4.1.4）"):
        assert place in text


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.clause("hubei/3.1.4")
@pytest.mark.clause("jilin/4.2")
@pytest.mark.parametrize("medium", ["html", "pdf"])
@pytest.mark.parametrize(
    ("code", "cited"),
    [
        ("420105", "表式依据：阳财〔2023〕45号附件1第4.1.4节（hanyang/4.1.4）"),
        ("420000", "表式依据：《湖北省政府采购合同融资平台操作手册》三1（四）（hubei/3.1.4）"),
        (
            "530100",
            "变更依据：昆财采〔2022〕24号三（四）（kunming/3.4）；表式参照汉阳：阳财〔2023〕45号附件1第4.1.4节（hanyang/4.1.4）",
        ),
        ("410300", "变更依据：洛财购〔2021〕4号二（三）（luoyang/2.3）；表式参照汉阳：阳财〔2023〕45号"),
        ("220000", "变更依据：吉财采购〔2023〕721号四（二）（jilin/4.2）；表式参照汉阳：阳财〔2023〕45号"),
    ],
)
def test_the_change_form_cites_the_regions_own_text_and_hanyangs_only_as_its_model(
    code: str, cited: str, medium: str
) -> None:
    on = date(2026, 9, 1)
    own = {
        "form_source": text_source(code, on, ProvisionId.SEALED_CHANGE_FORM),
        "change_source": text_source(
            code, on, ProvisionId.ACCOUNT_CHANGE_BY_SUPPLIER, ProvisionId.ACCOUNT_BANK_CONSENT
        ),
    }
    form = change_form().model_copy(update=own)
    text = read_html(render_html(form))[0] if medium == "html" else read_back(render_pdf(form)).text
    assert cited in text
    assert text.count("依据") == 1


def test_a_region_whose_text_says_nothing_of_changes_is_given_no_clause_for_them() -> None:
    basis = page_of(change_form()).basis
    assert basis == "表式参照汉阳：阳财〔2023〕45号 附件1第4.1.4节（hanyang/4.1.4）"


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.parametrize(
    ("code", "cited"),
    [
        ("420105", "内容依据：阳财〔2023〕45号 附件1第4.1.3节（hanyang/4.1.3）"),
        ("530100", "反馈依据：昆财采〔2022〕24号 二（三）5（kunming/2.3.5）；内容参照汉阳：阳财〔2023〕45号"),
        ("410300", "内容参照汉阳：阳财〔2023〕45号"),
    ],
)
def test_the_deal_sheet_cites_the_regions_own_text(code: str, cited: str) -> None:
    source = text_source(code, date(2026, 9, 1), ProvisionId.DEAL_TO_PLATFORM)
    assert page_of(deal_sheet().model_copy(update={"source": source})).basis.startswith(cited)


@pytest.mark.clause("hanyang/4.1.3")
def test_the_deal_sheet_states_amount_rate_term_lender_and_filing_number() -> None:
    text = read_back(render_pdf(deal_sheet())).text
    for field in (
        "合同备案号：合备[2021]100号",
        f"融资银行{LENDER}",
        "融资金额2,000.00元",
        "融资年化利率2%",
        "融资期限180天",
    ):
        assert field in text
    assert "人民币贰仟元整" in text


def test_the_certificate_states_what_was_settled_when_and_which_account_is_free() -> None:
    text = read_back(render_pdf(certificate())).text
    for field in (
        f"贷款银行{LENDER}",
        "放款日期2026年11月23日",
        "结清日期2027年5月21日",
        f"解锁账户名称{SUPPLIER}",
        f"解锁账号{NEW_ACCOUNT.number}",
        "回款账户锁定已于2027年5月24日解除",
    ):
        assert field in text
    waiting = certificate().model_copy(update={"released_on": None})
    assert "回款账户锁定即将解除" in read_back(render_pdf(waiting)).text


@pytest.mark.parametrize("form", FORMS, ids=TITLES)
def test_html_and_pdf_carry_every_text_of_the_page_and_the_pdf_draws_each_character(form: PrintedForm) -> None:
    html_text, _ = read_html(render_html(form))
    pdf = read_back(render_pdf(form))
    for text in page_of(form).texts():
        assert squeeze(text) in html_text
        assert squeeze(text) in pdf.text
    assert pdf.without_ink == ()
    assert pdf.pages == 1


@pytest.mark.parametrize("form", FORMS, ids=TITLES)
def test_the_chinese_font_is_embedded_as_a_subset_and_the_file_stays_small(form: PrintedForm) -> None:
    data = render_pdf(form)
    assert len(data) < 100_000
    reader = PdfReader(BytesIO(data))
    objects = [IndirectObject(number, 0, reader).get_object() for number in reader.xref[0]]
    dictionaries = [found for found in objects if isinstance(found, DictionaryObject)]
    fonts = [found for found in dictionaries if found.get("/Type") == "/Font"]
    assert {str(font["/Subtype"]) for font in fonts} == {"/Type0", "/CIDFontType0"}  # the one font and its descendant
    assert all("NotoSansCJK" in str(font["/BaseFont"]) for font in fonts)
    (descriptor,) = [found for found in dictionaries if found.get("/Type") == "/FontDescriptor"]
    program = descriptor["/FontFile3"].get_object()
    assert isinstance(program, StreamObject)
    cff = CFFFontSet()
    cff.decompile(BytesIO(program.get_data()), None)
    characters = {character for text in page_of(form).texts() for character in text}
    assert len(characters) <= len(cff[0].CharStrings) < 2 * len(characters)


def test_the_same_form_gives_the_same_bytes_whenever_it_is_printed() -> None:
    first = render_pdf(change_form())
    time.sleep(1.1)  # a creation date counts in seconds
    assert render_pdf(change_form()) == first


def test_a_printed_form_passes_the_scan_check_itself() -> None:
    report = check_scan(render_pdf(change_form()), "application/pdf", "合同账户变更申请.pdf")
    assert report.pages == 1


HOSTILE = "<script>alert('1')</script>&amp;"


def test_html_escapes_what_a_name_contains_and_the_pdf_prints_it_as_written() -> None:
    form = change_form(supplier_name=HOSTILE)
    html = render_html(form)
    text, tags = read_html(html)
    assert "script" not in tags
    assert "<script" not in html
    assert squeeze(HOSTILE) in text
    assert squeeze(HOSTILE) in read_back(render_pdf(form)).text


def test_html_loads_nothing_from_elsewhere() -> None:
    html = render_html(change_form())
    assert "http" not in html
    assert not {"link", "img", "iframe", "object"} & set(read_html(html)[1])


@pytest.mark.parametrize("name", ["𠮷田商贸有限公司", "䶮腾（北京）科技㈱", "ＡＢＣ株式会社 Ünïcode Ltd."])
def test_rare_characters_that_the_font_has_are_drawn(name: str) -> None:
    pdf = read_back(render_pdf(change_form(supplier_name=name)))
    assert squeeze(name) in pdf.text
    assert pdf.without_ink == ()


@pytest.mark.parametrize(
    ("character", "code_point"),
    [
        ("😀", "U+1F600"),
        ("\ue000", "U+E000"),
        ("\u200b", "U+200B"),
        ("\u3164", "U+3164"),  # has a glyph without ink
        ("\n", "U+000A"),
        ("\U000323af", "U+323AF"),
    ],
)
def test_a_character_that_cannot_be_drawn_is_named_not_left_blank(character: str, code_point: str) -> None:
    form = change_form(supplier_name=f"某{character}公司")
    with pytest.raises(GlyphMissing) as refused:
        render_pdf(form)
    for message in (refused.value.zh, refused.value.en):
        assert repr(character) in message
        assert code_point in message
    assert code_point not in render_html(change_form())


def test_without_a_font_nothing_is_printed_and_every_place_looked_at_is_named(tmp_path: Path) -> None:
    absent = (tmp_path / "NotoSansCJK-Regular.ttc", tmp_path / "NotoSansCJKsc-Regular.otf")
    with pytest.raises(FontMissing) as missing:
        render_pdf(change_form(), find_font(absent))
    for path in absent:
        assert str(path) in missing.value.zh
        assert str(path) in missing.value.en
    assert "fonts-noto-cjk" in missing.value.en


def _long(first: int) -> str:
    """500 different characters of the basic block, so that one lost or moved is noticed."""
    return "".join(chr(0x4E00 + (first + step) * 7 % 5000) for step in range(500))


def test_the_longest_names_are_printed_whole_on_as_many_sheets_as_they_need() -> None:
    account = NEW_ACCOUNT.model_copy(update={"name": _long(0), "bank_name": _long(1000)})
    names = (_long(2000), _long(3000), _long(4000))
    pdf = read_back(render_pdf(change_form(*names, new_account=account)))
    for name in (*names, account.name, account.bank_name):
        assert name in pdf.text
    assert pdf.without_ink == ()
    assert pdf.pages > 1
    assert f"第{pdf.pages}页/共{pdf.pages}页" in pdf.text


def test_a_row_higher_than_a_sheet_is_refused_with_its_label() -> None:
    account = NEW_ACCOUNT.model_copy(update={"name": "㍿㎏" * 2000})
    with pytest.raises(PageTooLong, match="采购合同账户名称"):
        render_pdf(change_form(new_account=account))
