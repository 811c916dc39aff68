"""What cannot be verified is refused, a forgery reported, and the contract free for a true application."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.workflows.harness import running_loan
from tests.workflows.office import Office
from tests.workflows.samples import SUPPLIER_USCC, product
from tests.workflows.world import Fault, World
from zhengcaidai.messages.procurement import BadRecord, Contract, ReceivableStatus
from zhengcaidai.messages.stages import Stage

OTHER_USCC = "91110000100000001W"


def _award(world: World, **changed: object) -> Callable[[Contract], None]:
    def prepare(contract: Contract) -> None:
        awards = world.procurement.awards
        awards[contract.award_number] = awards[contract.award_number].model_copy(update=changed)

    return prepare


def _contract(world: World, **changed: object) -> Callable[[Contract], None]:
    def prepare(contract: Contract) -> None:
        world.procurement.contracts[contract.filing_number] = contract.model_copy(update=changed)

    return prepare


def _both(*prepares: Callable[[Contract], None]) -> Callable[[Contract], None]:
    def prepare(contract: Contract) -> None:
        for each in prepares:
            each(contract)

    return prepare


def _no_award(world: World) -> Callable[[Contract], None]:
    return lambda contract: world.procurement.awards.clear()


def _no_contract(world: World) -> Callable[[Contract], None]:
    return lambda contract: world.procurement.contracts.clear()


def _bad_record(world: World) -> Callable[[Contract], None]:
    listed = BadRecord(supplier_uscc=SUPPLIER_USCC, reason="串标", listed_on=date(2020, 1, 1), until=date(2099, 1, 1))
    return lambda contract: world.procurement.bad_records.update({SUPPLIER_USCC: listed})


def _receivable(world: World, status: ReceivableStatus) -> Callable[[Contract], None]:
    def prepare(contract: Contract) -> None:
        world.receivables.status = status

    return prepare


def _claimed(world: World) -> Callable[[Contract], None]:
    return lambda contract: world.records.claims.update({contract.award_number: "L-OTHER"})


REFUSED = [
    pytest.param(_no_award, "请核对编号", False, marks=pytest.mark.clause("hanyang/3"), id="no such award"),
    pytest.param(_no_contract, "查无备案合同", True, marks=pytest.mark.clause("hanyang/3"), id="no such contract"),
    pytest.param(
        lambda world: _award(world, supplier_uscc=OTHER_USCC),
        "供应商与申请人不一致",
        True,
        marks=pytest.mark.clause("kunming/5.2"),
        id="another's award",
    ),
    pytest.param(
        lambda world: _contract(world, supplier_uscc=OTHER_USCC),
        "供应商与申请人不一致",
        True,
        marks=pytest.mark.clause("luoyang/2.5"),
        id="another's contract",
    ),
    pytest.param(
        lambda world: _award(world, amount_fen=199_999),
        "超过上限",
        True,
        marks=pytest.mark.clause("kunming/4.1"),
        id="above the cap, on a price altered after the award",
    ),
    pytest.param(
        lambda world: _both(_award(world, amount_fen=199_999), _contract(world, amount_fen=199_999)),
        "超过上限",
        False,
        marks=pytest.mark.clause("kunming/4.1"),
        id="above the cap",
    ),
    pytest.param(
        lambda world: _contract(world, amount_fen=3_000_000),
        "百分之十",
        True,
        marks=[pytest.mark.clause("hanyang/3"), pytest.mark.clause("law/procurement-law-49")],
        id="a price altered after the award",
    ),
    pytest.param(
        lambda world: _contract(world, purchaser_id="purchaser-2"),
        "采购人与中标（成交）通知书不一致",
        True,
        marks=pytest.mark.clause("luoyang/2.5"),
        id="a purchaser altered after the award",
    ),
    pytest.param(
        _bad_record, "不良行为记录", False, marks=pytest.mark.clause("kunming/5.2"), id="on the bad-record list"
    ),
    pytest.param(
        _claimed, "只能融资一次", False, marks=pytest.mark.clause("law/civil-code-445"), id="financed already"
    ),
    pytest.param(
        lambda world: _receivable(world, ReceivableStatus.PLEDGED_ELSEWHERE),
        "未确认该应收账款",
        False,
        marks=pytest.mark.clause("hanyang/4.1.3"),
        id="pledged elsewhere",
    ),
    pytest.param(
        lambda world: _receivable(world, ReceivableStatus.UNKNOWN),
        "未确认该应收账款",
        False,
        marks=pytest.mark.clause("hanyang/4.1.3"),
        id="receivable unknown",
    ),
]


@pytest.mark.parametrize(("prepare", "reason", "is_fraud"), REFUSED)
async def test_what_cannot_be_verified_is_refused_and_a_forgery_reported(
    office: Office, prepare: Callable[[World], Callable[[Contract], None]], reason: str, is_fraud: bool
) -> None:
    world = World(product())
    world.prepare = prepare(world)
    async with running_loan(office, world=world) as loan:
        await loan.at(Stage.REFUSED)
        outcome = await loan.handle.result()

        assert outcome.stage is Stage.REFUSED
        assert reason in outcome.reason
        assert [report.loan_id for report in world.bureau.frauds] == [loan.loan_id] * is_fraud
        assert loan.loan_id not in world.records.claims.values()
        assert not world.bank.pushed


@pytest.mark.clause("law/civil-code-445")
async def test_a_refused_second_loan_leaves_the_first_its_contract(office: Office) -> None:
    world = World(product())
    world.prepare = _claimed(world)
    async with running_loan(office, world=world) as loan:
        await loan.at(Stage.REFUSED)
        await loan.handle.result()
        assert world.records.claims == {loan.contract.award_number: "L-OTHER"}


async def test_an_answer_that_is_no_refuses_the_loan_but_not_before_the_other_answers_are_in(office: Office) -> None:
    world = World(
        product(), faults={"rulebook.in_force": Fault(refuses="没有该地区的规则。"), "records.claim": Fault(down=1)}
    )
    async with running_loan(office, world=world) as loan:
        await loan.at(Stage.REFUSED)
        outcome = await loan.handle.result()
        assert "没有该地区的规则" in outcome.reason
        assert not world.records.claims
