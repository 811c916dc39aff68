"""A stopped payment is told to its loan, whatever went wrong with the telling before (kunming/3.2)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from tests.store import samples
from tests.waiting import eventually
from zhengcaidai.store.paging import Page
from zhengcaidai.store.payments import PaymentChecks, StoppedPayment
from zhengcaidai.store.queries import LoanQueries
from zhengcaidai.web import stopped_payments
from zhengcaidai.web.gateway import Workflows
from zhengcaidai.web.stopped_payments import StoppedPaymentReporter

ACCOUNT = "6222020200112345678"


@dataclass
class _World:
    """Payments that were stopped, and a loan that answers each report with the next of `answers`."""

    found: list[StoppedPayment]
    answers: Iterator[Exception | None]
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def stopped(self, *_: object) -> Page[StoppedPayment]:
        return Page(tuple(self.found), None)

    async def journal(self, *_: object) -> tuple[object, ...]:
        return ()

    async def take(self, _workflow_id: str, taken: Any, *_: object) -> None:
        self.asked.append(taken.step.check_id)
        answer = next(self.answers, None)
        if answer is not None:
            raise answer
        self.told.append(taken.step.check_id)

    def reporter(self) -> StoppedPaymentReporter:
        return StoppedPaymentReporter(cast(PaymentChecks, self), cast(LoanQueries, self), cast(Workflows, self))


def stopped(check_id: str, ago: timedelta = timedelta()) -> StoppedPayment:
    answer, at = samples.stopped(check_id), datetime.now(UTC) - ago
    return StoppedPayment("合备[2021]100号", 50_000_00, "****2345", answer, at, samples.TREASURY)


def world(*found: StoppedPayment, answers: tuple[Exception | None, ...] = ()) -> _World:
    return _World(list(found), iter(answers))


@pytest.mark.clause("kunming/3.2")
@pytest.mark.parametrize(
    "failure",
    [RPCError(f"no such field {ACCOUNT}", RPCStatusCode.INVALID_ARGUMENT, b""), ValueError(ACCOUNT)],
    ids=lambda each: type(each).__name__,
)
async def test_a_failure_nobody_foresaw_does_not_end_the_telling(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stopped_payments, "_LOOK_EVERY_SECONDS", 0.001)
    outside = world(stopped("check-1"), answers=(failure,))
    telling = asyncio.create_task(outside.reporter().run())
    try:
        await eventually(lambda: outside.told, bool)
    finally:
        telling.cancel()
    assert outside.asked == ["check-1", "check-1"]
    assert f"telling of stopped payments failed: {type(failure).__name__}" in caplog.messages
    assert not any(ACCOUNT in message for message in caplog.messages)


async def test_a_loan_that_cannot_take_a_report_keeps_no_other_waiting(caplog: pytest.LogCaptureFixture) -> None:
    no = WorkflowUpdateFailedError(ApplicationError(ACCOUNT, type="Odd"))
    outside = world(stopped("check-2"), stopped("check-1"), answers=(no,))
    reporter = outside.reporter()
    for _ in range(2):
        await reporter.report()
    assert (outside.asked, outside.told) == (["check-2", "check-1"], ["check-1"])
    assert not any(ACCOUNT in message for message in caplog.messages)


async def test_what_was_told_is_remembered_for_as_long_as_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = world(stopped("new"), stopped("old", timedelta(days=2)))
    reporter = outside.reporter()
    await reporter.report()
    assert {check_id for _, check_id in reporter._told} == {"new", "old"}
    monkeypatch.setattr(stopped_payments, "_LOOK_BACK", timedelta(days=1))
    await reporter.report()
    assert {check_id for _, check_id in reporter._told} == {"new"}
    assert outside.asked == ["new", "old"]
