"""What the engine says, in both languages (中英文说明): reasons and names that end up in a journal."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from zhengcaidai.messages.base import Frozen, Text
from zhengcaidai.messages.problems import Problem

__all__ = ["NoWords", "Words", "joined"]

_LINE = 500
"""As long as a `Text` may be."""


class Words(Frozen):
    """说明: the engine's own words in Chinese and English, with the clause on which they stand."""

    zh: Text
    en: Text
    clause: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _quoted(cls, said: Any) -> Any:
        """A bare string is a quotation. Journals written when every reason was one are read by this, too."""
        return {"zh": said, "en": said} if isinstance(said, str) else said

    @classmethod
    def quoted(cls, said: str) -> Self:
        """原话: what a person or an outside system said stays as it was said, in whatever language."""
        return cls(zh=said, en=said)

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Why something was refused, as long as a line of the journal holds."""
        return cls(zh=problem.zh[:_LINE], en=problem.en[:_LINE], clause=problem.clause)

    def after(self, zh: str, en: str) -> Self:
        """The same after what led to it: `回款账户无法锁定：…`."""
        return self.model_copy(update={"zh": f"{zh}：{self.zh}"[:_LINE], "en": f"{en}: {self.en}"[:_LINE]})


NoWords = Annotated[Words | None, BeforeValidator(lambda said: said or None)]
"""说明 or none; nothing was an empty string once."""


def joined(reasons: tuple[Words, ...]) -> Words | None:
    """Several reasons as one; None if there are none."""
    if not reasons:
        return None
    return Words(zh="；".join(each.zh for each in reasons)[:_LINE], en="; ".join(each.en for each in reasons)[:_LINE])
