"""The rules themselves can be looked at, and limits tried out, without any workflow engine."""

import pytest

from tests.web.running import BANK, SUPPLIER, Api, problem_of
from zhengcaidai.messages.regions import RegionProfile


async def test_regions_are_listed_with_their_versions(lonely: Api) -> None:
    items = (await lonely.get(SUPPLIER, "/v1/regions")).json()["items"]
    clocks = {each["code"]: each["clocks"] for each in items}
    assert clocks["530100"] == ["financing"]
    assert set(clocks["410300"]) == {"approval", "disbursement", "contract_signing", "contract_filing"}
    assert all(each["version"].startswith(each["code"]) for each in items)


@pytest.mark.clause("kunming/4.1")
async def test_one_region_names_a_clause_for_each_value(lonely: Api) -> None:
    found = (await lonely.get(SUPPLIER, "/v1/regions/530100")).json()
    assert found["bases"]["value"] == ["award_notice", "contract"]
    assert found["bases"]["clause"].startswith("kunming/")
    assert all(cap["clause"] for cap in found["caps"])
    problem_of(await lonely.get(SUPPLIER, "/v1/regions/110000"), 404, "not-found")
    problem_of(await lonely.get(SUPPLIER, "/v1/regions/530100?on=2001-01-01"), 404, "not-found")


@pytest.mark.clause("kunming/4.2")
@pytest.mark.parametrize(("repeat", "due_date"), [("false", "2026-09-24"), ("true", "2026-09-22")])
async def test_preview_counts_and_explains(lonely: Api, repeat: str, due_date: str) -> None:
    path = f"/v1/deadlines/preview?region=530100&clock=financing&from=2026-09-18&repeat={repeat}"
    found = (await lonely.get(BANK, path)).json()
    deadline = found["deadline"]
    assert (deadline["due_date"], deadline["clause"], deadline["provisional"]) == (due_date, "kunming/4.2", False)
    assert deadline["explanation_zh"].startswith("审批并放款")
    assert "① 9月18日（周五）受理，当日不计" in deadline["explanation_zh"]
    assert "调休上班，计第1日" in deadline["explanation_zh"]
    assert "not counted" in deadline["explanation_en"]
    assert sum(day["counted"] for day in deadline["days"]) == deadline["limit_days"]


@pytest.mark.clause("luoyang/2.4")
async def test_preview_into_a_year_without_a_notice_is_provisional(lonely: Api) -> None:
    path = "/v1/deadlines/preview?region=410300&clock=approval&from=2029-12-27"
    assert (await lonely.get(BANK, path)).json()["deadline"]["provisional"] is True


@pytest.mark.parametrize(
    "query",
    [
        "region=110000&clock=financing&from=2026-09-18",
        "region=410300&clock=financing&from=2026-09-18",
        "region=530100&clock=lunch&from=2026-09-18",
        "region=530100&clock=financing",
        "region=530100&clock=financing&from=1990-01-01",
    ],
)
async def test_preview_of_what_is_not_there(lonely: Api, query: str) -> None:
    problem_of(await lonely.get(BANK, f"/v1/deadlines/preview?{query}"), 422, "invalid-input")


@pytest.mark.clause("luoyang/1.2")
@pytest.mark.clause("jilin/4.4#7")
@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("410300", {"growth_city_percent": 100, "growth_county_percent": 30}),
        ("220000", {"ban_years_min": 1, "ban_years_max": 3}),
    ],
)
async def test_targets_and_a_bans_years_are_shown_with_their_clause(
    lonely: Api, code: str, shown: dict[str, int]
) -> None:
    found = (await lonely.get(BANK, f"/v1/regions/{code}")).json()
    assert set(found) == set(RegionProfile.model_fields)
    assert {name: found[name]["value"] for name in shown} == shown
    assert {found[name]["clause"] for name in shown} == {{"410300": "luoyang/1.2", "220000": "jilin/4.4"}[code]}


async def test_calendars_in_force_are_listed(lonely: Api) -> None:
    items = (await lonely.get(BANK, "/v1/calendars")).json()["items"]
    by_year = {each["year"]: each for each in items}
    assert by_year[2026]["basis"] == "notice"
    assert by_year[max(by_year)]["provisional"] is True
