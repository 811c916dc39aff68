"""The ledgers of three houses compared, to the fen: the bank's, the treasury's, and the loan's own."""

from tests.e2e.driving import LOAN_FEN, Driven
from tests.e2e.outside import Outside
from zhengcaidai.sandbox.people import J

_SPREAD = ("fees_fen", "penalty_fen", "interest_fen", "principal_fen", "surplus_fen")


async def books_agree(outside: Outside, loan: Driven) -> J:
    """One disbursement, every payment swept once, nothing lost; the bank's ledger comes back."""
    seen = await loan.seen()
    ledger: J = await outside.get(f"/banks/{loan.cast.bank_id}/ledger", loan_id=loan.loan_id)
    assert [each["amount_fen"] for each in ledger["disbursements"]] == [LOAN_FEN]

    statement, totals = seen["statement"], ledger["totals"]
    assert statement["settled"]
    assert statement["owed_fen"] == 0
    assert totals["principal_fen"] == LOAN_FEN
    assert totals["credited_fen"] == totals["allocated_fen"] == statement["received_fen"]
    assert totals["surplus_fen"] == statement["surplus_fen"]
    assert statement["refunded_fen"] == statement["surplus_fen"], "what the loan did not need is the supplier's"
    assert sum(totals[name] for name in _SPREAD) == totals["allocated_fen"]
    numbers = [each["entry"]["sequence"] for each in ledger["entries"]]
    assert len(numbers) == len(set(numbers)), "each entry is booked once"

    payments = await outside.get("/budget/payments", loan_id=loan.loan_id)
    paid = {each["payment_id"]: each["amount_fen"] for each in payments if each["state"] == "paid"}
    posted = [
        (each["event"]["payment_id"], each["event"]["amount_fen"])
        for each in await loan.timeline()
        if each["kind"] == "post_payment"
    ]
    assert dict(posted) == paid
    assert len(posted) == len(paid), "each payment is written once"
    assert sum(paid.values()) == statement["received_fen"]
    return ledger


async def account_is_free(outside: Outside, loan: Driven) -> None:
    """After settlement the budget system holds no lock of this loan."""
    contracts = await outside.get("/procurement/contracts")
    filed = next(each for each in contracts if each["award_number"] == loan.cast.award.award_number)
    state = await outside.get(f"/budget/contracts/{filed['filing_number']}")
    assert state["locked_to"] is None
    deals = await outside.get("/receivables/deals", loan_id=loan.loan_id)
    assert len(deals) == 1, "the platform has one deal sheet"
