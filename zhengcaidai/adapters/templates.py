"""短信模板: the texts of `data/messages/`, one file a kind of notice, in our own words; parameters by place."""

from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import Field, model_validator

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.base import Frozen, Identifier, Text
from zhengcaidai.messages.orders import NoticeKind
from zhengcaidai.registers.files import parsed

__all__ = ["MAX_PARAMETER_CHARACTERS", "Template", "template_of"]

MAX_PARAMETER_CHARACTERS = 120
"""A reason that a person wrote can be long; a short message cannot."""


class Template(Frozen):
    """One template. `{name}` in the text stands for the parameter of that name."""

    kind: NoticeKind
    parameters: tuple[Identifier, ...] = Field(min_length=1)
    """In the order in which a message gives them."""
    zh: Text

    @model_validator(mode="after")
    def _says_all_that_it_is_given(self) -> Self:
        for name in self.parameters:
            if f"{{{name}}}" not in self.zh:
                raise ValueError(f"the text leaves out the parameter {name}")
        self.rendered(self.parameters)
        return self

    def values(self, given: tuple[str, ...]) -> tuple[str, ...]:
        """The parameters as they may stand in a message. Raises InvalidInput: too many or too few."""
        if len(given) != len(self.parameters):
            raise InvalidInput(
                f"短信模板 {self.kind} 需要 {len(self.parameters)} 个参数，给出 {len(given)} 个。",
                f"The template {self.kind} takes {len(self.parameters)} parameters, {len(given)} were given.",
                where="parameters",
                right=", ".join(self.parameters),
            )
        return tuple(_shortened(value) for value in given)

    def rendered(self, given: tuple[str, ...]) -> str:
        """The message's text. Raises InvalidInput."""
        return self.zh.format_map(dict(zip(self.parameters, self.values(given), strict=True)))


def _shortened(value: str) -> str:
    return value if len(value) <= MAX_PARAMETER_CHARACTERS else value[: MAX_PARAMETER_CHARACTERS - 1] + "…"


@cache
def template_of(kind: NoticeKind) -> Template:
    """The template of a kind of notice. Raises InvalidInput, with file, line and reason, if its file does not fit."""
    name = f"{kind.value}.toml"
    template = parsed((files("zhengcaidai") / "data" / "messages" / name).read_text("utf-8"), name, Template)
    if template.kind is not kind:
        raise InvalidInput(
            f"{name} 的 kind 应为 {kind}。", f"{name} says it is {template.kind}.", where=name, right=kind
        )
    return template
