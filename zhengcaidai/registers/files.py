"""Reading a TOML file into a type, with errors that name file, line, key and reason."""

import re
import tomllib
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from zhengcaidai.errors import InvalidInput
from zhengcaidai.rules.wrong_values import wrong_value

__all__ = ["line_of", "parsed", "refused", "wrong"]

M = TypeVar("M", bound=BaseModel)
Path = Sequence[str | int]

_REASONS_EN = {"extra_forbidden": "there is no such field", "missing": "the field is missing"}

_AT = re.compile(r"line (\d+), column (\d+)")
_TABLE = re.compile(r"^\s*(\[{1,2})([\w.\- \"]+)\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w.\-\"]+)\s*=")


def parsed(text: str, source: str, model: type[M]) -> M:
    """The file's content as `model`. Raises InvalidInput for broken TOML and for the first wrong field."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        raise InvalidInput(
            f"{source} 不是有效的 TOML" + (f"（第{at[1]}行第{at[2]}列）。" if at else "。"),
            f"{source} is not valid TOML: {error}.",
            where=f"{source}:{at[1]}" if at else source,
            right="TOML 文件，如 year = 2027 / a TOML file, e.g. year = 2027",
        ) from error
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise refused(text, source, (), error) from error


def refused(text: str, source: str, path: Path, error: ValidationError) -> InvalidInput:
    """What a type has against a file's content, below `path`; a misspelt key goes before the key that it leaves out."""
    errors = error.errors(include_url=False)
    first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    said = wrong_value(first)
    en = _REASONS_EN.get(first["type"], first["msg"].removeprefix("Value error, "))
    zh = f"值不合要求（{en}）" if first["type"] == "value_error" else said.zh.rstrip("。")
    given = first.get("input")
    if isinstance(given, str | int | float | bool):
        zh, en = f"{zh}（所给：{given!r}）", f"{en} (given: {given!r})"
    loc = tuple(part for part in first["loc"] if part != "[key]")  # a wrong key of a table is named by its parent
    return wrong(text, source, (*path, *loc), zh, en, right=said.right)


def wrong(text: str, source: str, path: Path, zh: str, en: str, *, right: str | None = None) -> InvalidInput:
    """The error for one key of a file: file, line, key and reason, in one line."""
    line = line_of(text, path)
    where = f"{source}:{line}" if line else source
    key = ".".join(str(part) for part in path)
    zh, en = zh.rstrip("。."), en.rstrip(".")
    return InvalidInput(
        f"{where} {key}：{zh}。" if key else f"{where}：{zh}。",
        f"{where} {key}: {en}." if key else f"{where}: {en}.",
        where=where,
        right=right,
    )


def line_of(text: str, path: Path) -> int | None:
    """The line, from 1, on which a key stands, or else the nearest table above it; None if neither is there."""
    lines = _lines(text)
    wanted = tuple(path)
    return next((lines[wanted[:length]] for length in range(len(wanted), 0, -1) if wanted[:length] in lines), None)


def _lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Where each table and key of a file begins, by its full path; entries of `[[tables]]` are numbered from 0."""
    found: dict[tuple[str | int, ...], int] = {}
    numbers: dict[tuple[str, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for index, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            names = _names(header[2])
            if header[1] == "[[":
                numbers[names] = numbers.get(names, -1) + 1
                for below in [each for each in numbers if len(each) > len(names) and each[: len(names)] == names]:
                    del numbers[below]  # tables within a table are numbered anew in each of its entries
            table = ()
            for depth, name in enumerate(names, start=1):
                number = numbers.get(names[:depth])
                table = (*table, name) if number is None else (*table, name, number)
            found.setdefault(table, index)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_names(key[1])), index)
    return found


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip(' "') for part in dotted.split("."))
