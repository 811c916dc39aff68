"""A value that is not written as it should be: said in Chinese and English, with what would be right."""

__all__ = ["Malformed"]


class Malformed(ValueError):
    """格式错误: raised by the checks of single values, so that pydantic reports it with the field's place.

    In a `ValidationError` it stands in the error's `ctx["error"]`: the API shows `zh`, `en` and `right` from there.
    """

    def __init__(self, zh: str, en: str, *, right: str) -> None:
        super().__init__(f"{zh} {en}")
        self.zh = zh
        self.en = en
        self.right = right
