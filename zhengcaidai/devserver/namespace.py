"""Set up what a server must have before the first loan: the namespace and its search attributes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.errordetails.v1 import NotFoundFailure
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    RegisterNamespaceRequest,
)
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType
from temporalio.service import RPCError, RPCStatusCode

from zhengcaidai.devserver.errors import NotReady

__all__ = ["RETENTION", "SearchAttributes", "prepare_namespace"]

SearchAttributes = Mapping[str, SearchAttributeIndexedValueType]
"""Name → type of what operators can search for."""

RETENTION = timedelta(days=90)
"""How long the history of a closed workflow can still be looked at."""

_USABLE_WITHIN_S = 30
_PROBE_EVERY_S = 0.05
_NOBODY = "nobody"
_NOT_KNOWN_YET = frozenset({RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNAVAILABLE})


async def prepare_namespace(client: Client, search_attributes: SearchAttributes) -> None:
    """Register the client's namespace and those of `search_attributes` (name → type) that are missing, and wait until
    workflows can use them.

    Raises:
        NotReady: the server refuses, has an attribute of another type, or is not usable in time.
    """
    try:
        await _register_namespace(client)
        await _register_search_attributes(client, search_attributes)
    except RPCError as error:
        raise NotReady(
            f"the server at {client.service_client.config.target_host} refuses to set up namespace "
            f"{client.namespace!r}: {error.message} ({error.status.name}); let an administrator register the "
            f"namespace and its search attributes {', '.join(search_attributes)}"
        ) from error
    await _until_usable(client, search_attributes)


async def _register_namespace(client: Client) -> None:
    retention = Duration()
    retention.FromTimedelta(RETENTION)
    try:
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(namespace=client.namespace, workflow_execution_retention_period=retention)
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS and not await _exists(client):
            raise


async def _exists(client: Client) -> bool:
    """Whether the namespace is there: who may not register one may well be given one that is."""
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


async def _register_search_attributes(client: Client, wanted: SearchAttributes) -> None:
    present = await _present(client)
    for name, kind in wanted.items():
        if name in present and present[name] != kind:
            raise NotReady(
                f"search attribute {name} of namespace {client.namespace!r} is of type {present[name].name} "
                f"on the server; it should be {kind.name}"
            )
    if missing := {name: kind for name, kind in wanted.items() if name not in present}:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=client.namespace,
                search_attributes={name: IndexedValueType.ValueType(kind) for name, kind in missing.items()},
            )
        )


async def _present(client: Client) -> SearchAttributes:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    # A namespace registered a moment ago may not have reached the server's own cache.
    async for _ in _attempts():
        try:
            answer = await client.operator_service.list_search_attributes(request)
        except RPCError as error:
            if error.status not in _NOT_KNOWN_YET:
                raise
        else:
            return {name: SearchAttributeIndexedValueType(kind) for name, kind in answer.custom_attributes.items()}
    raise NotReady(f"namespace {client.namespace!r} was registered but not usable within {_USABLE_WITHIN_S} s")


async def _until_usable(client: Client, names: SearchAttributes) -> None:
    """Wait until every part of the server knows the namespace: a frontend in good health says nothing of the others."""
    last: RPCError | None = None
    async for _ in _attempts():
        try:
            await client.count_workflows(" AND ".join(f"{name} IS NULL" for name in names))
            await client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(namespace=client.namespace, task_queue=TaskQueue(name=_NOBODY))
            )
            await client.get_workflow_handle(_NOBODY).describe()
        except RPCError as error:
            if any(detail.Is(NotFoundFailure.DESCRIPTOR) for detail in error.grpc_status.details):
                return  # the last of the three has looked, and knows no such workflow
            if error.status not in _NOT_KNOWN_YET:
                raise
            last = error
    raise NotReady(f"namespace {client.namespace!r} was set up but is not usable after {_USABLE_WITHIN_S} s: {last}")


async def _attempts() -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + _USABLE_WITHIN_S
    while loop.time() < give_up_at:
        yield
        await asyncio.sleep(_PROBE_EVERY_S)
