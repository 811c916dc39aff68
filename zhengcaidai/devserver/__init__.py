"""The Temporal server of a local system and of the tests, and the processes around it."""

from zhengcaidai.devserver.errors import ChildDied, DevServerError, NoServer, NotReady, PortTaken
from zhengcaidai.devserver.namespace import SearchAttributes
from zhengcaidai.devserver.ports import LOOPBACK, Ports, free_ports, port_variable, require_free
from zhengcaidai.devserver.processes import Child, Processes
from zhengcaidai.devserver.server import TemporalServer

__all__ = [
    "LOOPBACK",
    "Child",
    "ChildDied",
    "DevServerError",
    "NoServer",
    "NotReady",
    "PortTaken",
    "Ports",
    "Processes",
    "SearchAttributes",
    "TemporalServer",
    "free_ports",
    "port_variable",
    "require_free",
]
