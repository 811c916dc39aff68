"""Short messages and payment checks are known again by their keys."""

import asyncio
from datetime import timedelta

import pytest

from tests.store import samples
from tests.store.samples import NOW
from zhengcaidai.errors import Conflict
from zhengcaidai.messages.orders import NoticeKind, PaymentCheckAnswer, SmsMessage, SmsReceipt
from zhengcaidai.messages.parties import Role
from zhengcaidai.sealing import Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.payments import PaymentChecks, StoppedPayment
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.sms import SmsLog

MESSAGE = SmsMessage(key="loan-1:financed", loan_id="loan-1", to=samples.MOBILE, template=NoticeKind.FINANCED)
QUEUED = SmsReceipt(key=MESSAGE.key, gateway_id="SM1", status="queued")


@pytest.fixture
def log(database: Database) -> SmsLog:
    return SmsLog(database)


@pytest.fixture
def checks(database: Database) -> PaymentChecks:
    return PaymentChecks(database)


async def test_message_that_was_sent_is_known_by_its_key(log: SmsLog) -> None:
    assert await log.receipt(MESSAGE.key) is None
    await log.sent(MESSAGE, QUEUED, NOW)
    await log.sent(MESSAGE, SmsReceipt(key=MESSAGE.key, gateway_id="SM2", status="queued"), NOW)
    assert await log.receipt(MESSAGE.key) == QUEUED


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (("sent", "delivered"), "delivered"),
        (("delivered", "sent"), "delivered"),
        (("failed", "queued"), "failed"),
        (("sent",), "sent"),
    ],
)
async def test_last_state_stays_whatever_arrives_after_it(log: SmsLog, told: tuple[str, ...], status: str) -> None:
    await log.sent(MESSAGE, QUEUED, NOW)
    for state in told:
        assert await log.status("SM1", state, NOW)
    receipt = await log.receipt(MESSAGE.key)
    assert receipt is not None
    assert receipt.status == status


async def test_status_of_an_unknown_message_is_told_to_be_unknown(log: SmsLog) -> None:
    assert not await log.status("SM9", "delivered", NOW)


@pytest.mark.clause("luoyang/2.3")
async def test_check_that_is_asked_again_gets_the_first_answer(checks: PaymentChecks) -> None:
    assert await checks.answered(samples.TREASURY, samples.payment()) is None
    assert await checks.log(samples.TREASURY, samples.payment(), samples.stopped(), NOW) == samples.stopped()
    allowed = PaymentCheckAnswer(check_id="check-1", allowed=True)
    assert await checks.log(samples.TREASURY, samples.payment(), allowed, NOW) == samples.stopped()
    assert await checks.answered(samples.TREASURY, samples.payment()) == samples.stopped()


async def test_check_number_of_another_payment_is_refused(checks: PaymentChecks) -> None:
    await checks.log(samples.TREASURY, samples.payment(), samples.stopped(), NOW)
    other = samples.payment(account_number="6222024000111112222")
    with pytest.raises(Conflict, match="another payment"):
        await checks.answered(samples.TREASURY, other)
    with pytest.raises(Conflict, match="another payment"):
        await checks.log(samples.TREASURY, other, samples.stopped(), NOW)


async def test_two_treasuries_number_their_checks_alike_and_neither_meets_the_other(checks: PaymentChecks) -> None:
    await checks.log(samples.TREASURY, samples.payment(), samples.stopped(), NOW)
    elsewhere = samples.TREASURY.model_copy(update={"organisation_id": "treasury-410300"})
    other = samples.payment(account_number="6222024000111112222")
    assert await checks.answered(elsewhere, samples.payment()) is None
    allowed = PaymentCheckAnswer(check_id="check-1", allowed=True)
    assert await checks.log(elsewhere, other, allowed, NOW) == allowed
    assert await checks.answered(samples.TREASURY, samples.payment()) == samples.stopped()


async def test_of_two_answers_at_once_both_askers_get_the_first(fresh_url: str, sealer: Sealer) -> None:
    databases = [Database(fresh_url, sealer) for _ in range(2)]
    answers = await asyncio.gather(
        *(
            PaymentChecks(databases[number % 2]).log(
                samples.TREASURY,
                samples.payment(),
                samples.stopped().model_copy(update={"en": f"answer {number}"}),
                NOW,
            )
            for number in range(8)
        )
    )
    assert len({answer.en for answer in answers}) == 1
    for database in databases:
        await database.close()


@pytest.mark.clause("kunming/3.2")
async def test_stopped_payments_are_listed_masked_to_those_who_may_see_the_loan(
    database: Database, checks: PaymentChecks
) -> None:
    await DatabaseRecords(database).record(samples.update())
    for number in range(3):
        check_id = f"check-{number}"
        answer = samples.stopped(check_id) if number else PaymentCheckAnswer(check_id=check_id, allowed=True)
        await checks.log(samples.TREASURY, samples.payment(check_id), answer, NOW + timedelta(minutes=number))
    bureau = Scope(Role.FINANCE_BUREAU, "bureau", frozenset({"530100"}))
    first = await checks.stopped(bureau, PageRequest(1))
    assert first.items == (
        StoppedPayment(
            "合备[2021]100号",
            50_000_00,
            "****2345",
            samples.stopped("check-2"),
            NOW + timedelta(minutes=2),
            samples.TREASURY,
        ),
    )
    second = await checks.stopped(bureau, PageRequest(1, first.next_cursor))
    assert [item.answer.check_id for item in second.items] == ["check-1"]
    assert second.next_cursor is None
    assert (await checks.stopped(Scope(Role.BANK, "bank-2"), PageRequest())).items == ()
