"""Each way in which register, rules, regions and tests can fall apart is found, and said in one line."""

from datetime import date
from pathlib import Path

import pytest

from zhengcaidai.registers.checks import (
    citing_tests,
    missing_rules,
    region_differences,
    region_tables,
    unclaimed_rules,
    unknown_citations,
    untested_duties,
    unused_rules,
)
from zhengcaidai.registers.citations import Citation
from zhengcaidai.registers.clauses import Clause, ClauseRegister, Document
from zhengcaidai.registers.duties import Duty, DutyStatus
from zhengcaidai.registers.uses import used_in


def _register(*rules: str | None, region: str = "530100", parameter: dict[str, object] | None = None) -> ClauseRegister:
    """One clause, `town/1`, with one duty for each rule; None is a duty that is not modelled."""
    duties = [
        {
            "id": f"town/1#{number}",
            "kind": "deadline",
            "status": "enforced" if rule else "not_modelled",
            "bearer": "bank",
            "duty_zh": "办结。",
            "duty_en": "Done.",
            **({"rule": rule} if rule else {"why": {"zh": "线下。", "en": "Offline."}}),
            **({"parameter": [parameter]} if rule and parameter else {}),
        }
        for number, rule in enumerate(rules, start=1)
    ]
    raw = {
        "id": "town",
        "title": "通知",
        "issuer": "某局",
        "region": region,
        "issued_on": date(2022, 1, 1),
        "effective_on": date(2022, 1, 1),
        "reviewed_on": date(2026, 1, 1),
        "confirmed_until": date(2026, 12, 31),
        "confirmation": "对照原文",
        "text_note": "举例",
        "clause": [{"id": "town/1", "title_zh": "时限", "title_en": "Limit", "section": "一", "duty": duties}],
    }
    return ClauseRegister((Document.model_validate(raw),))


REGIONS: dict[str, object] = {"530100": {"clocks": {"financing": {"limit_days": 5}}, "cap": {"value": 100}}}

# rule → why it is missing, None when it is there
RULES = {
    "zhengcaidai.registers.clauses": None,
    "zhengcaidai.registers.clauses:Clause": None,
    "zhengcaidai.registers.clauses:ClauseRegister.knows": None,
    "zhengcaidai.registers.clauses:Paragraph": "has no Paragraph",
    "zhengcaidai.registers.clauses:Clause.nothing": "has no Clause.nothing",
    "zhengcaidai.registers.nowhere": "there is no module zhengcaidai.registers.nowhere",
    "region:530100/clocks.financing.limit_days": None,
    "region:530100/clocks.financing.limit_hours": "region 530100 has no such value",
    "region:999999/clocks.financing.limit_days": "region 999999 has no such value",
}


@pytest.mark.parametrize(("rule", "reason"), RULES.items())
def test_a_rule_that_is_not_there_is_found(rule: str, reason: str | None) -> None:
    found = missing_rules(_register(rule), REGIONS)
    if reason is None:
        assert found == []
    else:
        [line] = found
        assert line.startswith(f"town/1#1: rule {rule}: ")
        assert line.endswith(reason)


# a rule → whether the product that stands in the test below calls it
CALLS = {
    "zhengcaidai.rules.clocks:due": True,
    "zhengcaidai.rules.clocks:counted": True,
    "zhengcaidai.rules.clocks:Clock": True,
    "zhengcaidai.rules.clocks:Clock.stop": True,
    "zhengcaidai.rules.clocks:Clock.pause": False,
    "zhengcaidai.rules.clocks:recount": False,
    "zhengcaidai.rules.clocks:imported_only": False,
    "zhengcaidai.rules.clocks:tested_only": False,
    "zhengcaidai.rules.clocks": True,
    "zhengcaidai.rules.forgotten": False,
    "region:530100/cap": True,
}


@pytest.mark.parametrize(("rule", "is_called"), CALLS.items())
def test_a_rule_that_the_product_never_calls_carries_no_duty(tmp_path: Path, rule: str, is_called: bool) -> None:
    product = {
        "zhengcaidai/rules/clocks.py": """
class Clock:
    def stop(self): ...
    def pause(self): ...
def due(): counted()
def counted(): ...
def recount(): recount()
def imported_only(): ...
def tested_only(): ...
""",
        "zhengcaidai/rules/forgotten.py": "",
        "zhengcaidai/web/app.py": """
from zhengcaidai.rules import clocks
from zhengcaidai.rules.clocks import Clock, imported_only
def page(clock: Clock): clock.stop(), clocks.due()
""",
        "tests/test_clocks.py": "from zhengcaidai.rules.clocks import tested_only\ntested_only()",
    }
    for name, source in product.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
    used = used_in(sorted((tmp_path / "zhengcaidai").rglob("*.py")), tmp_path)
    assert unused_rules(_register(rule), used) == ([] if is_called else [f"town/1#1: rule {rule}: nothing calls it"])


def test_an_enforced_duty_needs_a_test_of_its_own_or_of_its_clause() -> None:
    register = _register("a.b", None, "a.c")
    assert untested_duties(register, []) == [
        'town/1#1, town/1#3: enforced, but no test has @pytest.mark.clause("town/1")'
    ]
    one = [Citation("town/1#1", "tests/test_x.py::test_a")]
    assert untested_duties(register, one) == ['town/1#3: enforced, but no test has @pytest.mark.clause("town/1")']
    assert untested_duties(register, [Citation("town/1", "tests/test_x.py::test_a")]) == []


def test_tests_of_a_duty_go_before_those_of_its_clause() -> None:
    register = _register("a.b", "a.c")
    citations = [Citation("town/1", "whole"), Citation("town/1#1", "exact")]
    assert citing_tests(register.duties["town/1#1"], citations) == ("exact",)
    assert citing_tests(register.duties["town/1#2"], citations) == ("whole",)


def test_an_id_that_nobody_knows_is_found() -> None:
    citations = [
        Citation("town/1", "here"),
        Citation("town/1#1", "here"),
        Citation("town/2", "zhengcaidai/rules/x.py:7"),
    ]
    assert unknown_citations(_register("a.b"), citations) == [
        "zhengcaidai/rules/x.py:7: cites town/2, which is not in the register"
    ]


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        ((), ["zhengcaidai.rules.fees: a rule without a clause"]),
        ((Citation("town/1", "zhengcaidai/rules/fees.py:1"),), []),
        ((Citation("town/9", "zhengcaidai/rules/fees.py:1"),), ["zhengcaidai.rules.fees: a rule without a clause"]),
    ],
)
def test_a_rule_without_a_clause_is_found(tmp_path: Path, cited: tuple[Citation, ...], found: list[str]) -> None:
    rules = tmp_path / "zhengcaidai" / "rules"
    rules.mkdir(parents=True)
    (rules / "__init__.py").touch()
    (rules / "clocks.py").write_text("from zhengcaidai.rules.counting import count\n", encoding="utf-8")
    (rules / "counting.py").write_text("", encoding="utf-8")
    (rules / "fees.py").write_text("", encoding="utf-8")
    assert unclaimed_rules(_register("zhengcaidai.rules.clocks:due"), tmp_path, cited) == found


@pytest.mark.parametrize(
    ("parameter", "found"),
    [
        ({"key": "clocks.financing.limit_days", "value": 5}, []),
        ({"key": "cap", "value": 100}, []),
        (
            {"key": "clocks.financing.limit_days", "value": 6},
            ["town/1#1: clocks.financing.limit_days is 6, the file of region 530100 has 5"],
        ),
        (
            {"key": "clocks.approval", "value": 6},
            ["town/1#1: clocks.approval is 6, the file of region 530100 has None"],
        ),
        ({"key": "clocks.approval", "value": 6, "valid_to": date(2023, 1, 1)}, []),
    ],
)
def test_register_and_region_must_give_the_same_figure(parameter: dict[str, object], found: list[str]) -> None:
    register = _register("a.b", parameter={"valid_from": date(2022, 1, 1), **parameter})
    assert region_differences(register, REGIONS) == found


def test_national_figures_stand_among_the_limits_of_the_platform(tmp_path: Path) -> None:
    (tmp_path / "platform.toml").write_text("[clocks.treasury_payment]\nlimit_days = 30\n", encoding="utf-8")
    figure = {"key": "clocks.treasury_payment.limit_days", "valid_from": date(2022, 1, 1)}
    for value, lines in ((30, 0), (31, 1)):
        register = _register("a.b", region="000000", parameter={**figure, "value": value})
        assert len(region_differences(register, region_tables(tmp_path))) == lines


def test_the_example_register_is_what_it_claims() -> None:
    register = _register("a.b", None)
    assert isinstance(register.clauses["town/1"], Clause)
    assert [duty.status for duty in register.duties.values()] == [DutyStatus.ENFORCED, DutyStatus.NOT_MODELLED]
    assert all(isinstance(duty, Duty) for duty in register.duties.values())
