"""What the workflow's activities write and ask: `ports.LoanRecords` on the application database."""

from sqlalchemy import UpdateBase, or_
from sqlmodel import col, delete, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.records import ChangeView, ContractClaim, LoanUpdate, LockState
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.tasks import LoanView
from zhengcaidai.store.deadlines import replace_deadlines
from zhengcaidai.store.documents import link_documents
from zhengcaidai.store.engine import Database
from zhengcaidai.store.journal import add_entries, court_freeze, journal_of
from zhengcaidai.store.tables import AccountChangeRow, ClaimRow, LoanRow, LoanRulesRow, TaskSubject
from zhengcaidai.store.tasks import replace_tasks

__all__ = ["DatabaseRecords"]


class DatabaseRecords:
    """Fulfils `LoanRecords`. Every method raises OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._put_loan = _put_newer(database, LoanRow, "loan_id")
        self._put_change = _put_newer(database, AccountChangeRow, "change_id", "recorded_at")

    async def record(self, update: LoanUpdate) -> None:
        """One transaction; at most seven statements, however many tasks, deadlines, entries and documents there are,
        and one more when the loan settles.

        Entries are facts: one that is missing is added even when the view that it came with is an older one.
        """
        loan_id = update.view.loan_id
        async with self._database.writing() as session:
            newer = await _took(session, self._put_loan, _loan_values(update))
            if update.entries:
                await add_entries(self._database, session, loan_id, update.entries)
                await link_documents(self._database, session, loan_id, update.entries)
            if update.rules is not None:
                kept = self._database.insert(LoanRulesRow).values(loan_id=loan_id, rules=update.rules)
                await session.exec(kept.on_conflict_do_nothing())
            if newer:
                await replace_tasks(self._database, session, TaskSubject.LOAN, loan_id, update.tasks)
                await replace_deadlines(session, loan_id, update.deadlines)

    async def record_change(self, view: ChangeView) -> None:
        """An older or equal sequence changes nothing."""
        async with self._database.writing() as session:
            if await _took(session, self._put_change, _change_values(view)):
                await replace_tasks(
                    self._database, session, TaskSubject.ACCOUNT_CHANGE, view.order.change_id, view.tasks
                )

    async def claim(self, claim: ContractClaim) -> str | None:
        """The award's number is the table's key: of any number of loans at once, exactly one takes it.

        A claim that a loan makes again takes; `replaces` hands over only from the loan that holds it now.
        """
        put = self._database.insert(ClaimRow).values(award_number=claim.award_number, loan_id=claim.loan_id)
        holder = col(ClaimRow.loan_id)
        taking = put.on_conflict_do_update(
            index_elements=["award_number"],
            set_={"loan_id": put.excluded.loan_id},
            where=or_(holder == claim.loan_id, holder == claim.replaces) if claim.replaces else holder == claim.loan_id,
        ).returning(holder)
        async with self._database.writing() as session:
            if (await session.exec(taking)).first() is not None:
                return None
            # The refused INSERT has locked the holder's row: it is still there.
            return (await session.exec(select(holder).where(col(ClaimRow.award_number) == claim.award_number))).one()

    async def holder_of(self, award_number: str) -> str | None:
        """The loan that has the award under finance now, or None; asked at the door, where nothing is claimed yet."""
        async with self._database.reading() as session:
            row = await session.get(ClaimRow, award_number)
        return row.loan_id if row else None

    async def release(self, loan_id: str) -> None:
        """Whatever this loan holds; nothing, if it was handed over."""
        async with self._database.writing() as session:
            await session.exec(delete(ClaimRow).where(col(ClaimRow.loan_id) == loan_id))

    async def has_borrowed(self, supplier_id: str, before_loan_id: str) -> bool:
        """Another loan of this supplier was disbursed, settled or not (kunming/4.2)."""
        disbursed = exists().where(
            col(LoanRow.supplier_id) == supplier_id,
            col(LoanRow.disbursed_on).is_not(None),
            col(LoanRow.loan_id) != before_loan_id,
        )
        async with self._database.reading() as session:
            return bool((await session.exec(select(disbursed))).one())

    async def lock_of(self, filing_number: str) -> LockState | None:
        """The loan that has the contract's account locked; of two (one was reopened), the one submitted first."""
        query = select(LoanRow).where(
            col(LoanRow.filing_number) == filing_number, col(LoanRow.locked_account).is_not(None)
        )
        async with self._database.reading() as session:
            row = (await session.exec(query.order_by(col(LoanRow.submitted_at)).limit(1))).first()
            if row is None or row.locked_account is None:
                return None
            freeze = await court_freeze(session, row.loan_id) if row.frozen else None
        return LockState(
            loan_id=row.loan_id,
            bank_id=row.bank_id,
            filing_number=filing_number,
            account=row.locked_account,
            disbursed=row.disbursed_on is not None,
            court_order=freeze.order_number if freeze else None,
            court=freeze.court if freeze else None,
        )

    async def stage_of(self, loan_id: str) -> Stage | None:
        """As last recorded."""
        async with self._database.reading() as session:
            row = await session.get(LoanRow, loan_id)
        return Stage(row.stage) if row else None

    async def rules_of(self, loan_id: str) -> RulesInForce | None:
        """What a settled loan went by; None if it settled before that was kept."""
        async with self._database.reading() as session:
            row = await session.get(LoanRulesRow, loan_id)
        return row.rules if row else None

    async def open_loan_on(self, filing_number: str) -> str | None:
        """As last recorded; one contract has one."""
        ended = [stage for stage in Stage if stage.is_end]
        query = select(LoanRow.loan_id).where(
            col(LoanRow.filing_number) == filing_number, col(LoanRow.stage).not_in(ended)
        )
        async with self._database.reading() as session:
            return (await session.exec(query.limit(1))).first()

    async def journal(self, loan_id: str, after: int) -> tuple[Entry, ...]:
        """In order."""
        async with self._database.reading() as session:
            return await journal_of(session, loan_id, after)


def _put_newer(database: Database, table: type[LoanRow] | type[AccountChangeRow], key: str, *kept: str) -> UpdateBase:
    """Insert a row, or replace the one of its key if the new sequence is higher; returns the key if it did either.

    Made once, since it takes longer to make than to run.
    """
    put = database.insert(table)
    changed = {name: put.excluded[name] for name in table.model_fields if name not in (key, *kept)}
    newer = put.excluded.sequence > col(table.sequence)
    return put.on_conflict_do_update(index_elements=[key], set_=changed, where=newer).returning(put.table.c[key])


async def _took(session: AsyncSession, put: UpdateBase, values: dict[str, object]) -> bool:
    return (await (await session.connection()).execute(put, values)).first() is not None


def _loan_values(update: LoanUpdate) -> dict[str, object]:
    values = {name: getattr(update.view, name) for name in LoanView.model_fields}
    return {**values, "locked_account": update.locked_account, "statement": update.statement}


def _change_values(view: ChangeView) -> dict[str, object]:
    order = view.order
    return {
        "change_id": order.change_id,
        "region": order.region,
        "filing_number": order.filing_number,
        "supplier_id": order.supplier_id,
        "purchaser_id": order.purchaser_id,
        "bank_id": order.consent_of_bank_id,
        "loan_id": order.loan_id,
        "stage": view.stage.value,
        "scan_sha256": view.scan.sha256 if view.scan else None,
        "sequence": view.sequence,
        "recorded_at": view.updated_at,
        "view": view,
    }
