"""Dated substitutes (代办): who stands in for whom of the same organisation and role, from a day to a day."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.errors import InvalidInput, NotFound
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.tasks import Substitution
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.tables import SubstituteRow

__all__ = ["MOST_DAYS", "Substitutes", "check_substitution", "stood_in_for"]

MOST_DAYS = 366
"""An absence is longer than any leave only by a slip of the pen."""

_NEWEST_FIRST = Keyset(SubstituteRow, "substitution_id", newest_first=True)


def check_substitution(substitution: Substitution, today: date) -> None:
    """Somebody else, for days that are not over. Raises InvalidInput."""
    starts_on, ends_on = substitution.starts_on, substitution.ends_on
    if substitution.substitute == substitution.user_id:
        raise InvalidInput(
            "代办人须是另一位同事。",
            "The substitute is a colleague, not oneself.",
            where="substitute",
            right="≠ user_id",
        )
    earliest = max(starts_on, today)
    latest = (
        starts_on + timedelta(days=MOST_DAYS - 1) if starts_on <= date.max - timedelta(days=MOST_DAYS) else date.max
    )
    if not earliest <= ends_on <= latest:
        raise InvalidInput(
            f"代办截止日 {ends_on} 须不早于 {earliest}，且代办至多 {MOST_DAYS} 天。",
            f"The last day {ends_on} is {earliest} or later, and a substitute stands in for {MOST_DAYS} days at most.",
            where="ends_on",
            right=f"{earliest} – {latest}",
        )


class Substitutes:
    """All methods raise OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def name(self, by: Principal, substitution: Substitution) -> Substitution:
        """Keep it; the same number again is the same one. `check_substitution` is asked before."""
        put = self._database.insert(SubstituteRow).values(
            organisation_id=by.organisation_id, role=by.role.value, **dict(substitution)
        )
        async with self._database.writing() as session:
            await session.exec(put.on_conflict_do_nothing())
        return substitution

    async def list(self, by: Principal, page: PageRequest, today: date) -> Page[Substitution]:
        """The organisation's, of this role, that are not over; the newest first. Raises InvalidInput for a wrong cursor."""
        query = select(SubstituteRow).where(*_own(by), col(SubstituteRow.ends_on) >= today)
        async with self._database.reading() as session:
            rows = (await session.exec(_NEWEST_FIRST.page_of(query, page))).all()
        return _NEWEST_FIRST.cut(rows, page, _substitution)

    async def end(self, by: Principal, substitution_id: str, today: date) -> Substitution:
        """The user is back, or the substitute cannot: yesterday was the last day. Either of the two may end it.

        Raises NotFound, also for another's. One that is over stays as it was.
        """
        query = select(SubstituteRow).where(*_own(by), col(SubstituteRow.substitution_id) == substitution_id)
        async with self._database.writing() as session:
            row = (await session.exec(query.with_for_update())).first()
            if row is None or by.user_id not in (row.user_id, row.substitute):
                raise NotFound(
                    f"没有编号为“{substitution_id}”的代办，或不是您的代办。",
                    f"There is no substitution “{substitution_id}”, or it is not yours.",
                    where="substitution_id",
                )
            row.ends_on = min(row.ends_on, today - timedelta(days=1))
            session.add(row)
        return _substitution(row)


async def stood_in_for(session: AsyncSession, by: Principal, today: date) -> frozenset[str]:
    """The colleagues for whom this user stands in on that day."""
    query = select(col(SubstituteRow.user_id)).where(
        *_own(by),
        col(SubstituteRow.substitute) == by.user_id,
        col(SubstituteRow.starts_on) <= today,
        col(SubstituteRow.ends_on) >= today,
    )
    return frozenset((await session.exec(query)).all())


def _own(by: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(SubstituteRow.organisation_id) == by.organisation_id, col(SubstituteRow.role) == by.role.value


def _substitution(row: SubstituteRow) -> Substitution:
    return Substitution.model_validate({name: getattr(row, name) for name in Substitution.model_fields})
