"""A key says of which deadline something was said, and at what point of it; it is read as it was written."""

import pytest

from zhengcaidai.messages.alarms import AlarmKey, Threshold

VERSION = "fund_use_plan:计划/repeat-7:1@2026-09-24"
"""A party's own number stands in it, whatever it looks like."""


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (AlarmKey(VERSION, Threshold.REMINDER, 3), f"{VERSION}/reminder-3"),
        (AlarmKey(VERSION, Threshold.BREACH), f"{VERSION}/breach"),
        (AlarmKey(VERSION, Threshold.REPEAT, 20), f"{VERSION}/repeat-20"),
    ],
)
def test_a_key_is_read_as_it_was_written(key: AlarmKey, written: str) -> None:
    assert str(key) == written
    assert AlarmKey.read(written) == key
