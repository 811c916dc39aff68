"""`python -m zhengcaidai temporal …`: what a deployment asks of its Temporal server (部署)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from socket import gethostname
from typing import TypeVar

import typer
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from zhengcaidai.config import Settings
from zhengcaidai.devserver import DevServerError
from zhengcaidai.devserver.namespace import prepare_namespace
from zhengcaidai.temporal import SEARCH_ATTRIBUTES, TASK_QUEUE, connect

__all__ = ["temporal_app"]

temporal_app = typer.Typer(help="Temporal 服务器 / the Temporal server", no_args_is_help=True)

_Answer = TypeVar("_Answer")

_POLL = timedelta(seconds=90)
"""A poll that finds nothing lasts a minute."""

_KINDS = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)


@temporal_app.command("prepare")
def prepare_command() -> None:
    """登记命名空间与查询属性 / register the namespace and search attributes; a second run changes nothing."""
    _run(lambda client: prepare_namespace(client, SEARCH_ATTRIBUTES))
    typer.echo(f"{Settings().temporal_namespace}: {', '.join(SEARCH_ATTRIBUTES)}")


@temporal_app.command("polled")
def polled_command() -> None:
    """本机工作进程是否在值守 / whether this machine has a worker that takes up work: exit status 1 if not."""
    if idle := _run(_unpolled):
        typer.echo(f"本机无工作进程 / no worker of {gethostname()} polls {TASK_QUEUE} for: {', '.join(idle)}", err=True)
        raise typer.Exit(1)


async def _unpolled(client: Client) -> list[str]:
    since = datetime.now(UTC) - _POLL
    idle = []
    for kind in _KINDS:
        queue = DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=TASK_QUEUE), task_queue_type=kind
        )
        pollers = (await client.workflow_service.describe_task_queue(queue)).pollers
        # The SDK's own name for a worker is process@host.
        if not any(
            poller.identity.endswith(f"@{gethostname()}") and poller.last_access_time.ToDatetime(UTC) > since
            for poller in pollers
        ):
            idle.append(TaskQueueType.Name(kind).removeprefix("TASK_QUEUE_TYPE_").lower())
    return idle


def _run(ask: Callable[[Client], Awaitable[_Answer]]) -> _Answer:
    async def connected() -> _Answer:
        answer = await ask(await connect(Settings()))
        # A client's threads need a moment to end; the interpreter may otherwise crash while it ends itself.
        await asyncio.sleep(0.1)
        return answer

    try:
        return asyncio.run(connected())
    except (RPCError, RuntimeError) as error:
        address = Settings().temporal_address
        typer.echo(
            f"Temporal 服务器 {address} 无应答 / the Temporal server at {address} does not answer: {error}", err=True
        )
        raise typer.Exit(1) from error
    except (DevServerError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
