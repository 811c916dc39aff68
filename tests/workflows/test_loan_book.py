"""The loan's book: each line through one door, a refused step leaves no line, a fresh history goes on from the same loan."""

import pytest

from tests.rules.loans import PATHS, SAMPLES, SUPPLIER, application, journal, paid, returned, rules, taken
from tests.rules.timelines import at
from workflows.loan_book import LoanBook
from zhengcaidai.errors import Refusal
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.stages import Stage

MAY = at("2026-05-15 09:00")


def book_at(stage: Stage) -> LoanBook:
    lines = journal(*PATHS[stage])
    return LoanBook(
        LoanStart(
            application=application(), by=SUPPLIER, key="submit", journal=lines, rules=rules(), recorded=len(lines)
        ),
        MAY,
    )


def test_a_held_return_that_its_payment_proves_wrong_is_recorded_as_refused() -> None:
    book = book_at(Stage.REPAYING)
    book.take(taken(returned(60_000, "P9", "R9"), key="one"), MAY)
    receipt = book.take(taken(paid(50_000, "P9"), key="two"), MAY)
    refused = book.journal[-1].event
    assert isinstance(refused, facts.StepRefused)
    assert (refused.step, refused.problem.where) == ("return_payment", "amount_fen")
    assert receipt.sequence == book.loan.sequence == len(book.journal)
    statement = book.loan.statement(MAY.date())
    assert statement is not None
    assert statement.received_fen == 200_000


@pytest.mark.parametrize("stage", Stage)
def test_a_refused_step_leaves_no_line_and_a_repeat_none_more(stage: Stage) -> None:
    book = book_at(stage)
    for number, step in enumerate(SAMPLES.values()):
        before, asked = len(book.journal), taken(step, key=f"step-{number}")
        try:
            first = book.take(asked, MAY)
        except Refusal:
            assert len(book.journal) == before
        else:
            assert book.take(asked, MAY) == first


@pytest.mark.parametrize("stage", Stage)
def test_a_fresh_history_goes_on_from_the_same_loan(stage: Stage) -> None:
    book = book_at(stage)
    again = LoanBook(LoanStart.model_validate_json(book.start(3, 0).model_dump_json()), MAY)
    assert again.loan == book.loan
    assert again.deadlines(MAY) == book.deadlines(MAY)
    assert again.tasks(MAY) == book.tasks(MAY)


def test_a_decided_correction_says_which_deadlines_moved() -> None:
    book = book_at(Stage.ACCEPTED)
    now = at("2026-03-03 09:00")
    before = book.deadlines(now)
    book.take(taken(SAMPLES[steps.CorrectClockStart].model_copy(update={"corrected_on": at("2026-02-27").date()})), now)
    book.take(taken(SAMPLES[steps.DecideClockCorrection], key="decide"), now)
    book.record_moves(before, now)
    moved = [entry.event for entry in book.journal if isinstance(entry.event, facts.DeadlineMoved)]
    assert [(each.clock, each.old_due_at, each.new_due_at) for each in moved] == [
        ("financing", at("2026-03-10"), at("2026-03-06"))  # Saturday 28 February was worked
    ]
