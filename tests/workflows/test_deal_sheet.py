"""融资成交单: it reaches the platform, however long that is down, and nothing waits for it."""

import pytest

from tests.workflows.harness import running_loan
from tests.workflows.office import Office
from tests.workflows.samples import product
from tests.workflows.world import Fault, World
from zhengcaidai.messages.stages import Stage


@pytest.mark.clause("kunming/2.3.5#2")
async def test_the_deal_sheet_is_told_again_until_the_platform_has_it(office: Office) -> None:
    world = World(product(), faults={"receivables.deal": Fault(down=2)})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.settle()
        await loan.at_rest()
        (deal,) = world.receivables.deals.values()
        assert (deal.loan_id, deal.filing_number) == (loan.loan_id, loan.contract.filing_number)
        assert world.calls.count("receivables.deal") == 3
