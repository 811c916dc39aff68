"""The samples are the source texts' own records, marked as such; fresh ones reach every system concerned."""

from datetime import date

import pytest

from tests.sandbox.orders import deal, end, loan_number
from tests.sandbox.outside import Outside
from zhengcaidai.messages.applications import EnterpriseScale
from zhengcaidai.messages.procurement import Award, Contract
from zhengcaidai.messages.products import Channel
from zhengcaidai.sandbox.samples import load_samples
from zhengcaidai.sandbox.sampling import FreshSample


def made(outside: Outside, **request: object) -> FreshSample:
    body = {"region": "530100", "issued_on": "2026-09-01"} | request
    return FreshSample.model_validate(outside.made("/procurement/samples", body))


def contracts_of(outside: Outside, award_number: str) -> list[Contract]:
    filed = (Contract.model_validate(each) for each in outside.get("/procurement/contracts"))
    return [each for each in filed if each.award_number == award_number]


@pytest.mark.clause("hanyang/4.1.1")
def test_hanyangs_table_of_contracts_is_there(outside: Outside) -> None:
    rows = [Contract.model_validate(each) for each in outside.get("/procurement/contracts", region="420105")]
    table = [row for row in rows if row.award_number.startswith("2023022501")]
    assert [row.award_number for row in table] == [f"2023022501{n:02d}" for n in (4, 5, *range(7, 21))]
    assert {row.amount_fen for row in table} == {2848_00}
    assert {row.purchaser_name for row in table} == {"武汉市汉阳区住房和城乡建设局"}
    assert {row.signed_on for row in table} == {date(2023, 5, 18)}


@pytest.mark.clause("hanyang/4.1.4")
def test_hanyangs_change_form_names_two_different_holders(outside: Outside) -> None:
    (form,) = load_samples().change_forms
    contract = Contract.model_validate(outside.get(f"/procurement/contracts/{form.filing_number}"))
    old, new = contract.collection_account, form.new_account
    assert (old.name, old.number, old.bank_name) == ("供应商1110411", "627019191117867678", "阜丰公司业务部")
    assert (new.name, new.number, new.bank_name) == ("山东中兴食品机械有限公司", "627019191117868888", "交通银行")
    assert contract.supplier_name == old.name != new.name


@pytest.mark.clause("hanyang/4.1.3")
def test_the_deal_of_hanyangs_message_is_there(outside: Outside) -> None:
    (sheet,) = load_samples().deals
    contract = outside.get(f"/procurement/contracts/{sheet.filing_number}")
    assert (contract["filing_number"], sheet.lender_name) == ("合备[2021]100号", "昆仑银行股份有限公司乌鲁木齐分行")
    assert (sheet.amount_fen, str(sheet.annual_rate)) == (2000_00, "0.02")


def test_all_that_is_not_the_texts_own_is_plainly_invented() -> None:
    samples = load_samples()
    assert "样本" in samples.note
    of_the_texts = {"供应商1110411", "武汉市汉阳区住房和城乡建设局"}
    names = {each.supplier.name for each in samples.suppliers} | {each.name for each in samples.purchasers}
    names |= {each.bank_name for each in samples.banks}
    assert {name for name in names - of_the_texts if "示例" not in name} == set()


def test_there_are_two_banks_online_and_one_offline_with_products_of_their_own() -> None:
    samples = load_samples()
    assert [each.channel for each in samples.banks] == [Channel.ONLINE, Channel.ONLINE, Channel.OFFLINE]
    for product in samples.products:
        bank = samples.bank(product.bank_id)
        assert (product.bank_name, product.channel) == (bank.bank_name, bank.channel)


def test_the_odd_ones_are_there(outside: Outside) -> None:
    samples = load_samples()
    assert EnterpriseScale.LARGE in {each.supplier.scale for each in samples.suppliers}
    listed = samples.supplier("supplier-530100-listed").supplier.uscc
    record = outside.get(f"/procurement/bad-records/{listed}", on="2026-09-18")
    assert record["until"] == "2028-05-31"
    assert outside.http.get(f"/procurement/bad-records/{listed}", params={"on": "2028-06-01"}).status_code == 404
    (claim,) = samples.forged
    assert outside.http.get(f"/procurement/awards/{claim.award_number}").status_code == 404
    (altered,) = contracts_of(outside, "SAMPLE-530100-ALTERED")
    assert altered.amount_fen != outside.get("/procurement/awards/SAMPLE-530100-ALTERED")["amount_fen"]
    (swapped,) = contracts_of(outside, "SAMPLE-410300-SWAPPED")
    assert swapped.supplier_uscc != outside.get("/procurement/awards/SAMPLE-410300-SWAPPED")["supplier_uscc"]


def test_a_fresh_award_is_published_and_its_receivable_confirmed(outside: Outside) -> None:
    sample = made(outside, amount_fen=123_456_78)
    assert sample.contract is None
    award = Award.model_validate(outside.get(f"/procurement/awards/{sample.award.award_number}"))
    assert (award, award.amount_fen, award.issued_on) == (sample.award, 123_456_78, date(2026, 9, 1))
    assert contracts_of(outside, award.award_number) == []
    receivable = outside.get(f"/receivables/receivables/{award.award_number}/confirmation")
    assert (receivable["status"], receivable["confirmed_at"][:10]) == ("confirmed", "2026-09-01")


def test_a_fresh_contract_is_known_to_procurement_budget_and_platform(outside: Outside) -> None:
    account = {"name": "示例供应商有限公司", "number": "6201-0001-99", "bank_name": "示例第一银行"}
    payments = [{"pay_on": "2026-12-01", "amount_fen": 100_000_000}]
    contract = {
        "signed_on": "2026-09-08",
        "filed_on": "2026-09-10",
        "collection_account": account,
        "payments": payments,
    }
    sample = made(outside, contract=contract)
    assert sample.contract is not None
    assert sample.contract.payments[0].pay_on == date(2026, 12, 1)
    number = sample.contract.filing_number
    assert Contract.model_validate(outside.get(f"/procurement/contracts/{number}")) == sample.contract
    assert outside.get(f"/budget/contracts/{number}/account")["number"] == "6201-0001-99"
    receivable = outside.get(f"/receivables/receivables/{sample.award.award_number}")
    assert (receivable["filing_number"], receivable["account"]["number"]) == (number, "6201-0001-99")


@pytest.mark.clause("luoyang/2.2")
def test_a_contract_can_be_filed_for_an_award_later_and_once(outside: Outside) -> None:
    sample = made(outside, region="410300")
    address = f"/procurement/awards/{sample.award.award_number}/contract"
    request: dict[str, object] = {"signed_on": "2026-09-14", "filing_number": f"洛备[2026]{loan_number()}号"}
    filed = Contract.model_validate(outside.made(address, request))
    assert filed.collection_account == sample.account
    assert outside.made(address, request) == filed.model_dump(mode="json")
    assert outside.post(address, request | {"filing_number": "洛备[2026]77号"}).status_code == 409
    assert outside.post("/procurement/awards/NONE/contract", request).status_code == 404
    early = outside.post(address, request | {"filed_on": "2026-09-13"})
    assert (early.status_code, early.json()["where"]) == (422, "filed_on")


def test_fresh_suppliers_are_new_and_their_codes_valid(outside: Outside) -> None:
    first, second = made(outside, fresh_supplier=True), made(outside, fresh_supplier=True)
    assert first.supplier.uscc != second.supplier.uscc
    assert first.supplier.organisation_id != second.supplier.organisation_id
    assert first.account.name == first.supplier.name == first.award.supplier_name
    filed = outside.made(f"/procurement/awards/{second.award.award_number}/contract", {"signed_on": "2026-09-08"})
    assert filed["supplier_uscc"] == second.supplier.uscc


def test_a_region_without_samples_gets_invented_parties(outside: Outside) -> None:
    sample = made(outside, region="440100")
    assert (sample.award.region, sample.award.purchaser_id) == ("440100", "purchaser-440100-1")


def test_an_unknown_supplier_is_refused(outside: Outside) -> None:
    request: dict[str, object] = {"region": "530100", "issued_on": "2026-09-01", "supplier_id": "nobody"}
    assert outside.post("/procurement/samples", request).status_code == 422


@pytest.mark.clause("hanyang/4.1.3")
def test_a_receivable_with_a_deal_is_pledged_until_the_loan_ends(outside: Outside) -> None:
    sample = made(outside, contract={"signed_on": "2026-09-08"})
    assert sample.contract is not None
    loan_id, number = loan_number(), sample.award.award_number

    def status() -> object:
        return outside.get(f"/receivables/receivables/{number}/confirmation")["status"]

    outside.made("/receivables/deals", deal(loan_id, sample.contract.filing_number))
    assert status() == "pledged_elsewhere"
    assert outside.post("/receivables/deals", deal(loan_number(), sample.contract.filing_number)).status_code == 409
    outside.made("/receivables/ended", end(loan_id))
    assert status() == "confirmed"


@pytest.mark.parametrize("status", ["disputed", "pledged_elsewhere", "unknown"])
def test_the_platform_can_be_made_to_say_something_else(outside: Outside, status: str) -> None:
    number = made(outside).award.award_number
    outside.http.put(f"/receivables/receivables/{number}/status", json={"status": status}).raise_for_status()
    answer = outside.get(f"/receivables/receivables/{number}/confirmation")
    assert (answer["status"], answer["confirmed_at"]) == (status, None)
