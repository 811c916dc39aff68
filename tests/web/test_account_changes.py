"""合同账户变更 through the API: within a loan, and by itself (hanyang/4.1.4, hanyang/3, kunming/2.3.5)."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.documents.reading import read_back, squeeze
from tests.web.loans import Loan, applied, fresh, supplier_of
from tests.web.papers import pdf
from tests.web.running import BANK, BUREAU, OTHER_SUPPLIER, PURCHASER, Api, problem_of
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.sandbox.sampling import FreshSample

_PATH = "/v1/account-changes"


def new_account(sample: FreshSample, number: str = "6201000177770001") -> dict[str, Any]:
    return {"name": sample.supplier.name, "number": number, "bank_name": "示例第一银行股份有限公司"}


def purchaser_of(sample: FreshSample) -> Principal:
    return PURCHASER.model_copy(update={"organisation_id": sample.award.purchaser_id})


async def asked(api: Api, sample: FreshSample, **changed: Any) -> httpx.Response:
    assert sample.contract is not None
    body = {"filing_number": sample.contract.filing_number, "new_account": new_account(sample), **changed}
    return await api.post(supplier_of(sample), _PATH, body)


async def opened(api: Api) -> tuple[FreshSample, str]:
    sample = await fresh(api, "420105", filed=True)
    answer = await asked(api, sample)
    assert answer.status_code == 201, answer.text
    return sample, answer.headers["location"]


@pytest.mark.clause("hanyang/4.1.4")
async def test_change_by_itself_from_form_to_budget_system(api: Api) -> None:
    """申请 → 打印 → 盖章上传 → 提交 → 采购人同意 → 预算系统、采购系统、平台."""
    sample, path = await opened(api)
    supplier, purchaser = supplier_of(sample), purchaser_of(sample)
    shown = (await api.get(supplier, path)).json()
    assert (shown["stage"], shown["stage_title"], shown["loan_id"]) == ("draft", "待盖章上传", None)
    assert [each["where"] for each in shown["cautions"]] == ["new_account.number"]
    unsealed = await api.post(supplier, f"{path}/submit-change")
    assert problem_of(unsealed, 422, "rule-broken")["right"] == "upload-scan"

    scan = await api.upload(supplier, pdf("sealed"), "合同账户变更申请（盖章）")
    uploaded = await api.post(supplier, f"{path}/upload-scan", {"scan": scan})
    assert uploaded.json()["stage"] == "draft"
    assert (await api.post(supplier, f"{path}/submit-change")).json()["stage"] == "submitted"
    problem_of(await api.post(supplier, f"{path}/approve-change"), 403, "wrong-party")
    assert (await api.get(purchaser, f"/v1/documents/{scan['sha256']}")).status_code == 200
    inbox = (await api.get(purchaser, "/v1/tasks?limit=200")).json()["items"]
    (mine,) = [each for each in inbox if each["subject_id"] == path.rpartition("/")[2]]
    assert f"{path}/approve-change" in [each["href"] for each in mine["actions"]]

    assert (await api.post(purchaser, f"{path}/approve-change")).json()["stage"] == "executing"
    for _ in range(100):
        shown = (await api.get(supplier, path)).json()
        if shown["stage"] == "changed":
            break
    assert shown["stage"] == "changed"
    assert sample.contract is not None
    async with httpx.AsyncClient() as client:
        url = f"{api.settings.sandbox_url}/budget/contracts/{sample.contract.filing_number}"
        assert (await client.get(url)).json()["account"]["number"] == "6201000177770001"
    problem_of(await api.post(purchaser, f"{path}/refuse-change", {"reason": "晚了"}), 409, "wrong-stage")


async def test_of_two_changes_of_a_contract_at_once_one_is_opened(api: Api) -> None:
    sample = await fresh(api, "420105", filed=True)
    assert (
        await api.get(supplier_of(sample), _PATH)
    ).status_code == 200  # the API knows the issuer's keys from here on
    answers = await asyncio.gather(*(asked(api, sample) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    for each in answers:
        if each.status_code == 409:
            assert problem_of(each, 409, "conflict")["where"] == "filing_number"
    assert sample.contract is not None
    (listed,) = (await api.get(supplier_of(sample), f"{_PATH}?filing_number={sample.contract.filing_number}")).json()[
        "items"
    ]
    assert listed["stage"] == "draft"


@pytest.mark.clause("hanyang/4.1.4")
async def test_form_holds_hanyangs_fields(api: Api) -> None:
    sample, path = await opened(api)
    contract = sample.contract
    assert contract is not None
    page = await api.get(supplier_of(sample), f"{path}/form.html")
    printed = await api.get(supplier_of(sample), f"{path}/form.pdf")
    text = read_back(printed.content).text
    for value in (
        contract.award_number,
        contract.title,
        contract.filing_number,
        contract.supplier_name,
        contract.purchaser_name,
        contract.collection_account.number,
        "6201000177770001",
    ):
        assert value in page.text
        assert squeeze(value) in text
    problem_of(await api.get(BUREAU, f"{path}/form.pdf"), 403, "wrong-party")


@pytest.mark.clause("hanyang/4.1.4")
async def test_holder_must_be_the_supplier(api: Api) -> None:
    """Hanyang's own sample form shows two different names: that is refused."""
    sample = await fresh(api, "420105", filed=True)
    answer = await asked(api, sample, new_account={**new_account(sample), "name": "别的公司"})
    problem = problem_of(answer, 422, "rule-broken")
    assert (problem["where"], problem["right"]) == ("new_account.name", sample.supplier.name)


async def test_change_that_makes_no_sense_is_refused(api: Api) -> None:
    sample = await fresh(api, "420105", filed=True)
    assert sample.contract is not None
    same = sample.contract.collection_account.model_dump(mode="json")
    problem_of(await asked(api, sample, new_account=same), 422, "invalid-input")
    problem_of(await asked(api, sample, filing_number="无此合同"), 404, "not-found")
    problem_of(await asked(api, sample, new_account={**new_account(sample), "number": "12"}), 422, "invalid-input")
    assert (await asked(api, sample)).status_code == 201
    problem_of(await asked(api, sample), 409, "conflict")


@pytest.mark.clause("hanyang/4.1.4")
async def test_token_that_does_not_say_whose_it_is_changes_no_account(api: Api) -> None:
    """Whoever knows a filing number and the supplier's name could otherwise move the contract's money."""
    sample = await fresh(api, "420105", filed=True)
    api.codes.pop(sample.supplier.organisation_id)
    assert problem_of(await asked(api, sample), 403, "wrong-party")["where"] == "uscc"
    assert problem_of(await asked(api, sample, filing_number="无此合同"), 403, "wrong-party")["where"] == "uscc"
    api.codes[sample.supplier.organisation_id] = api.codes[OTHER_SUPPLIER.organisation_id]
    problem_of(await asked(api, sample), 404, "not-found")
    assert (await api.get(supplier_of(sample), _PATH)).json()["items"] == []


async def test_change_is_for_its_parties(api: Api) -> None:
    sample, path = await opened(api)
    change_id = path.rpartition("/")[2]
    bureau = BUREAU.model_copy(update={"organisation_id": "bureau-420100"})
    for party, full in ((supplier_of(sample), True), (purchaser_of(sample), True), (bureau, False)):
        shown = await api.get(party, path)
        assert ("6201000177770001" in shown.text) is full
        assert "****0001" in shown.text
        listed = (await api.get(party, f"{_PATH}?stage=draft&limit=200")).json()["items"]
        assert change_id in [each["change_id"] for each in listed]
    for stranger in (OTHER_SUPPLIER, BANK, BUREAU):
        problem_of(await api.get(stranger, path), 404, "not-found")
        problem_of(await api.post(stranger, f"{path}/submit-change"), 404, "not-found")


async def test_application_sent_again_is_one_change(api: Api) -> None:
    sample = await fresh(api, "420105", filed=True)
    assert sample.contract is not None
    body = {"filing_number": sample.contract.filing_number, "new_account": new_account(sample)}
    key = str(uuid4())
    first = await api.post(supplier_of(sample), _PATH, body, key=key)
    again = await api.post(supplier_of(sample), _PATH, body, key=key)
    assert first.json() == again.json()
    assert len((await api.get(supplier_of(sample), _PATH)).json()["items"]) == 1


@pytest.fixture
async def signed(api: Api, request: pytest.FixtureRequest) -> Loan:
    """A loan, in Kunming if nothing else is asked for, whose contract pays into another account than the lender's."""
    loan = await applied(api, getattr(request, "param", "530100"), filed=True)
    await loan.at("verified")
    await loan.done(Role.BANK, "accept")
    await loan.done(Role.BANK, "approve", loan.offer())
    await loan.done(Role.SUPPLIER, "sign", {"agreement_number": "LY-1"})
    await loan.at("account_change")
    return loan


@pytest.mark.clause("luoyang/2.3")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("signed", ["410300"], indirect=True)
async def test_where_the_text_asks_for_the_bank_alone_it_is_asked_after_disbursement_too(
    api: Api, signed: Loan
) -> None:
    await _changed_within(api, signed)
    opened_now = await asked(api, signed.sample)
    assert opened_now.status_code == 201, opened_now.text
    shown = (await api.get(signed.supplier, opened_now.headers["location"])).json()
    assert (shown["consent_of_bank_id"], shown["court_order"]) == (signed.bank.organisation_id, None)


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.clause("hanyang/3")
@pytest.mark.timeout(120)
async def test_change_within_a_loan_then_no_change_without_a_courts_order(api: Api, signed: Loan) -> None:
    loan = signed
    await _changed_within(api, loan)
    refused = problem_of(await asked(api, loan.sample), 422, "rule-broken")
    assert refused["right"] == "record-court-freeze"
    order = {"order_number": "（2026）示例执1号", "court": "示例区人民法院"}
    await loan.done(Role.FINANCE_BUREAU, "record-court-freeze", order)
    await loan.until("", lambda page: page["frozen"])
    opened_now = await asked(api, loan.sample)
    assert opened_now.status_code == 201, opened_now.text
    shown = (await api.get(loan.supplier, opened_now.headers["location"])).json()
    assert shown["consent_of_bank_id"] == loan.bank.organisation_id
    assert shown["court_order"] == order
    assert shown["loan_id"] == loan.loan_id


async def _changed_within(api: Api, loan: Loan) -> None:
    """The change that the loan itself asked for is made, and the money paid out."""
    (found,) = (await _until_listed(api, loan))["items"]
    path = f"{_PATH}/{found['change_id']}"
    problem_of(await asked(api, loan.sample), 422, "rule-broken")  # signed: the account agreed is the only one

    scan = await api.upload(loan.supplier, pdf("sealed"), "变更申请")
    await api.post(loan.supplier, f"{path}/upload-scan", {"scan": scan})
    await api.post(loan.supplier, f"{path}/submit-change")
    assert (await api.post(loan.party(Role.PURCHASER), f"{path}/approve-change")).status_code == 200
    await loan.at("disbursed")


async def _until_listed(api: Api, loan: Loan) -> dict[str, Any]:
    while True:
        found: dict[str, Any] = (await api.get(loan.supplier, f"{_PATH}?loan_id={loan.loan_id}")).json()
        if found["items"]:
            return found


async def test_other_suppliers_locked_contract_is_not_there(api: Api, signed: Loan) -> None:
    assert signed.sample.contract is not None
    body = {"filing_number": signed.sample.contract.filing_number, "new_account": new_account(signed.sample)}
    answer = await api.post(OTHER_SUPPLIER, _PATH, body)
    assert signed.loan_id not in problem_of(answer, 404, "not-found")["detail"]
