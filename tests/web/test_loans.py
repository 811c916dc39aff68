"""A loan through the API on a real Temporal server: application, steps, and what each refuses."""

import asyncio
import time
from datetime import date, timedelta
from uuid import uuid4

import jwt
import pytest
from sqlmodel import delete
from temporalio.client import Client

from tests.web.loans import Loan, application, applied, fresh, supplier_of, today
from tests.web.papers import pdf
from tests.web.running import BANK, OPERATOR, OTHER_BANK, OTHER_SUPPLIER, Api, problem_of
from zhengcaidai.messages.parties import Role
from zhengcaidai.store.engine import Database
from zhengcaidai.store.tables import IdempotencyRow
from zhengcaidai.temporal import connect, loan_workflow_id, sealer_of
from zhengcaidai.web.examples import PRODUCT
from zhengcaidai.web.keys import RequestFingerprint, number_of
from zhengcaidai.web.routes import loan_steps


@pytest.mark.clause("kunming/2.3.2")
async def test_application_begins_a_loan_that_can_be_seen_at_once(api: Api) -> None:
    sample = await fresh(api)
    answer = await api.post(supplier_of(sample), "/v1/loans", await application(api, sample))
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["stage"] == "submitted"
    assert answer.headers["location"] == f"/v1/loans/{receipt['loan_id']}"
    seen = await api.get(supplier_of(sample), answer.headers["location"])
    assert seen.json()["award_number"] == sample.award.award_number
    loan = Loan(api, sample, receipt["loan_id"], "530100", BANK)
    verified = await loan.at("verified")
    assert verified["awaited"] == ["bank"]
    inbox = (await api.get(BANK, "/v1/tasks?limit=200")).json()["items"]
    assert {"accept", "reject"} <= {
        each["action"] for item in inbox if item["subject_id"] == loan.loan_id for each in item["actions"]
    }


async def test_operator_finds_the_loan_in_temporal_without_personal_data(api: Api) -> None:
    loan = await applied(api)
    client: Client = await connect(api.settings)
    described = await client.get_workflow_handle(loan_workflow_id(loan.loan_id)).describe()
    summary, details = await described.static_summary(), await described.static_details()
    assert summary == f"{loan.loan_id} · 400,000.00 元 · 示例第一银行股份有限公司"
    assert details is not None
    assert "- 依据：中标（成交）通知书" in details
    supplier = loan.sample.supplier
    for personal in (supplier.name, supplier.uscc, supplier.mobile.removeprefix("+86")):
        assert personal not in f"{summary}{details}{described.id}{described.typed_search_attributes}"
    history = (await client.get_workflow_handle(loan_workflow_id(loan.loan_id)).fetch_history()).to_json()
    assert supplier.name not in history
    assert supplier.uscc not in history


async def test_same_application_again_is_the_same_loan_even_after_a_crash(api: Api) -> None:
    """The key's record may be lost with its process; the loan's number is made from the request, so it is found again."""
    sample = await fresh(api)
    body, key = await application(api, sample), str(uuid4())
    first = await api.post(supplier_of(sample), "/v1/loans", body, key=key)
    await _forget_keys(api)
    again = await api.post(supplier_of(sample), "/v1/loans", body, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "idempotency-replayed" not in again.headers
    assert first.json() == again.json()


async def _forget_keys(api: Api) -> None:
    database = Database(api.settings.database, sealer_of(api.settings))
    async with database.writing() as session:
        await session.exec(delete(IdempotencyRow))
    await database.close()


@pytest.mark.parametrize(
    ("changed", "kind", "where"),
    [
        ({"region": "999999"}, "invalid-input", "region"),
        ({"region": "220000", "product_id": "bank-one-fast-loan"}, "rule-broken", "product_id"),
        ({"product_id": "bank-two-contract-loan"}, "rule-broken", "product_id"),
        ({"product_id": "unheard-of"}, "rule-broken", "product_id"),
        ({"amount_fen": 500_000_001}, "rule-broken", "amount_fen"),
        ({"term_days": 366}, "rule-broken", "term_days"),
        ({"region": "410300", "basis": "award_notice"}, "rule-broken", "basis"),
        ({"basis": "contract"}, "rule-broken", "filing_number"),
    ],
    ids=["region", "not-live-there", "other-banks", "unknown", "above-limit", "too-long", "basis", "no-contract"],
)
@pytest.mark.clause("luoyang/2.2")
async def test_what_the_rules_forbid_is_refused_at_the_door(
    api: Api, changed: dict[str, object], kind: str, where: str
) -> None:
    sample = await fresh(api)
    body = await application(api, sample, **{"region": "530100", **changed})  # type: ignore[arg-type]
    answer = await api.post(supplier_of(sample), "/v1/loans", body)
    assert problem_of(answer, 422, kind)["where"] == where
    assert (await api.get(supplier_of(sample), "/v1/loans")).json()["items"] == []


@pytest.mark.clause("kunming/2.2.1")
async def test_large_enterprise_is_refused_at_the_door(api: Api) -> None:
    sample = await fresh(api)
    body = await application(api, sample)
    body["supplier"]["scale"] = "large"
    answer = await api.post(supplier_of(sample), "/v1/loans", body)
    assert problem_of(answer, 422, "rule-broken")["clause"].startswith("kunming/")


async def test_award_is_financed_once(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    body = await application(api, loan.sample)
    problem_of(await api.post(loan.supplier, "/v1/loans", body), 409, "conflict")


async def test_documents_must_be_there_and_be_ones_own(api: Api) -> None:
    sample = await fresh(api)
    body = await application(api, sample)
    reference = body["credit_inquiry_authorisation"]
    others = await api.upload(OTHER_SUPPLIER, pdf(str(uuid4())))
    for wrong in (others, {**reference, "sha256": "0" * 64}, {**reference, "size_bytes": 1}):
        for changed in ({"credit_inquiry_authorisation": wrong}, {"materials": [wrong]}):
            answer = await api.post(supplier_of(sample), "/v1/loans", {**body, **changed})
            problem_of(answer, 422, "invalid-input")


async def test_code_in_the_token_must_be_the_applicants(api: Api) -> None:
    sample = await fresh(api)
    claims = {
        "iss": api.issuer.name,
        "aud": "zhengcaidai",
        "sub": "chen",
        "org": sample.supplier.organisation_id,
        "role": "supplier",
        "exp": int(time.time()) + 60,
    }
    body = await application(api, sample)
    for said, status in (({}, 403), ({"uscc": "91350100M000100Y43"}, 422), ({"uscc": sample.supplier.uscc}, 201)):
        token = jwt.encode(claims | said, api.issuer._key, algorithm="EdDSA", headers={"kid": api.issuer._kid})
        async with api.anybody(Authorization=f"Bearer {token}") as client:
            answer = await client.post("/v1/loans", json=body, headers={"Idempotency-Key": str(uuid4())})
        assert answer.status_code == status, answer.text
        if not said:
            assert problem_of(answer, 403, "wrong-party")["where"] == "uscc"


@pytest.mark.clause("kunming/2.3.3")
async def test_bank_accepts_and_approves_supplier_signs(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    assert (await loan.done(Role.BANK, "accept"))["stage"] == "accepted"
    await loan.done(Role.BANK, "request-materials", {"items": ["纳税证明"], "reason": "核实"})
    paper = await api.upload(loan.supplier, pdf("tax"))
    assert (await loan.done(Role.SUPPLIER, "supply-materials", {"documents": [paper]}))["stage"] == "accepted"
    assert (await loan.done(Role.BANK, "approve", loan.offer()))["stage"] == "approved"
    assert (await loan.done(Role.SUPPLIER, "sign", {"agreement_number": "KM-1"}))["stage"] == "signed"
    timeline = await loan.until("/timeline", lambda found: len(found["items"]) >= 7)
    kinds = [each["kind"] for each in timeline["items"]]
    assert kinds == ["submitted", "verified", "accept", "request_materials", "supply_materials", "approve", "sign"]
    assert [each["user_id"] for each in timeline["items"]][2:4] == ["li", "li"]
    documents = await loan.page("/documents", loan.bank)
    assert paper["sha256"] in [each["document"]["sha256"] for each in documents["items"]]
    deadline = next(each for each in (await loan.page("/deadlines"))["items"] if each["clock"] == "financing")
    assert deadline["explanation_zh"].startswith("审批并放款")
    problem_of(await api.get(loan.supplier, f"/v1/loans/{loan.loan_id}/deal-sheet.pdf"), 409, "wrong-stage")


async def test_refusals_of_the_workflow_are_problems_of_the_same_kind(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    early = problem_of(await loan.step(Role.SUPPLIER, "sign", {"agreement_number": "A1"}), 409, "wrong-stage")
    assert early["right"] == "approved"
    wrong = problem_of(await loan.step(Role.SUPPLIER, "accept"), 403, "wrong-party")
    assert wrong["right"] == "bank"
    problem_of(await api.post(OTHER_BANK, f"/v1/loans/{loan.loan_id}/accept"), 404, "not-found")
    await loan.done(Role.BANK, "accept")
    above = await loan.step(Role.BANK, "approve", loan.offer(amount_fen=40_000_001))
    assert problem_of(above, 422, "rule-broken")["where"] == "amount_fen"
    assert problem_of(await loan.step(Role.BANK, "approve", loan.offer(collateral=True)), 422, "rule-broken")["clause"]
    assert (await loan.page())["stage"] in {"verified", "accepted"}


async def test_step_sent_again_is_taken_once(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    key = str(uuid4())
    first = await loan.step(Role.BANK, "accept", key=key)
    again = await loan.step(Role.BANK, "accept", key=key)
    await _forget_keys(api)
    after_a_crash = await loan.step(Role.BANK, "accept", key=key)
    assert first.json() == again.json() == after_a_crash.json()
    problem_of(await loan.step(Role.BANK, "accept"), 409, "wrong-stage")


async def test_two_at_once_one_is_told_that_it_came_second(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    answers = await asyncio.gather(*(loan.step(Role.BANK, "accept") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_ended_loan_takes_no_more_steps(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    await loan.done(Role.BANK, "reject", {"reason": "不符合授信政策"})
    await loan.at("rejected")
    for _ in range(40):  # its last deliveries are still under way for a moment; either way it is the wrong stage
        problem_of(await loan.step(Role.BANK, "accept"), 409, "wrong-stage")
        await asyncio.sleep(0.02)


async def test_resent_application_has_a_number_of_its_own(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    body = {"bank_id": "bank-two", "product_id": "bank-two-contract-loan", "reason": "换一家银行"}
    answer = await loan.step(Role.SUPPLIER, "resend", body)
    assert answer.status_code == 200, answer.text
    number = answer.headers["location"].rpartition("/")[2]
    await loan.at("withdrawn")
    moved = Loan(api, loan.sample, number, "530100", OTHER_BANK)
    for _ in range(100):
        if (await api.get(OPERATOR, f"/v1/loans/{number}")).status_code == 200:
            break
        await asyncio.sleep(0.05)
    assert (await moved.at("verified"))["bank_id"] == "bank-two"
    given = await loan.step(Role.SUPPLIER, "resend", {**body, "new_loan_id": "L1"})
    problem_of(given, 422, "invalid-input")


async def test_resending_sent_again_after_midnight_has_the_number_that_it_had(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = await applied(api)
    await loan.at("verified")
    body = {"bank_id": "bank-two", "product_id": "bank-two-contract-loan", "reason": "换一家银行"}
    key = str(uuid4())
    with monkeypatch.context() as before_midnight:
        before_midnight.setattr(loan_steps, "number_of", _yesterdays_number)
        first = await loan.step(Role.SUPPLIER, "resend", body, key=key)
        assert first.status_code == 200, first.text
    await loan.at("withdrawn")
    for _ in range(2):  # while the workflow is closing, and after
        await _forget_keys(api)
        again = await loan.step(Role.SUPPLIER, "resend", body, key=key)
        assert (again.status_code, again.headers["location"]) == (200, first.headers["location"]), again.text
        assert again.json()["stage"] == "withdrawn"
        handle = (await connect(api.settings)).get_workflow_handle(loan_workflow_id(loan.loan_id))
        await asyncio.wait_for(handle.result(), 15)


def _yesterdays_number(kind: str, on: date, fingerprint: RequestFingerprint) -> str:
    return number_of(kind, on - timedelta(days=1), fingerprint)


@pytest.mark.parametrize(
    ("product_id", "where", "clause"),
    [
        ("unheard-of", "product_id", "kunming/2.2.2"),
        ("bank-three-contract-loan", "product_id", "kunming/2.2.2"),
        ("bank-two-secured-loan", "product_id", "kunming/4.1"),
    ],
    ids=["unknown", "another-banks", "collateral"],
)
@pytest.mark.clause("kunming/4.1")
async def test_application_that_the_next_bank_may_not_take_is_not_withdrawn(
    api: Api, product_id: str, where: str, clause: str | None
) -> None:
    loan = await applied(api)
    await loan.at("verified")
    body = {"bank_id": "bank-two", "product_id": product_id, "reason": "换一家银行"}
    key = str(uuid4())
    for _ in range(2):
        refused = problem_of(await loan.step(Role.SUPPLIER, "resend", body, key=key), 422, "rule-broken")
        assert (refused["where"], refused.get("clause")) == (where, clause)
    assert [each["kind"] for each in (await loan.page("/timeline"))["items"]] == ["submitted", "verified"]
    put_right = {**body, "product_id": "bank-two-contract-loan"}
    assert (await loan.step(Role.SUPPLIER, "resend", put_right, key=key)).status_code == 200


async def test_application_above_the_next_banks_limit_is_not_withdrawn(api: Api) -> None:
    loan = await applied(api, amount_fen=40_000_000, product_id="bank-one-fast-loan")
    await loan.at("verified")
    product = {**PRODUCT, "product_id": f"small-{uuid4()}", "max_fen": 39_999_999}
    assert (await api.post(OTHER_BANK, "/v1/products", {**product, "bank_id": "bank-two"})).status_code == 201
    body = {"bank_id": "bank-two", "product_id": product["product_id"], "reason": "换一家银行"}
    assert problem_of(await loan.step(Role.SUPPLIER, "resend", body), 422, "rule-broken")["where"] == "amount_fen"
    assert (await loan.page())["stage"] == "verified"


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.clause("kunming/3.2")
async def test_loan_to_the_deal_sheet_and_a_stopped_payment_told_to_it(api: Api) -> None:
    """On a filed contract whose account is the lender's already: signed, locked, disbursed by the bank's system."""
    sample = await fresh(api, filed=True)
    assert sample.contract is not None
    body = await application(api, sample)
    loan_id = (await api.post(supplier_of(sample), "/v1/loans", body)).json()["loan_id"]
    loan = Loan(api, sample, loan_id, "530100", BANK)
    await loan.at("verified")
    await loan.done(Role.BANK, "accept")
    account = sample.contract.collection_account.model_dump(mode="json")
    await loan.done(Role.BANK, "approve", loan.offer(designated_account=account))
    await loan.done(Role.SUPPLIER, "sign", {"agreement_number": "KM-2"})
    disbursed = await loan.at("disbursed")
    assert disbursed["owed_fen"] >= 40_000_000
    assert disbursed["collection_account"]["number"].startswith("****")

    sheet = await api.get(loan.supplier, f"/v1/loans/{loan_id}/deal-sheet.html")
    assert sheet.headers["content-type"].startswith("text/html")
    assert "400,000.00 元" in sheet.text
    printed = await api.get(loan.supplier, f"/v1/loans/{loan_id}/deal-sheet.pdf")
    assert printed.content.startswith(b"%PDF-")
    problem_of(await api.get(loan.supplier, f"/v1/loans/{loan_id}/settlement-certificate.pdf"), 409, "wrong-stage")

    check = {
        "check_id": f"CHK-{uuid4()}",
        "filing_number": sample.contract.filing_number,
        "amount_fen": 1_000_000,
        "account_number": "9999888877776666",
    }
    answer = await api.post(loan.party(Role.TREASURY), "/v1/payment-checks", check)
    assert answer.json()["allowed"] is False
    timeline = await loan.until(
        "/timeline", lambda found: any(each["kind"] == "report_stopped_payment" for each in found["items"])
    )
    told = [each for each in timeline["items"] if each["kind"] == "report_stopped_payment"]
    assert [each["event"]["check_id"] for each in told] == [check["check_id"]]
    asked_by = loan.party(Role.TREASURY)
    assert [(each["organisation_id"], each["user_id"]) for each in told] == [
        (asked_by.organisation_id, asked_by.user_id)
    ]

    payment = {
        "payment_id": f"PAY-{uuid4()}",
        "amount_fen": 45_000_000,
        "account_number": account["number"],
        "value_date": today().isoformat(),
    }
    await loan.done(Role.TREASURY, "post-payment", payment)
    await loan.at("settled")
    certificate = await loan.api.get(loan.supplier, f"/v1/loans/{loan_id}/settlement-certificate.html")
    assert account["number"] in certificate.text
    masked = await api.get(loan.party(Role.FINANCE_BUREAU), f"/v1/loans/{loan_id}/settlement-certificate.html")
    assert account["number"] not in masked.text


@pytest.mark.clause("hanyang/4.1.4")
async def test_an_account_that_deserves_a_second_look_is_taken_and_the_banker_is_told(api: Api) -> None:
    loan = await applied(api)
    await loan.at("verified")
    assert (await loan.done(Role.BANK, "accept"))["cautions"] == []
    mistyped = {**loan.account("4200123456789"), "cnaps": "102100099995"}
    answer = await loan.done(Role.BANK, "approve", loan.offer(designated_account=mistyped))
    assert answer["stage"] == "approved"
    (caution,) = answer["cautions"]
    assert caution["where"] == "designated_account.cnaps"
    assert "校验位" in caution["zh"]
