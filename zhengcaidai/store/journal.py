"""The recorded journal of a loan (流水): lines are added once and never changed."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.steps import LiftCourtFreeze, RecordCourtFreeze
from zhengcaidai.store.engine import Database
from zhengcaidai.store.tables import EntryRow

__all__ = ["add_entries", "court_freeze", "journal_of"]

_FREEZE_KINDS = [step.name() for step in (RecordCourtFreeze, LiftCourtFreeze)]


async def add_entries(database: Database, session: AsyncSession, loan_id: str, entries: tuple[Entry, ...]) -> None:
    """In the caller's transaction; an entry that is there already stays as it is."""
    await session.exec(
        database.insert(EntryRow).on_conflict_do_nothing(),
        params=[
            {
                "loan_id": loan_id,
                "sequence": entry.sequence,
                "kind": entry.event.kind,
                "at": entry.at,
                "entry": entry,
            }
            for entry in entries
        ],
    )


async def journal_of(session: AsyncSession, loan_id: str, after: int, limit: int | None = None) -> tuple[Entry, ...]:
    """A loan's entries after a sequence number, in order, `limit` at most."""
    query = select(col(EntryRow.entry)).where(col(EntryRow.loan_id) == loan_id, col(EntryRow.sequence) > after)
    return tuple((await session.exec(query.order_by(col(EntryRow.sequence)).limit(limit))).all())


async def court_freeze(session: AsyncSession, loan_id: str) -> RecordCourtFreeze | None:
    """The court's order in force, the latest of several; only the journal knows which of them were lifted."""
    query = select(col(EntryRow.entry)).where(col(EntryRow.loan_id) == loan_id, col(EntryRow.kind).in_(_FREEZE_KINDS))
    in_force: dict[str, RecordCourtFreeze] = {}
    for entry in (await session.exec(query.order_by(col(EntryRow.sequence)))).all():
        if isinstance(entry.event, RecordCourtFreeze):
            in_force[entry.event.order_number] = entry.event
        elif isinstance(entry.event, LiftCourtFreeze):
            in_force.pop(entry.event.order_number, None)
    return next(reversed(in_force.values()), None)
