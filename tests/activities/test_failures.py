"""What an outside system says reaches the operator, through Temporal; the log of a real worker has none of its words."""

import logging
import uuid
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.failures import FailureInterceptor
from zhengcaidai.devserver import TemporalServer
from zhengcaidai.errors import OutsideDown, OutsideRefused
from zhengcaidai.temporal import data_converter

ACCOUNT = "6222020200112345678"


@activity.defn
async def answers_at_last(words: str) -> int:
    """No answer, and then a no."""
    kind = OutsideDown if activity.info().attempt == 1 else OutsideRefused
    raise kind(f"系统：{words}", f"The system: {words}") from ValueError(words)


@workflow.defn
class OneCall:
    @workflow.run
    async def run(self, words: str) -> None:
        await workflow.execute_activity(
            answers_at_last,
            words,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=1)),
        )


async def test_the_words_of_an_outside_system_are_not_logged_and_reach_the_workflow(
    temporal_server: TemporalServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = await Client.connect(
        temporal_server.address, namespace=temporal_server.namespace, data_converter=data_converter()
    )
    queue = str(uuid.uuid4())
    async with Worker(
        client,
        task_queue=queue,
        workflows=[OneCall],
        activities=[answers_at_last],
        interceptors=[FailureInterceptor()],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        with caplog.at_level(logging.INFO), pytest.raises(WorkflowFailureError) as failed:
            await client.execute_workflow(OneCall.run, ACCOUNT, id=queue, task_queue=queue)
    assert isinstance(failed.value.cause, ActivityError)
    said = failed.value.cause.cause
    assert isinstance(said, ApplicationError)
    assert (said.type, said.non_retryable) == ("outside-refused", True)
    assert ACCOUNT in said.message
    assert ACCOUNT in said.details[0]["zh"]
    assert ACCOUNT not in caplog.text
    kinds = [each.getMessage() for each in caplog.records if each.name == "zhengcaidai.activities"]
    assert kinds == [
        f"answers_at_last of {queue}: outside-down (attempt 1)",
        f"answers_at_last of {queue}: outside-refused (attempt 2)",
    ]
