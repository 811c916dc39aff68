"""Parties act at random on the real server: whatever they do, the loan's journal, money, account and waiting are in order.

The same steps, many more of them, are tried on the loan's book alone in tests/workflows/test_loan_book.py.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.workflows.harness import Office, RunningLoan, running_loan
from tests.workflows.random_parties import ENDINGS, taken_steps
from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, SCAN, Parties, every_step
from zhengcaidai.errors import Refusal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.steps import STEPS, FileContract, Step, TakenStep

PARTIES = Parties()
TODAY = date(2026, 11, 21)
"""Only a place to begin from: steps are moved to the loan's own date when they are taken."""

actions = st.one_of(
    taken_steps(PARTIES, TODAY, "合备[2026]1号"),
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
    max_examples=6,
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
        for action in script:
            await loan.at_rest()
            if await loan.has_closed():
                break
            match action:
                case ("next", choice):
                    await _next(loan, choice)
                case ("wait", days):
                    await loan.advance(timedelta(days=days))
                case ("renew", _):
                    await loan.handle.signal("renew")
                case _:
                    await _take(loan, action)


async def _next(loan: RunningLoan, choice: int) -> None:
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
            await loan.change(step, loan.parties.of(view.tasks[0].role))
            return
    wanted = [
        (task.role, kind)
        for task in record.tasks
        for kind in STEPS
        if str(kind.model_fields["kind"].default) in task.actions and kind not in ENDINGS
    ]
    if wanted:
        role, kind = wanted[choice % len(wanted)]
        step = next(each for each in every_step(TODAY) if isinstance(each, kind))
        if isinstance(step, FileContract):
            step = FileContract(filing_number=loan.contract.filing_number)
        await _take(loan, TakenStep[Any](step=step, by=loan.parties.of(role), key=f"N{record.view.sequence}"))


async def _take(loan: RunningLoan, taken: TakenStep[Any]) -> None:
    before, length = await loan.journal(), await loan.history_length()
    step = await _today(loan, taken.step)
    try:
        await loan.take(step, taken.by, key=taken.key)
    except Refusal:
        assert await loan.history_length() == length, "a refusal leaves no event"
        assert await loan.journal() == before


async def _today(loan: RunningLoan, step: Step) -> Step:
    """The same step with its dates as far from the loan's date as they were from the beginning."""
    moved = await loan.today() - TODAY
    near = {
        name: value + moved
        for name, value in ((name, getattr(step, name)) for name in type(step).model_fields)
        if isinstance(value, date) and abs((value - TODAY).days) < 400
    }
    return step.model_copy(update=near)
