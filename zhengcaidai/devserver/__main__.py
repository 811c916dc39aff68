"""`python -m zhengcaidai.devserver build`: have a Temporal server at hand before anything needs it."""

import asyncio
import sys

from zhengcaidai.devserver.errors import DevServerError
from zhengcaidai.devserver.sources import find_source

_USAGE = "usage: python -m zhengcaidai.devserver build"


def main(arguments: list[str]) -> int:
    """Find, fetch or build the server and print where it is. Exit status 1: none to be had; 2: wrong usage."""
    if arguments != ["build"]:
        print(_USAGE, file=sys.stderr)
        return 2
    try:
        source = asyncio.run(find_source())
    except DevServerError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"Temporal server: {source}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
