"""A calendar's edition refuses what cannot be, and its version stands for its days."""

from datetime import date

import pytest
from pydantic import ValidationError

from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear, DayKind, Holiday, Notice, RestPeriod

NEW_YEAR = RestPeriod(holidays=(Holiday.NEW_YEAR,), first=date(2026, 1, 1), last=date(2026, 1, 3))
NOTICE = Notice(number="国办发明电〔2025〕7号", issued_on=date(2025, 11, 4), confirmed=True)


def edition(**changes: object) -> CalendarYear:
    fields: dict[str, object] = {
        "year": 2026,
        "basis": CalendarBasis.NOTICE,
        "known_from": date(2025, 11, 4),
        "notice": NOTICE,
        "rest_periods": (NEW_YEAR,),
    }
    return CalendarYear.model_validate(fields | changes)


def test_the_version_names_year_notice_and_content() -> None:
    assert edition().version.startswith("2026@国办发明电〔2025〕7号#")
    assert edition().version == edition().version
    assert edition(make_up_working_days=(date(2026, 1, 4),)).version != edition().version
    assert edition(notice=NOTICE.model_copy(update={"number": None})).version.startswith("2026@2025-11-04通知#")


def test_the_version_survives_the_way_through_json() -> None:
    found = edition()
    assert CalendarYear.model_validate_json(found.model_dump_json()) == found
    assert CalendarYear.model_validate_json(found.model_dump_json()).version == found.version


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"notice": None}, "where the basis is `notice`"),
        ({"basis": CalendarBasis.SAMPLE}, "where the basis is `notice`"),
        ({"make_up_working_days": (date(2025, 11, 30),)}, "neither in 2026 nor in the December before"),
        ({"make_up_working_days": (date(2027, 1, 2),)}, "neither in 2026 nor in the December before"),
    ],
)
def test_an_edition_that_cannot_be_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        edition(**changes)


@pytest.mark.parametrize("last", [date(2025, 12, 31), date(2026, 2, 1)])
def test_a_period_runs_forward_and_not_for_months(last: date) -> None:
    with pytest.raises(ValidationError, match="no period of 1 to 31 days"):
        RestPeriod(holidays=(Holiday.NEW_YEAR,), first=date(2026, 1, 1), last=last)


def test_only_a_computed_year_is_provisional() -> None:
    assert not edition().is_provisional
    assert edition(basis=CalendarBasis.STATUTORY, notice=None).is_provisional
    assert not edition(basis=CalendarBasis.SAMPLE, notice=None).is_provisional


def test_working_days_are_the_ordinary_and_the_made_up_ones() -> None:
    assert [kind for kind in DayKind if kind.is_working] == [DayKind.WORKING_DAY, DayKind.MAKE_UP_WORKING_DAY]


def test_every_festival_has_both_names() -> None:
    assert all(each.title_zh and each.title_en for each in Holiday)
