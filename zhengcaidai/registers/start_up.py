"""Every register is read before anything is served (启动检查): a wrong file stops the process, not its first request."""

import sys

from zhengcaidai.errors import InvalidInput
from zhengcaidai.registers.calendars import editions, festivals
from zhengcaidai.registers.loading import clause_register
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.registers.regions import region_profiles

__all__ = ["check_registers", "require_registers"]


def check_registers() -> None:
    """Reads the clause register, the platform's settings, the calendars with their festivals and the regions.

    Each is kept once it was read, so asking again costs nothing. Raises InvalidInput: file, line, key and reason.
    """
    for read in (clause_register, platform_settings, festivals, editions, region_profiles):
        read()


def require_registers() -> None:
    """The same for the main of a process: a wrong file ends it with status 1 and one line on the error stream."""
    try:
        check_registers()
    except InvalidInput as error:
        sys.exit(str(error))
