"""The eight steps of a loan on the real server, and every early end."""

import pytest

from tests.workflows.harness import Office, running_loan
from tests.workflows.samples import NEW_ACCOUNT
from zhengcaidai.messages.stages import Stage


@pytest.mark.clause("kunming/2.3.6")
async def test_a_loan_on_a_filed_contract_is_paid_out_once_and_settled(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.approve()
        await loan.sign()
        await loan.at(Stage.DISBURSED)
        assert [receipt.amount_fen for receipt in loan.world.bank.paid_out.values()] == [200_000]
        assert loan.world.budget.locks == {loan.contract.filing_number: loan.loan_id}

        await loan.pay(100_000, "P1")
        await loan.at(Stage.REPAYING)
        await loan.pay(150_000, "P2")
        settled = await loan.recorded(lambda update: update.view.stage == Stage.SETTLED and update.locked_account is None)

        assert settled.view.owed_fen == 0
        assert loan.world.budget.locks == {}
        swept = [entry for order in loan.world.bank.sweeps.values() for entry in order.entries]
        assert sum(entry.principal_fen for entry in swept) == 200_000
        assert sum(entry.surplus_fen for entry in swept if entry.kind == "allocation") == 50_000
        assert settled.statement is not None
        assert settled.statement.surplus_held_fen == 0
        assert NEW_ACCOUNT.number not in str(loan.world.sms.sent)
