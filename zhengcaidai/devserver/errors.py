"""What can go wrong with the processes that we start.

DevServerError
├── NoServer        there is no Temporal server to be had on this machine
│   └── BuildFailed the build of the official server did not succeed
├── PortTaken       something else listens where we were told to
├── ChildDied       a process that we started ended by itself
└── NotReady        a process runs but did not become usable in time, or refuses to be set up
"""

__all__ = ["BuildFailed", "ChildDied", "DevServerError", "NoServer", "NotReady", "PortTaken"]


class DevServerError(Exception):
    """The root: each message says what, where, and what would be right."""


class NoServer(DevServerError):
    """None of the ways to a Temporal server is open; the message names each and what it lacked."""


class BuildFailed(NoServer):
    """`go` is there but the build did not succeed."""


class PortTaken(DevServerError):
    """A port is in use; the message says which port and what it was wanted for."""


class ChildDied(DevServerError):
    """A process ended by itself; the message has its name, its exit status and its last words."""


class NotReady(DevServerError):
    """A server does not answer in time, or refuses its namespace or search attributes."""
