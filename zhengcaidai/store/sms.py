"""Short messages that went to the gateway (短信): by key, so that none is sent twice, and by the gateway's id."""

from datetime import datetime

from sqlmodel import col, select, update

from zhengcaidai.messages.orders import SmsMessage, SmsReceipt
from zhengcaidai.store.engine import Database
from zhengcaidai.store.tables import SmsRow

__all__ = ["SmsLog"]

_FINAL = ("delivered", "undelivered", "failed", "canceled", "read")
"""Twilio's last states; a status that arrives after one of these is an older one, overtaken on its way."""


class SmsLog:
    """All methods raise OutsideDown while the database cannot be reached. No mobile number and no text is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receipt(self, key: str) -> SmsReceipt | None:
        """The receipt of the message with this key if it was sent."""
        async with self._database.reading() as session:
            row = await session.get(SmsRow, key)
        return SmsReceipt(key=row.key, gateway_id=row.gateway_id, status=row.status) if row else None

    async def sent(self, message: SmsMessage, receipt: SmsReceipt, at: datetime) -> None:
        """The gateway took the message; a key that is logged already keeps its first receipt."""
        put = self._database.insert(SmsRow).values(
            key=message.key,
            loan_id=message.loan_id,
            template=message.template.value,
            gateway_id=receipt.gateway_id,
            status=receipt.status,
            sent_at=at,
            updated_at=at,
        )
        async with self._database.writing() as session:
            await session.exec(put.on_conflict_do_nothing())

    async def status(self, gateway_id: str, status: str, at: datetime) -> bool:
        """What became of a message, says the gateway; a last state stays. False: no message of this id is known."""
        known = col(SmsRow.gateway_id) == gateway_id
        async with self._database.writing() as session:
            changed = await session.exec(
                update(SmsRow).where(known, col(SmsRow.status).not_in(_FINAL)).values(status=status, updated_at=at)
            )
            return bool(changed.rowcount) or (await session.exec(select(SmsRow).where(known))).first() is not None
