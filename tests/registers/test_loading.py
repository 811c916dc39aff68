"""A wrong file is refused, and the refusal names file, line, key and reason."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengcaidai.errors import InvalidInput
from zhengcaidai.registers.loading import parse_clauses

DOCUMENT = """\
id = "town"
title = "某市通知"
issuer = "某市财政局"
region = "530100"
issued_on = 2022-01-01
effective_on = 2022-02-01
reviewed_on = 2026-01-01
confirmed_until = 2026-12-31
confirmation = "对照原文"
text_note = "举例"

[[clause]]
id = "town/1"
title_zh = "时限"
title_en = "Limit"
section = "一"
[[clause.duty]]
id = "town/1#1"
kind = "deadline"
status = "enforced"
bearer = "bank"
duty_zh = "五日内办结。"
duty_en = "Done within five days."
rule = "zhengcaidai.rules.clocks"
[[clause.duty.parameter]]
key = "clocks.financing.limit_days"
value = 5
unit = "working_day"
valid_from = 2022-02-01
valid_to = 2023-12-31
[[clause.duty.parameter]]
key = "clocks.financing.limit_days"
value = 4
unit = "working_day"
valid_from = 2024-01-01

[[clause]]
id = "town/2"
title_zh = "宣传"
title_en = "Publicity"
section = "二"
[[clause.duty]]
id = "town/2#1"
kind = "organisation"
status = "not_modelled"
bearer = "finance_bureau"
duty_zh = "广为告知。"
duty_en = "Make it known."
why = { zh = "线下活动。", en = "Events." }
"""


def test_a_right_file_is_taken() -> None:
    register = parse_clauses({"town.toml": DOCUMENT})
    assert list(register.clauses) == ["town/1", "town/2"]
    assert register.clauses["town/2"].confirmed_until == date(2026, 12, 31)


def test_a_clause_may_be_confirmed_for_longer_than_its_document() -> None:
    longer = DOCUMENT.replace('section = "二"', 'section = "二"\nconfirmed_until = 2028-06-30')
    assert parse_clauses({"town.toml": longer}).clauses["town/2"].confirmed_until == date(2028, 6, 30)


# What is replaced, by what, the line and key that the refusal must name, and its reason.
WRONG = {
    "not TOML": ('id = "town"', 'id = "town', "town.toml", "not valid TOML"),
    "unknown field": (
        'bearer = "bank"',
        'bearer = "bank"\nurgent = true',
        "town.toml:22 clause.0.duty.0.urgent",
        "no such field",
    ),
    "unknown status": (
        '"enforced"',
        '"done"',
        "town.toml:20 clause.0.duty.0.status",
        "'enforced', 'shown' or 'not_modelled'",
    ),
    "unknown kind": ('"deadline"', '"wish"', "town.toml:19 clause.0.duty.0.kind", "'deadline'"),
    "enforced without rule": (
        'rule = "zhengcaidai.rules.clocks"\n',
        "",
        "town.toml:17 clause.0.duty.0",
        "needs `rule`",
    ),
    "not modelled without why": (
        'why = { zh = "线下活动。", en = "Events." }\n',
        "",
        "town.toml:42 clause.1.duty.0",
        "needs `why`",
    ),
    "not modelled with a rule": ("why =", 'rule = "a.b"\nwhy =', "town.toml:42 clause.1.duty.0", "cannot have a rule"),
    "enforced with why": (
        "rule =",
        'why = { zh = "一", en = "a" }\nrule =',
        "town.toml:17 clause.0.duty.0",
        "not_modelled",
    ),
    "other readings without ours": (
        "rule =",
        'other_readings = [{ zh = "一", en = "a" }]\nrule =',
        "town.toml:17 clause.0.duty.0",
        "`reading` is missing",
    ),
    "words in one language": (
        'why = { zh = "线下活动。", en',
        'why = { zh = "线下活动。", fr',
        "clause.1.duty.0.why.fr",
        "no such field",
    ),
    "rule that is no name": (
        '"zhengcaidai.rules.clocks"',
        '"the clocks"',
        "town.toml:24 clause.0.duty.0.rule",
        "pattern",
    ),
    "duty of another clause": ('"town/2#1"', '"town/1#2"', "town.toml:37 clause.1", "should be town/2#1"),
    "gap in the numbers": ('"town/2#1"', '"town/2#2"', "town.toml:37 clause.1", "should be town/2#1"),
    "clause of another document": ('"town/2"', '"city/2"', "town.toml", "should be city/2#1"),
    "clause given twice": ("town/2", "town/1", "town.toml:37 clause.1", "given twice"),
    "no duty": (DOCUMENT[DOCUMENT.rindex("[[clause.duty]]") :], "", "town.toml:37 clause.1.duty", "missing"),
    "neither hash nor note": ('text_note = "举例"\n', "", "town.toml", "text_sha256 is missing"),
    "hash that is none": ('text_note = "举例"', 'text_sha256 = "abc"', "town.toml:10 text_sha256", "pattern"),
    "no date and no note": ("issued_on = 2022-01-01\n", "", "town.toml", "issued_on or effective_on is missing"),
    "confirmed before it was read": ("2026-12-31", "2025-12-31", "town.toml", "before reviewed_on"),
    "replaced on no day": ("text_note", 'replaced_by = "另文"\ntext_note', "town.toml", "go together"),
    "figure older than its text": (
        "valid_from = 2022-02-01",
        "valid_from = 2022-01-31",
        "town.toml",
        "before 2022-02-01",
    ),
    "figure that outlives its text": (
        "text_note",
        'replaced_by = "另文"\nreplaced_on = 2025-01-01\ntext_note',
        "town.toml",
        "outlives its document",
    ),
    "figure that ends before it begins": (
        "valid_to = 2023-12-31",
        "valid_to = 2022-01-01",
        "parameter.0",
        "before valid_from",
    ),
    "figure as text in a number's place": (
        "value = 5",
        "value = 5.5",
        "town.toml:27 clause.0.duty.0.parameter.0.value",
        "valid",
    ),
    "overlap": (
        "valid_to = 2023-12-31",
        "valid_to = 2024-01-01",
        "town.toml:31 clause.0.duty.0.parameter.1",
        "two values from 2024-01-01",
    ),
    "open end and a successor": (
        "valid_to = 2023-12-31\n",
        "",
        "town.toml:30 clause.0.duty.0.parameter.1",
        "two values from 2024-01-01",
    ),
    "gap": (
        "valid_to = 2023-12-31",
        "valid_to = 2023-12-30",
        "town.toml:31 clause.0.duty.0.parameter.1",
        "no value after 2023-12-30",
    ),
}


@pytest.mark.parametrize(("old", "new", "place", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_place_and_reason(old: str, new: str, place: str, reason: str) -> None:
    assert old in DOCUMENT
    with pytest.raises(InvalidInput) as refusal:
        parse_clauses({"town.toml": DOCUMENT.replace(old, new)})
    assert place in refusal.value.en
    assert reason in refusal.value.en


def test_a_file_is_called_after_its_document() -> None:
    with pytest.raises(InvalidInput, match=r"village\.toml:1 id: the file should be called town\.toml"):
        parse_clauses({"village.toml": DOCUMENT})


def test_two_documents_of_one_region_cannot_both_set_a_figure() -> None:
    other = DOCUMENT.replace("town", "burg")
    with pytest.raises(InvalidInput, match="region 530100 has two values"):
        parse_clauses({"town.toml": DOCUMENT, "burg.toml": other})
    elsewhere = other.replace('"530100"', '"530102"')
    assert len(parse_clauses({"town.toml": DOCUMENT, "burg.toml": elsewhere}).documents) == 2


FIRST = date(2022, 2, 1)
TABLE = DOCUMENT[DOCUMENT.index("[[clause.duty.parameter]]") : DOCUMENT.index('[[clause]]\nid = "town/2"')]


def _with_values(starts: list[date], ends: list[date | None]) -> str:
    tables = [
        f'[[clause.duty.parameter]]\nkey = "a.b"\nvalue = {number}\nvalid_from = {start}\n'
        + (f"valid_to = {end}\n" if end else "")
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    return DOCUMENT.replace(TABLE, "".join(tables))


@given(
    lengths=st.lists(st.integers(2, 400), min_size=2, max_size=6),
    order=st.randoms(use_true_random=False),
    data=st.data(),
)
def test_a_whole_series_has_one_value_a_day_and_a_broken_one_is_refused(
    lengths: list[int], order: Random, data: st.DataObject
) -> None:
    starts = [FIRST + timedelta(days=sum(lengths[:each])) for each in range(len(lengths))]
    ends: list[date | None] = [each - timedelta(days=1) for each in starts[1:]] + [None]
    pairs = list(zip(starts, ends, strict=True))
    order.shuffle(pairs)
    register = parse_clauses({"town.toml": _with_values([s for s, _ in pairs], [e for _, e in pairs])})
    on = starts[0] + timedelta(days=data.draw(st.integers(0, sum(lengths))))
    times = [(each.valid_from, each.valid_to or date.max) for _, _, each in register.dated_parameters()]
    assert len([first for first, last in times if first <= on <= last]) == 1

    broken = data.draw(st.integers(0, len(ends) - 2))
    end = ends[broken]
    assert end is not None
    ends[broken] = end + timedelta(days=data.draw(st.sampled_from([-1, 1])))
    with pytest.raises(InvalidInput, match=r"two values|no value"):
        parse_clauses({"town.toml": _with_values(starts, ends)})
