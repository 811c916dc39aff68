"""A filed loan is taken out of the files under the rules that were kept with it, or, before they were, under today's."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from tests.rules.loans import PATHS, application, journal, product, rules
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.messages.records import LoanUpdate
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.views import loan_view
from zhengcaidai.sealing import KEY_BYTES, Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.migrate import upgrade
from zhengcaidai.store.products import Products
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.rulebook import RegisteredRules
from zhengcaidai.web.recorded import loan_from
from zhengcaidai.web.reopening import reopen
from zhengcaidai.web.services import Services

JOURNAL = journal(*PATHS[Stage.SETTLED])
TODAYS = product(channel=Channel.OFFLINE, promise_days=1)


@dataclass
class Begun:
    """What was started."""

    loans: list[LoanStart] = field(default_factory=list)

    async def reopen_loan(self, start: LoanStart, product: Product) -> None:
        self.loans.append(start)


@dataclass
class Some:
    """The services that reopening asks."""

    records: DatabaseRecords
    rulebook: RegisteredRules
    workflows: Begun = field(default_factory=Begun)
    clock: Any = None


@pytest.mark.parametrize("kept", [True, False])
async def test_the_rules_are_those_that_the_loan_began_under(tmp_path: Path, kept: bool) -> None:
    url = f"sqlite:///{tmp_path}/z.db"
    await upgrade(url)
    database = Database(url, Sealer({"k": bytes(KEY_BYTES)}, "k"))
    loan, last = loan_from(JOURNAL), JOURNAL[-1]
    settled = LoanUpdate(
        view=loan_view(loan, (), (), JOURNAL[0].at, last.at),
        tasks=(),
        deadlines=(),
        entries=JOURNAL,
        locked_account=None,
        statement=None,
        rules=rules() if kept else None,
    )
    records = DatabaseRecords(database)
    await records.record(settled)
    await Products(database).put(TODAYS)
    services = Some(records, RegisteredRules(database))

    await reopen(cast("Services", services), application().loan_id, last.at.date())

    (start,) = services.workflows.loans
    assert start.journal == JOURNAL
    assert start.rules is not None
    assert start.rules.product == (product() if kept else TODAYS)
    assert not kept or start.rules == rules()
    await database.close()
