"""Asking whether a step may be taken, in one line each."""

from datetime import datetime
from typing import Any

import pytest

from tests.rules.loans import (
    KUNMING,
    LUOYANG,
    SAMPLES,
    rules,
    taken,
)
from tests.rules.timelines import at
from zhengcaidai.errors import Refusal
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.checks import check
from zhengcaidai.rules.loan import Loan

MAY = at("2026-05-15 09:00")
OFFLINE: dict[str, Any] = {"code": LUOYANG, "channel": Channel.OFFLINE}
"""Only Luoyang takes offline banks (luoyang/2.1)."""
ORDERED = facts.DisbursementOrdered(key="L1:disburse", amount_fen=200_000)
FREEZE, LIFT = SAMPLES[steps.RecordCourtFreeze], SAMPLES[steps.LiftCourtFreeze]
SUSPECT, CONFIRM = SAMPLES[steps.SuspectFraud], SAMPLES[steps.ConfirmFraud]


def pass_(
    loan: Loan, step: Step, now: datetime = MAY, who: Principal | None = None, code: str = KUNMING, **product: Any
) -> None:
    check(loan, taken(step, who), rules(code, **product), now)


def refusal(
    loan: Loan, step: Step, now: datetime = MAY, who: Principal | None = None, code: str = KUNMING, **product: Any
) -> Refusal:
    with pytest.raises(Refusal) as refused:
        pass_(loan, step, now, who, code, **product)
    assert refused.value.zh
    assert refused.value.en
    return refused.value
