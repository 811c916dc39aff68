"""Errors in data files name the line on which the key stands."""

import pytest

from zhengcaidai.registers.files import line_of

TEXT = """# a file
name = "x"

[clocks.first]
limit = { value = 1 }

[[rest]]
day = 1

[[rest]]  # the second
day = 2

[[change]]
[[change.rest]]
day = 3

[[change]]
[[change.rest]]
day = 4
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("clocks", "first"), 4),
        (("clocks", "first", "limit"), 5),
        (("clocks", "first", "limit", "value"), 5),
        (("clocks", "first", "missing"), 4),
        (("rest", 0, "day"), 8),
        (("rest", 1), 10),
        (("rest", 1, "day"), 11),
        (("change", 0, "rest", 0, "day"), 15),
        (("change", 1, "rest", 0, "day"), 19),
        (("nowhere",), None),
        ((), None),
    ],
)
def test_the_line_of_a_key(path: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, path) == line
