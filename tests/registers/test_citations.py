"""Which tests cite which clause, read from their source."""

from pathlib import Path

import pytest

from zhengcaidai.registers.citations import Citation, UnreadableMark, cited_in_code, cited_in_data, cited_in_tests

# Source of tests/test_x.py → what it cites, and by which test.
MARKED = {
    "a function": (
        '@pytest.mark.clause("kunming/4.2")\ndef test_a(): ...',
        [("kunming/4.2", "tests/test_x.py::test_a")],
    ),
    "several clauses": (
        '@pytest.mark.clause("kunming/4.2", "law/civil-code-201")\nasync def test_a(): ...',
        [("kunming/4.2", "tests/test_x.py::test_a"), ("law/civil-code-201", "tests/test_x.py::test_a")],
    ),
    "one case of a table": (
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.clause("jilin/4.2"))])\ndef test_a(x): ...',
        [("jilin/4.2", "tests/test_x.py::test_a")],
    ),
    "a table of the module": (
        'CASES = [pytest.param(1, marks=[pytest.mark.clause("jilin/4.2")])]\ndef test_a(): ...',
        [("jilin/4.2", "tests/test_x.py")],
    ),
    "the module": (
        'pytestmark = pytest.mark.clause("hanyang/3")\ndef test_a(): ...',
        [("hanyang/3", "tests/test_x.py")],
    ),
    "a class": (
        '@pytest.mark.clause("hanyang/3")\nclass TestA:\n    def test_b(self): ...',
        [("hanyang/3", "tests/test_x.py::TestA")],
    ),
    "a method": (
        'class TestA:\n    @pytest.mark.clause("hanyang/3")\n    def test_b(self): ...',
        [("hanyang/3", "tests/test_x.py::TestA::test_b")],
    ),
    "mark imported by itself": (
        'from pytest import mark\n@mark.clause("hanyang/3")\ndef test_a(): ...',
        [("hanyang/3", "tests/test_x.py::test_a")],
    ),
    "a helper": ('@pytest.mark.clause("hanyang/3")\ndef loan(): ...', []),
    "skipped": ('@pytest.mark.skip("later")\n@pytest.mark.clause("hanyang/3")\ndef test_a(): ...', []),
    "skipped bare": ('@pytest.mark.skip\n@pytest.mark.clause("hanyang/3")\ndef test_a(): ...', []),
    "another mark": ("@pytest.mark.timeout(5)\ndef test_a(): ...", []),
}


@pytest.mark.parametrize(("source", "cited"), MARKED.values(), ids=MARKED)
def test_marks_are_found_with_their_test(tmp_path: Path, source: str, cited: list[tuple[str, str]]) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(source, encoding="utf-8")
    assert cited_in_tests(tmp_path / "tests") == tuple(Citation(*each) for each in cited)


def test_a_mark_must_be_readable(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("@pytest.mark.clause(CLAUSE)\ndef test_a(): ...", encoding="utf-8")
    with pytest.raises(UnreadableMark, match=r"test_x\.py:1: clause ids must be plain strings"):
        cited_in_tests(tmp_path)


def test_only_test_modules_are_read(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('@pytest.mark.clause("a/1")\ndef test_a(): ...', encoding="utf-8")
    assert cited_in_tests(tmp_path) == ()


DOCUMENTS = frozenset({"kunming", "law"})


# A string in the code → the ids in it.
SAID = {
    '"""First loan (kunming/4.2)."""': ["kunming/4.2"],
    '"""See kunming/4.2, kunming/4.3 and law/civil-code-201."""': ["kunming/4.2", "kunming/4.3", "law/civil-code-201"],
    'x = rule(clause="kunming/4.2#1")': ["kunming/4.2#1"],
    '"""Ends with kunming/4.2."""': ["kunming/4.2"],
    'x = "https://example.cn/kunming/4.2"': [],
    'x = "paris/4.2"': [],
    "# kunming/4.2 in a comment": [],
}


@pytest.mark.parametrize(("source", "ids"), SAID.items())
def test_ids_are_found_in_the_strings_of_the_code(tmp_path: Path, source: str, ids: list[str]) -> None:
    file = tmp_path / "rule.py"
    file.write_text(source, encoding="utf-8")
    assert cited_in_code([file], tmp_path, DOCUMENTS) == tuple(Citation(each, "rule.py:1") for each in ids)


def test_ids_are_found_in_data_files(tmp_path: Path) -> None:
    file = tmp_path / "530100.toml"
    file.write_text('[clocks.financing]\nlimit_days = 5\nclause = "kunming/4.2"\nnotes = ["law/civil-code-203"]\n')
    cited = cited_in_data([file], tmp_path, DOCUMENTS)
    assert cited == (Citation("kunming/4.2", "530100.toml"), Citation("law/civil-code-203", "530100.toml"))
