"""The register that comes with the software: complete, dated, and in our own words."""

import hashlib
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from zhengcaidai.registers.clauses import Document
from zhengcaidai.registers.duties import Parameter
from zhengcaidai.registers.loading import clause_register

REGISTER = clause_register()
SOURCES = Path(__file__).parents[3] / "shared" / "seeds"
SHARED_RUN = 12
"""So many Chinese characters in a row are a sentence taken over, not a term of the field."""

# Clause → the heading under which it is known throughout the code, tests and documents.
KNOWN = {
    "hanyang/3": "风险控制",
    "hanyang/4.1.1": "合同信息（供应商）",
    "hanyang/4.1.3": "合同融资",
    "hanyang/4.1.4": "融资账户变更",
    "hubei/2.4": "金融机构登录",
    "hubei/2.5": "供应商登录",
    "luoyang/2.1": "融资平台，线上线下",
    "luoyang/2.2": "合同签订、备案与公开",
    "luoyang/2.3": "资金闭环",
    "luoyang/2.4": "融资效率",
    "luoyang/2.5": "融资成本",
    "luoyang/3.2": "激励约束",
    "kunming/2.2.2": "金融机构报备",
    "kunming/2.3.4": "账户管理",
    "kunming/2.3.5": "贷款发放与账户不变",
    "kunming/3.2": "采购单位的职责",
    "kunming/4.1": "降低门槛",
    "kunming/4.2": "加快审批",
    "kunming/4.3": "降低成本",
    "kunming/5.2": "责任追究",
    "jilin/3.1": "合同融资贷",
    "jilin/4.2": "支持合同融资",
    "jilin/4.4": "诚信履约",
}


@pytest.mark.parametrize(("clause", "title"), KNOWN.items())
def test_ids_keep_their_meaning(clause: str, title: str) -> None:
    assert REGISTER.clauses[clause].title_zh == title


def test_every_id_is_given_once() -> None:
    clauses = Counter(clause.id for document in REGISTER.documents for clause in document.clauses)
    duties = Counter(
        duty.id for document in REGISTER.documents for clause in document.clauses for duty in clause.duties
    )
    assert [each for each, times in (clauses + duties).items() if times > 1] == []


def test_a_reference_is_a_clause_or_a_duty() -> None:
    assert REGISTER.knows("kunming/4.2")
    assert REGISTER.knows("kunming/4.2#2")
    assert not REGISTER.knows("kunming/4.2#3")
    assert not REGISTER.knows("kunming/4")


def figures(region: str, key: str) -> list[Parameter]:
    """The values that a region's own texts give, one after the other."""
    return [each for its_region, _, each in REGISTER.dated_parameters() if (its_region, each.key) == (region, key)]


@pytest.mark.clause("kunming/6")
@pytest.mark.parametrize(
    ("region", "key", "first_day", "value"),
    [
        ("530100", "clocks.financing.limit_days", date(2022, 9, 29), 5),
        ("530100", "clocks.financing.repeat_limit_days", date(2022, 9, 29), 3),
        ("410300", "clocks.approval.limit_days", date(2021, 3, 10), 10),
        ("410300", "clocks.disbursement.limit_days", date(2021, 3, 10), 7),
        ("410300", "clocks.contract_signing.limit_days", date(2021, 3, 10), 15),
        ("410300", "clocks.contract_filing.limit_days", date(2021, 3, 10), 3),
        ("000000", "clocks.treasury_payment.limit_days", date(2020, 9, 1), 30),
        ("220000", "bans.years_min", date(2023, 12, 31), 1),
        ("220000", "bans.years_max", date(2023, 12, 31), 3),
    ],
)
def test_a_figure_holds_from_the_day_its_text_takes_effect(region: str, key: str, first_day: date, value: int) -> None:
    first, *later = figures(region, key)
    assert first.valid_from == first_day
    assert [first, *later][-1].valid_to is None
    assert {each.value for each in (first, *later)} == {value}


def test_a_region_has_no_figure_that_its_text_does_not_give() -> None:
    assert figures("420105", "clocks.financing.limit_days") == []


def test_what_is_wrong_in_the_texts_is_on_record() -> None:
    noted = {document.id: " ".join(each.found_zh for each in document.discrepancies) for document in REGISTER.documents}
    assert "2024年3月10日" in noted["luoyang"]
    assert "山东中兴食品机械有限公司" in noted["hanyang"]
    assert all(noted[each] for each in ("hanyang", "hubei", "luoyang", "kunming", "jilin"))


def _source(document: Document) -> bytes:
    if not SOURCES.is_dir():
        pytest.skip(f"the source texts are not beside the checkout ({SOURCES})")
    for file in SOURCES.glob("*.txt"):
        text = file.read_bytes()
        if hashlib.sha256(text).hexdigest() == document.text_sha256:
            return text
    return pytest.fail(f"no text in {SOURCES} has the hash of {document.id}")


HASHED = [document for document in REGISTER.documents if document.text_sha256 is not None]


def test_the_five_texts_are_known_by_their_hash() -> None:
    assert {document.id for document in HASHED} == {"hanyang", "hubei", "luoyang", "kunming", "jilin"}


@pytest.mark.parametrize("document", HASHED, ids=lambda document: document.id)
def test_no_sentence_of_a_source_is_taken_over(document: Document) -> None:
    source = _runs(_source(document).decode("utf-8"))
    ours = [
        text
        for clause in document.clauses
        for duty in clause.duties
        for text in (
            duty.duty_zh,
            *(words.zh for words in (duty.reading, duty.why) if words is not None),
            *(words.zh for words in duty.other_readings),
        )
    ]
    copied = {text: sorted(_runs(text) & source) for text in ours}
    assert {text: runs for text, runs in copied.items() if runs} == {}


def _runs(text: str) -> set[str]:
    """All runs of so many Chinese characters; line breaks and spaces within the source's lines are not text."""
    joined = re.sub(r"\s+", "", text)
    return {
        run[start : start + SHARED_RUN]
        for run in re.findall(r"[\u4e00-\u9fff]+", joined)
        for start in range(len(run) - SHARED_RUN + 1)
    }


def test_a_copied_sentence_would_be_found() -> None:
    copied = "贷款发放后，融资回款账户在任何情形下都不得自行变更"
    assert _runs("融资回款账户在任何情形下都不得\n自行变更") & _runs(copied)
    assert not _runs("回款账户固定，谁都不能改") & _runs(copied)
