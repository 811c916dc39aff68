"""The bare workflow that a loan is measured against: the same number of human steps and side effects, and nothing else."""

from datetime import timedelta

from temporalio import activity, workflow

from zhengcaidai.messages.base import Frozen

__all__ = ["BareLoan", "BareStart", "nothing"]


class BareStart(Frozen):
    """How many human steps to wait for, and how many side effects to have before, between and after them."""

    steps: int
    effects_before_first_step: int
    effects_after_each_step: int
    effects_at_end: int


class BareEffect(Frozen):
    """What a side effect is told: about as much as an order of a loan."""

    key: str
    amount_fen: int
    text: str


@activity.defn(name="bare.nothing")
async def nothing(effect: BareEffect) -> BareEffect:
    """A side effect that has none."""
    return effect


@workflow.defn
class BareLoan:
    """Waits for its steps and has its effects."""

    @workflow.init
    def __init__(self, start: BareStart) -> None:
        self._taken = 0
        self._effects = 0

    @workflow.run
    async def run(self, start: BareStart) -> int:
        """All effects and steps in order."""
        await self._have(start.effects_before_first_step)
        for number in range(1, start.steps + 1):
            await workflow.wait_condition(lambda number=number: self._taken >= number)  # type: ignore[misc]
            await self._have(start.effects_after_each_step)
        await self._have(start.effects_at_end)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._effects

    @workflow.update
    async def step(self, text: str) -> int:
        """A human step."""
        self._taken += 1
        return self._taken

    @step.validator
    def check_step(self, text: str) -> None:
        """Every step may be taken."""
        if not text:
            raise ValueError("nothing said")

    async def _have(self, count: int) -> None:
        for _ in range(count):
            self._effects += 1
            effect = BareEffect(key=f"effect-{self._effects}", amount_fen=100, text="side effect")
            await workflow.execute_activity(
                nothing, effect, start_to_close_timeout=timedelta(seconds=30), summary="side effect"
            )
