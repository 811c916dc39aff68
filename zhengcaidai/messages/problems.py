"""A refusal as data: what crosses from a workflow to the API, and from the API to a person."""

from zhengcaidai.messages.base import Frozen

__all__ = ["Problem"]


class Problem(Frozen):
    """What is wrong, where, and what would be right, in Chinese and English."""

    type: str
    status: int
    zh: str
    en: str
    where: str | None = None
    right: str | None = None
    clause: str | None = None
