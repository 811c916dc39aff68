"""A document can be read by whoever handed it in and by the parties of the loans and changes that it belongs to."""

import pytest

from tests.store import samples
from tests.store.samples import NOW
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.steps import SupplyMaterials
from zhengcaidai.store.documents import Documents, LoanDocument
from zhengcaidai.store.engine import Database
from zhengcaidai.store.queries import LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope

SUPPLIER, BANK, PURCHASER = (Scope.of(party) for party in (samples.SUPPLIER, samples.BANK, samples.PURCHASER))
BUREAU = Scope(Role.FINANCE_BUREAU, "bureau", frozenset({"530100"}))
STRANGERS = (
    Scope(Role.SUPPLIER, "supplier-2"),
    Scope(Role.BANK, "bank-2"),
    Scope(Role.PURCHASER, "purchaser-2"),
    Scope(Role.FINANCE_BUREAU, "bureau", frozenset({"410300"})),
)


@pytest.fixture
def documents(database: Database) -> Documents:
    return Documents(database)


async def readers(documents: Documents, sha256: str) -> set[Scope]:
    everyone = (SUPPLIER, BANK, PURCHASER, BUREAU, *STRANGERS)
    return {scope for scope in everyone if await documents.readable(scope, sha256) is not None}


async def test_document_is_its_organisations_own_until_a_loan_names_it(
    database: Database, documents: Documents
) -> None:
    authorisation = samples.document("a")
    await documents.register(authorisation, samples.SUPPLIER, NOW)
    assert await readers(documents, authorisation.sha256) == {SUPPLIER}
    await DatabaseRecords(database).record(samples.update(entries=(samples.submitted(),)))
    assert await readers(documents, authorisation.sha256) == {SUPPLIER, BANK, PURCHASER, BUREAU}
    assert await documents.readable(BANK, authorisation.sha256) == authorisation


async def test_what_nobody_handed_in_nobody_can_read(database: Database, documents: Documents) -> None:
    await DatabaseRecords(database).record(samples.update(entries=(samples.submitted(),)))
    assert await readers(documents, samples.document("a").sha256) == set()


@pytest.mark.clause("hanyang/4.1.4")
async def test_scan_of_an_account_change_can_be_read_by_its_parties(database: Database, documents: Documents) -> None:
    scan = samples.document("c", "账户变更申请扫描件")
    await documents.register(scan, samples.SUPPLIER, NOW)
    await DatabaseRecords(database).record_change(samples.change(scan=scan))
    assert await readers(documents, scan.sha256) == {SUPPLIER, BANK, PURCHASER, BUREAU}


async def test_each_organisation_keeps_its_own_title_for_the_same_content(documents: Documents) -> None:
    mine, theirs = samples.document("a", "授权书"), samples.document("a", "authorisation")
    await documents.register(mine, samples.SUPPLIER, NOW)
    await documents.register(samples.document("a", "second name"), samples.SUPPLIER, NOW)
    await documents.register(theirs, Principal(user_id="u", organisation_id="bank-2", role=Role.BANK), NOW)
    assert await documents.readable(SUPPLIER, mine.sha256) == mine
    assert await documents.readable(Scope(Role.BANK, "bank-2"), mine.sha256) == theirs


async def test_loans_documents_are_those_its_journal_names_each_once(database: Database) -> None:
    records, queries = DatabaseRecords(database), LoanQueries(database)
    supplied = SupplyMaterials(documents=(samples.document("c", "纳税证明"), samples.document("b", "财务报表")))
    entries = (samples.submitted(), samples.entry(2, supplied, samples.SUPPLIER))
    await records.record(samples.update(entries=entries))
    assert await queries.documents(BANK, "loan-1") == (
        LoanDocument(samples.document("a"), 1, "supplier-1", entries[0].at),
        LoanDocument(samples.document("b", "财务报表"), 1, "supplier-1", entries[0].at),
        LoanDocument(samples.document("c", "纳税证明"), 2, "supplier-1", entries[1].at),
    )
