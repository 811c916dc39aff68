"""Parties act at random on the real server: whatever they do, the loan's journal, money, account and waiting are in order.

The same steps, many more of them, are tried on the loan's book alone in tests/workflows/test_loan_book.py.
"""

import uuid
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.workflows.harness import RunningLoan, running_loan
from tests.workflows.office import Office
from tests.workflows.random_parties import ENDINGS, taken_steps
from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, SCAN, Parties, every_step
from zhengcaidai.errors import Refusal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.facts import StepRefused
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.steps import STEPS, FileContract, Step, TakenStep

PARTIES = Parties()
TODAY = date(2026, 11, 21)
"""Only a place to begin from: steps are moved to the loan's own date when they are taken."""

_STEPS = taken_steps(PARTIES, TODAY, "合备[2026]1号")

actions = st.one_of(
    _STEPS,
    st.tuples(st.just("signal"), _STEPS),
    st.tuples(st.just("again"), st.integers(0, 5)),
    st.tuples(st.just("next"), st.integers(0, 5)),
    st.tuples(st.just("next"), st.integers(0, 5)),
    st.tuples(st.just("next"), st.integers(0, 5)),
    st.tuples(st.sampled_from(("wait", "wait", "wait", "renew")), st.sampled_from((1, 12))),
)


@given(
    script=st.lists(actions, min_size=6, max_size=16),
    basis=st.sampled_from(Basis),
    account=st.sampled_from((NEW_ACCOUNT, OLD_ACCOUNT)),
)
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
async def test_whatever_the_parties_do_the_loan_is_in_order(
    shared_office: Office, script: list[Any], basis: Basis, account: Any
) -> None:
    async with running_loan(shared_office, basis=basis, collection_account=account) as loan:
        loan.world.procurement.contracts[loan.contract.filing_number] = loan.contract
        taken: list[TakenStep[Any]] = []
        for action in script:
            await loan.at_rest()
            if await loan.has_closed():
                break
            match action:
                case ("next", choice):
                    await _next(loan, choice, taken)
                case ("again", choice):
                    await _again(loan, choice, taken)
                case ("signal", step):
                    await _signal(loan, step)
                case ("wait", days):
                    await loan.advance(timedelta(days=days))
                case ("renew", _):
                    await loan.handle.signal("renew")
                case _:
                    await _take(loan, action, taken)


async def _next(loan: RunningLoan, choice: int, taken: list[TakenStep[Any]]) -> None:
    """What the loan, or its account change, waits for: done by whom it waits for."""
    record = await loan.at_rest()
    for change_id, view in loan.world.records.changes.items():
        if view.tasks and view.tasks[0].role is not Role.SYSTEM:
            step = {
                changes.ChangeStage.DRAFT: changes.SubmitChange(),
                changes.ChangeStage.SUBMITTED: changes.ApproveChange(),
                changes.ChangeStage.AWAITING_CONSENT: changes.ConsentToChange(),
            }[view.stage]
            assert change_id
            if view.scan is None:
                await loan.change(changes.UploadScan(scan=SCAN), loan.parties.supplier)
            done = await loan.change(step, loan.parties.of(view.tasks[0].role))
            await loan.change_view(lambda seen, done=done: seen.sequence >= done.sequence)  # type: ignore[misc]
            return
    wanted = [
        (task.role, kind)
        for task in record.tasks
        for kind in STEPS
        if kind.name() in task.actions and kind not in ENDINGS
    ]
    if wanted:
        role, kind = wanted[choice % len(wanted)]
        step = next(each for each in every_step(TODAY) if isinstance(each, kind))
        if isinstance(step, FileContract):
            step = FileContract(filing_number=loan.contract.filing_number)
        await _take(loan, TakenStep[Any](step=step, by=loan.parties.of(role), key=str(uuid.uuid4())), taken)


async def _take(loan: RunningLoan, wanted: TakenStep[Any], taken: list[TakenStep[Any]]) -> None:
    before, length = await loan.journal(), await loan.history_length()
    step = await _today(loan, wanted.step)
    try:
        await loan.take(step, wanted.by, key=wanted.key)
    except Refusal:
        assert await loan.history_length() == length, "a refusal leaves no event"
        assert await loan.journal() == before
    else:
        taken.append(wanted.model_copy(update={"step": step}))


async def _again(loan: RunningLoan, choice: int, taken: list[TakenStep[Any]]) -> None:
    """A step that was taken comes once more, however much later: it is answered, and nothing is done twice."""
    if taken:
        again = taken[-1 - choice % len(taken)]
        before = await loan.journal()
        await loan.take(again.step, again.by, key=again.key)
        assert await loan.journal() == before


async def _signal(loan: RunningLoan, wanted: TakenStep[Any]) -> None:
    """A step that comes unasked and out of order: taken, or recorded as refused and without effect."""
    before = await loan.journal()
    step = await _today(loan, wanted.step)
    await loan.signal(step, wanted.by, key=wanted.key)
    told = (await loan.journal())[len(before) :]
    if told and isinstance(told[0].event, StepRefused):
        assert len(told) == 1
    elif told:
        assert told[0].event == step


async def _today(loan: RunningLoan, step: Step) -> Step:
    """The same step with its dates as far from the loan's date as they were from the beginning."""
    moved = await loan.today() - TODAY
    near = {
        name: value + moved
        for name, value in ((name, getattr(step, name)) for name in type(step).model_fields)
        if isinstance(value, date) and abs((value - TODAY).days) < 400
    }
    return step.model_copy(update=near)
