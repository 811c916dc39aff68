"""One contract, one loan: the register that makes the second financing of a contract fail."""

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from zhengcaidai.messages.records import ContractClaim
from zhengcaidai.sealing import Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.records import DatabaseRecords

AWARD = "昆采〔2026〕17号"


def claim(loan_id: str, award_number: str = AWARD, replaces: str | None = None) -> ContractClaim:
    return ContractClaim(loan_id=loan_id, award_number=award_number, replaces=replaces)


async def test_second_loan_on_an_award_learns_which_loan_holds_it(database: Database) -> None:
    records = DatabaseRecords(database)
    assert await records.claim(claim("loan-1")) is None
    assert await records.claim(claim("loan-2")) == "loan-1"
    assert await records.claim(claim("loan-2", "昆采〔2026〕18号")) is None


async def test_claim_that_is_made_again_takes_again(database: Database) -> None:
    records = DatabaseRecords(database)
    assert await records.claim(claim("loan-1")) is None
    assert await records.claim(claim("loan-1")) is None


async def test_released_award_can_be_claimed_by_another_loan(database: Database) -> None:
    records = DatabaseRecords(database)
    await records.claim(claim("loan-1"))
    await records.release("loan-1")
    assert await records.claim(claim("loan-2")) is None


async def test_handover_takes_from_the_loan_it_replaces_and_from_no_other(database: Database) -> None:
    records = DatabaseRecords(database)
    await records.claim(claim("loan-1"))
    assert await records.claim(claim("loan-2", replaces="loan-9")) == "loan-1"
    assert await records.claim(claim("loan-2", replaces="loan-1")) is None
    assert await records.claim(claim("loan-3", replaces="loan-1")) == "loan-2"


async def test_late_release_of_a_replaced_loan_does_not_free_its_successor(database: Database) -> None:
    records = DatabaseRecords(database)
    await records.claim(claim("loan-1"))
    await records.claim(claim("loan-2", replaces="loan-1"))
    await records.release("loan-1")
    assert await records.claim(claim("loan-3")) == "loan-2"


async def test_of_many_loans_at_once_exactly_one_takes_the_award(fresh_url: str, sealer: Sealer) -> None:
    databases = [Database(fresh_url, sealer) for _ in range(4)]
    claimants = [(f"loan-{number}", DatabaseRecords(databases[number % 4])) for number in range(12)]
    for round_number in range(5):
        award = f"award-{round_number}"
        answers = await asyncio.gather(*(records.claim(claim(loan_id, award)) for loan_id, records in claimants))
        winners = {loan_id for (loan_id, _), held_by in zip(claimants, answers, strict=True) if held_by is None}
        assert len(winners) == 1, answers
        assert {held_by for held_by in answers if held_by} == winners
    for database in databases:
        await database.close()


async def test_of_many_handovers_at_once_exactly_one_takes(fresh_url: str, sealer: Sealer) -> None:
    databases = [Database(fresh_url, sealer) for _ in range(3)]
    records = [DatabaseRecords(database) for database in databases]
    await records[0].claim(claim("loan-0"))
    heirs = [f"loan-{number}" for number in range(1, 10)]
    answers = await asyncio.gather(
        *(records[number % 3].claim(claim(heir, replaces="loan-0")) for number, heir in enumerate(heirs))
    )
    assert answers.count(None) == 1
    assert set(answers) == {None, heirs[answers.index(None)]}
    for database in databases:
        await database.close()


async def test_release_and_claims_at_once_leave_one_holder(fresh_url: str, sealer: Sealer) -> None:
    databases = [Database(fresh_url, sealer) for _ in range(3)]
    records = [DatabaseRecords(database) for database in databases]
    loans = [f"loan-{number}" for number in range(6)]
    for round_number in range(5):
        award = f"award-{round_number}"
        await records[0].claim(claim("old", award))
        claims = [records[number % 3].claim(claim(loan, award)) for number, loan in enumerate(loans)]
        released, *answers = await asyncio.gather(records[2].release("old"), *claims)
        assert released is None
        winners = [loan for loan, held_by in zip(loans, answers, strict=True) if held_by is None]
        assert await records[0].claim(claim("late", award)) == (winners[0] if winners else None)
        assert len(winners) <= 1
    for database in databases:
        await database.close()


class ClaimsMachine(RuleBasedStateMachine):
    """Whatever loans claim, hand over and release, in whatever order: the register says what a dictionary would."""

    awards = st.sampled_from(["award-1", "award-2", "award-3"])
    loans = st.sampled_from(["loan-a", "loan-b", "loan-c"])

    records: DatabaseRecords
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.holders: dict[str, str] = {}

    @rule(award=awards, loan=loans, replaces=st.none() | loans)
    def loan_claims(self, award: str, loan: str, replaces: str | None) -> None:
        holder = self.holders.get(award)
        expected = None if holder in (None, loan, replaces) else holder
        assert self.runner.run(self.records.claim(claim(loan, award, replaces))) == expected
        if expected is None:
            self.holders[award] = loan

    @rule(loan=loans)
    def loan_ends(self, loan: str) -> None:
        self.runner.run(self.records.release(loan))
        self.holders = {award: holder for award, holder in self.holders.items() if holder != loan}

    def teardown(self) -> None:
        for loan in ("loan-a", "loan-b", "loan-c"):
            self.loan_ends(loan)


def test_register_says_what_a_dictionary_would(fresh_url: str, sealer: Sealer) -> None:
    with asyncio.Runner() as runner:
        database = Database(fresh_url, sealer)

        class Machine(ClaimsMachine):
            pass

        Machine.records, Machine.runner = DatabaseRecords(database), runner
        run_state_machine_as_test(
            Machine,
            settings=settings(max_examples=25, stateful_step_count=15, deadline=None),
        )
        runner.run(database.close())
