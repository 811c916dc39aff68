"""What finance bureaus decided of banks' cooperation (合作资格): lines that are added and never changed."""

from collections.abc import Collection

from sqlmodel import col, select

from zhengcaidai.messages.cooperation import CooperationDecision
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.rules.cooperation import standing
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.tables import CooperationRow

__all__ = ["Cooperation"]

_NEWEST_FIRST = Keyset(CooperationRow, "at", "decision_id", newest_first=True)


class Cooperation:
    """All methods raise OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, decision: CooperationDecision) -> None:
        """Keep it; the same number again is the same decision."""
        put = self._database.insert(CooperationRow).values(
            **decision.model_dump(exclude={"by"}),
            organisation_id=decision.by.organisation_id,
            user_id=decision.by.user_id,
        )
        async with self._database.writing() as session:
            await session.exec(put.on_conflict_do_nothing())

    async def decision(self, decision_id: str) -> CooperationDecision | None:
        """One decision by its number."""
        async with self._database.reading() as session:
            row = await session.get(CooperationRow, decision_id)
        return _decision(row) if row else None

    async def standing(self, bank_ids: Collection[str]) -> tuple[CooperationDecision, ...]:
        """The suspensions that stand against these banks; a bank has but a few decisions."""
        query = select(CooperationRow).where(col(CooperationRow.bank_id).in_(sorted(set(bank_ids))))
        async with self._database.reading() as session:
            rows = (await session.exec(query.order_by(col(CooperationRow.at), col(CooperationRow.decision_id)))).all()
        return standing(map(_decision, rows))

    async def decisions(self, bank_id: str, page: PageRequest) -> Page[CooperationDecision]:
        """All that was decided of a bank, the newest first. Raises InvalidInput for a cursor of another list."""
        query = select(CooperationRow).where(col(CooperationRow.bank_id) == bank_id)
        async with self._database.reading() as session:
            rows = (await session.exec(_NEWEST_FIRST.page_of(query, page))).all()
        return _NEWEST_FIRST.cut(rows, page, _decision)


def _decision(row: CooperationRow) -> CooperationDecision:
    by = Principal(user_id=row.user_id, organisation_id=row.organisation_id, role=Role.FINANCE_BUREAU)
    said = {name: getattr(row, name) for name in CooperationDecision.model_fields if name != "by"}
    return CooperationDecision(by=by, **said)
