"""What can go wrong, as a tree.

    ZhengcaidaiError
    ├── Refusal                 a party's step or a request is refused; nothing has changed
    │   ├── InvalidInput        422  a value is wrong
    │   ├── RuleBroken          422  a clause forbids it
    │   ├── WrongParty          403  not this party's step, or not this party's loan
    │   ├── WrongStage          409  not now
    │   ├── Conflict            409  contradicts what was already done
    │   └── NotFound            404  no such thing, or not for you
    └── OutsideError            an outside system did not do its part
        ├── OutsideDown         503  retryable: no answer, or a 5xx; tried again for as long as it lasts
        └── OutsideRefused      502  it answered no: trying again would not help

Each says in Chinese and English what is wrong, where, and what would be right. `type` is stable: it is the last part of
the problem's address (RFC 9457) and the type of the failure that Temporal shows.
"""

from typing import ClassVar

from zhengcaidai.messages.problems import Problem

__all__ = [
    "REFUSALS",
    "Conflict",
    "InvalidInput",
    "NotFound",
    "OutsideDown",
    "OutsideError",
    "OutsideRefused",
    "Refusal",
    "RuleBroken",
    "WrongParty",
    "WrongStage",
    "ZhengcaidaiError",
]


class ZhengcaidaiError(Exception):
    """The root: everything this engine raises on purpose."""

    type: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(
        self, zh: str, en: str, *, where: str | None = None, right: str | None = None, clause: str | None = None
    ) -> None:
        super().__init__(f"{zh} {en}")
        self.problem = Problem(
            type=self.type, status=self.status, zh=zh, en=en, where=where, right=right, clause=clause
        )

    @property
    def zh(self) -> str:
        """What is wrong, in Chinese."""
        return self.problem.zh

    @property
    def en(self) -> str:
        """What is wrong, in English."""
        return self.problem.en

    @classmethod
    def of(cls, problem: Problem) -> "ZhengcaidaiError":
        """Raise again, on this side of a process boundary, what was raised on the other."""
        raised = cls(problem.zh, problem.en, where=problem.where, right=problem.right, clause=problem.clause)
        raised.problem = problem  # its type and status may be those of a leaf that this side does not know
        return raised


class Refusal(ZhengcaidaiError):
    """A step or a request is refused with a reason, and nothing changes."""

    type = "refused"
    status = 422


class InvalidInput(Refusal):
    """A value is not what it should be."""

    type = "invalid-input"


class RuleBroken(Refusal):
    """A clause forbids it; `clause` names which."""

    type = "rule-broken"


class WrongParty(Refusal):
    """The step belongs to another party, or the loan to another organisation."""

    type = "wrong-party"
    status = 403


class WrongStage(Refusal):
    """The step is not allowed in the loan's present stage."""

    type = "wrong-stage"
    status = 409


class Conflict(Refusal):
    """It contradicts what was already done: a second loan on a contract, a payment number with another amount."""

    type = "conflict"
    status = 409


class NotFound(Refusal):
    """There is no such thing, or it is not yours to see: the two are not told apart."""

    type = "not-found"
    status = 404


class OutsideError(ZhengcaidaiError):
    """An outside system did not do its part."""

    type = "outside-error"
    status = 502


class OutsideDown(OutsideError):
    """No answer, or an answer that it cannot answer now: tried again with back-off for as long as it lasts."""

    type = "outside-down"
    status = 503
    retryable = True


class OutsideRefused(OutsideError):
    """The outside system answered, and its answer is no."""

    type = "outside-refused"


REFUSALS: dict[str, type[Refusal]] = {
    error.type: error for error in (Refusal, InvalidInput, RuleBroken, WrongParty, WrongStage, Conflict, NotFound)
}
"""By type: how a refusal is known again on the other side of a process boundary."""
