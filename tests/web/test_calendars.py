"""The year's notice comes out while loans are open: their deadlines are counted anew, without a deploy (luoyang/2.4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.web.loans import Loan, applied, today
from tests.web.running import BANK, OPERATOR, Api, problem_of, served
from zhengcaidai.devserver import free_ports
from zhengcaidai.messages.calendars import Holiday, RestPeriod
from zhengcaidai.messages.parties import Role
from zhengcaidai.registers.calendars import festivals, newest, parse_calendar
from zhengcaidai.rules.statutory_days import statutory_year
from zhengcaidai.store.calendars import Calendars
from zhengcaidai.store.engine import Database
from zhengcaidai.temporal import sealer_of
from zhengcaidai.web.app import create_app
from zhengcaidai.web.broadcast import tell_late_comers
from zhengcaidai.web.gateway import Workflows


def year_without_a_notice() -> int:
    """The first year after today's for which no notice is out."""
    return next(year for year in range(today().year + 1, today().year + 20) if newest(year) is None)


def sample_calendar(year: int) -> dict[str, str]:
    """An invented arrangement for a year, marked as a sample: the law's days of rest, and a whole week at New Year."""
    statutory = statutory_year(festivals()[year])
    lines = [f"year = {year}", "sample = true", f"known_from = {today()}"]
    week = RestPeriod(holidays=(Holiday.NEW_YEAR,), first=date(year, 1, 1), last=date(year, 1, 7))
    other = [each for each in (*statutory.rest_periods, *statutory.make_up_rest_days) if each.holidays != week.holidays]
    for period in (week, *other):
        holidays = ", ".join(f'"{holiday}"' for holiday in period.holidays)
        lines += ["[[rest]]", f"holidays = [{holidays}]", f"first = {period.first}", f"last = {period.last}"]
    return {"text": "\n".join(lines), "source": f"{year}-sample.toml"}


async def _approval(loan: Loan) -> dict[str, Any]:
    return next(each for each in (await loan.page("/deadlines"))["items"] if each["clock"] == "approval")


@pytest.mark.clause("luoyang/2.4")
@pytest.mark.timeout(120)
async def test_loaded_calendar_moves_the_deadlines_of_open_loans(api: Api) -> None:
    loan = await applied(api, "410300", filed=True)
    await loan.at("verified")
    now = datetime.fromisoformat((await loan.advance(by="PT0S"))["loans"][0]["now"])
    year_end = datetime(year_without_a_notice() - 1, 12, 28, tzinfo=now.tzinfo)
    await loan.advance(by=f"P{(year_end - now).days + 1}D")
    await loan.done(Role.BANK, "accept")
    await loan.until("/deadlines", lambda found: any(each["clock"] == "approval" for each in found["items"]))
    before = await _approval(loan)
    assert before["provisional"] is True

    first = await api.post(OPERATOR, "/v1/calendars", sample_calendar(year_without_a_notice()))
    assert first.status_code == 200, first.text
    assert (first.json()["year"], first.json()["newly_loaded"]) == (year_without_a_notice(), True)
    assert first.json()["loans"] >= 1
    await loan.until("/timeline", lambda found: [each["kind"] for each in found["items"]].count("calendar_loaded") == 1)
    await loan.until(
        "/deadlines",
        lambda found: not any(each["provisional"] for each in found["items"] if each["clock"] == "approval"),
    )
    after = await _approval(loan)
    assert after["due_date"] > before["due_date"]
    assert "样例" in after["calendar_version"]
    assert after["explanation_zh"] != before["explanation_zh"]
    moved = [each for each in (await loan.page("/timeline"))["items"] if each["kind"] == "deadline_moved"]
    assert ("approval", after["due_at"]) in [(each["event"]["clock"], each["event"]["new_due_at"]) for each in moved]

    again = await api.post(OPERATOR, "/v1/calendars", sample_calendar(year_without_a_notice()))
    assert again.json()["newly_loaded"] is False
    assert (await _kinds(loan)).count("calendar_loaded") == 1
    years = (await api.get(BANK, "/v1/calendars")).json()["items"]
    assert next(each for each in years if each["year"] == year_without_a_notice())["basis"] == "sample"


@pytest.mark.clause("luoyang/2.4")
async def test_a_loan_that_was_in_no_list_when_the_calendar_came_is_told_with_the_next_housekeeping(api: Api) -> None:
    """It began, or went on in a fresh history, at that very moment."""
    loan = await applied(api, "410300", filed=True)
    await loan.at("verified")
    sample, now = sample_calendar(year_without_a_notice() + 1), datetime.now(UTC)
    database = Database(api.settings.database, sealer_of(api.settings))
    workflows = Workflows(api.settings, None)
    try:
        calendars = Calendars(database)
        assert await calendars.load(parse_calendar(sample["text"], sample["source"]), now)
        await tell_late_comers(calendars, workflows, now + timedelta(hours=3))
        assert "calendar_loaded" not in await _kinds(loan), "no longer new"
        for _ in range(2):
            await tell_late_comers(calendars, workflows, now + timedelta(hours=1))
            await loan.until("/timeline", lambda found: "calendar_loaded" in [each["kind"] for each in found["items"]])
        await loan.done(Role.BANK, "accept")
        assert (await _kinds(loan)).count("calendar_loaded") == 1
    finally:
        await database.close()


async def _kinds(loan: Loan) -> list[str]:
    return [each["kind"] for each in (await loan.page("/timeline"))["items"]]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"text": "year = "}, "calendar.toml"),
        ({"text": "year = 2027\nsample = true\n", "source": "x.toml"}, "x.toml"),
        ({"text": ""}, "#/text"),
        ({}, "#/text"),
        ({"text": "x", "more": 1}, "#/more"),
    ],
)
async def test_broken_calendar_is_refused_with_file_and_line(lonely: Api, body: dict[str, Any], where: str) -> None:
    answer = await lonely.post(OPERATOR, "/v1/calendars", body)
    assert problem_of(answer, 422, "invalid-input")["where"].startswith(where)


async def test_only_operators_load_calendars(lonely: Api) -> None:
    problem_of(await lonely.post(BANK, "/v1/calendars", sample_calendar(year_without_a_notice())), 403, "wrong-party")


async def test_sample_calendar_is_for_the_sandbox_alone(lonely: Api) -> None:
    """Outside it nobody can count a real loan on an invented arrangement, not even for a moment."""
    nobody = f"127.0.0.1:{free_ports(1)[0]}"
    settings = lonely.settings.model_copy(update={"temporal_address": nobody})
    app = create_app(settings)
    with served(app) as url:
        app.state.services = replace(app.state.services, settings=settings.model_copy(update={"sandbox": False}))
        answer = await Api(url, settings, lonely.issuer).post(
            OPERATOR, "/v1/calendars", sample_calendar(year_without_a_notice())
        )
    assert problem_of(answer, 422, "rule-broken")["where"] == "sample"
    years = (await lonely.get(BANK, "/v1/calendars")).json()["items"]
    assert "sample" not in [each["basis"] for each in years]
