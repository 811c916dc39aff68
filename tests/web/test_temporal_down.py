"""The workflow engine is away: what needs it says 503 and loses nothing, what does not need it answers."""

from uuid import uuid4

from tests.store import samples
from tests.web.papers import pdf
from tests.web.running import BANK, OPERATOR, PURCHASER, SUPPLIER, TREASURY, Api, problem_of
from zhengcaidai.sandbox.samples import load_samples
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.web.examples import APPLICATION, PRODUCT


async def test_application_is_not_lost(lonely: Api) -> None:
    await lonely.post(BANK, "/v1/products", PRODUCT)
    paper = await lonely.upload(SUPPLIER, pdf())
    key, body = str(uuid4()), {**APPLICATION, "credit_inquiry_authorisation": paper}
    for _ in range(2):  # the key is free again, so that the same request can be sent again
        answer = await lonely.post(SUPPLIER, "/v1/loans", body, key=key)
        problem_of(answer, 503, "workflows-down")
        assert int(answer.headers["retry-after"]) > 0
    assert (await lonely.get(SUPPLIER, "/v1/loans?stage=submitted&limit=200")).status_code == 200


async def test_step_is_not_lost(lonely: Api, records: DatabaseRecords) -> None:
    loan_id, key = f"L-{uuid4()}", str(uuid4())
    await records.record(samples.update(samples.view(loan_id, bank_id=BANK.organisation_id)))
    for _ in range(2):
        problem_of(await lonely.post(BANK, f"/v1/loans/{loan_id}/accept", key=key), 503, "workflows-down")
    unknown = await lonely.post(BANK, "/v1/loans/NONE/accept")
    problem_of(unknown, 404, "not-found")


async def test_calendar_and_clock_need_it(lonely: Api) -> None:
    answer = await lonely.post(OPERATOR, "/sandbox/clock/advance", {"all": True, "by": "P1D"})
    problem_of(answer, 503, "workflows-down")


async def test_what_needs_no_workflow_answers(lonely: Api) -> None:
    answers = [
        await lonely.get(BANK, "/v1/tasks"),
        await lonely.get(BANK, "/v1/loans"),
        await lonely.get(BANK, "/v1/regions"),
        await lonely.get(BANK, "/v1/calendars"),
        await lonely.get(BANK, "/v1/products"),
        await lonely.get(PURCHASER, "/v1/account-changes"),
        await lonely.get(BANK, "/v1/banks/bank-one/performance"),
        await lonely.get(BANK, "/v1/deadlines/preview?region=530100&clock=financing&from=2026-09-18"),
        await lonely.post(
            TREASURY,
            "/v1/payment-checks",
            {"check_id": f"C-{uuid4()}", "filing_number": "x", "amount_fen": 1, "account_number": "62220001"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)


async def test_health_says_so(lonely: Api) -> None:
    async with lonely.anybody() as client:
        assert (await client.get("/health")).json() == {"status": "ok"}
        ready = await client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json() == {"status": "degraded", "database": "up", "workflows": "down"}


def test_the_samples_have_what_these_tests_use() -> None:
    samples_ = load_samples()
    assert APPLICATION["award_number"] in [each for award in samples_.awards for each in award.award_numbers]
    assert PRODUCT["product_id"] in [each.product_id for each in samples_.products]
