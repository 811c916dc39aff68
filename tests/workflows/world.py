"""The outside of one test, and what goes wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from activities import Ports
from tests.fakes import (
    FakeBank,
    FakeBudget,
    FakeBureau,
    FakeProcurement,
    FakeReceivables,
    FakeRecords,
    FakeRuleBook,
    FakeSms,
)
from zhengcaidai.errors import OutsideDown, OutsideRefused
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.products import Product


def _as_it_is(_contract: Contract) -> None:
    """Nothing to prepare."""


@dataclass(repr=False)
class World:
    """The outside systems of one test, and one bank's product."""

    product: Product
    procurement: FakeProcurement = field(default_factory=FakeProcurement)
    receivables: FakeReceivables = field(default_factory=FakeReceivables)
    budget: FakeBudget = field(default_factory=FakeBudget)
    bank: FakeBank = field(default_factory=FakeBank)
    bureau: FakeBureau = field(default_factory=FakeBureau)
    sms: FakeSms = field(default_factory=FakeSms)
    records: FakeRecords = field(default_factory=FakeRecords)

    faults: dict[str, "Fault"] = field(default_factory=dict)
    """By port and method, e.g. `receivables.account_changed`."""
    calls: list[str] = field(default_factory=list)
    """Every call of a port, in order."""
    prepare: Callable[[Contract], None] = _as_it_is
    """Makes the outside different before the loan is submitted."""

    def __post_init__(self) -> None:
        self.rulebook = FakeRuleBook(self.product)

    @property
    def ports(self) -> Ports:
        """One port of each, for a worker of this world's own."""
        return Ports(**{name: getattr(self, name) for name in Ports.__dataclass_fields__})


@dataclass
class Fault:
    """What goes wrong with a method of an outside system, and how often."""

    down: int = 0
    """So many calls go unanswered, without effect."""
    down_after: int = 0
    """So many calls take effect and go unanswered."""
    refuses: str | None = None
    """The answer is no, until this is cleared."""
    breaks: int = 0
    """So many calls meet a defect of the program."""

    def strike_before(self) -> None:
        if self.refuses is not None:
            raise OutsideRefused(self.refuses, self.refuses)
        if self.breaks > 0:
            self.breaks -= 1
            raise KeyError("62220001")
        if self.down > 0:
            self.down -= 1
            raise OutsideDown("外部系统无应答。", "The outside system does not answer.")

    def strike_after(self) -> None:
        if self.down_after > 0:
            self.down_after -= 1
            raise OutsideDown("外部系统无应答。", "The outside system does not answer.")


class Standing:
    """Stands in for one port of a worker that serves many tests: it passes each call to the world of the running test.

    Faults of that world are met here, on the way: `receivables.account_changed` down, refusing, or failing after the fact.
    """

    def __init__(self, world: Callable[[], World], port: str) -> None:
        self._world = world
        self._port = port

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any) -> Any:
            world = self._world()
            world.calls.append(f"{self._port}.{name}")
            fault = world.faults.get(f"{self._port}.{name}")
            if fault is not None:
                fault.strike_before()
            answer = await getattr(getattr(world, self._port), name)(*arguments)
            if fault is not None:
                fault.strike_after()
            return answer

        return call
