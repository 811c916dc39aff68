"""How an activity's failure reaches Temporal and the operator (外部系统故障).

An outside system that is down is tried again with back-off for as long as it lasts; from the third attempt on, the loan is
told, so that its page in the Temporal UI says what it waits for. An answer that is no, or a refusal, is not tried again.
A defect of our own program is tried again too, since the next release may cure it, and shown in the same way (程序异常).

What an outside system says may hold an account number. It goes to Temporal, where it is sealed, and not into the log: there
stands which call failed and of what kind the failure is.
"""

import logging
import traceback
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from zhengcaidai.errors import OutsideDown, ZhengcaidaiError
from zhengcaidai.messages.troubles import OutsideTrouble

__all__ = ["FailureInterceptor"]

TELL_FROM_ATTEMPT = 3
"""A single hiccup is nobody's business; the third failure in a row is the operator's."""
_LOG = logging.getLogger("zhengcaidai.activities")


class FailureInterceptor(Interceptor):
    """Gives every activity of a worker the same translation of errors."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Wrap one activity execution."""
        return _Translating(next)


class _Translating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        try:
            return await super().execute_activity(input)
        except OutsideDown as down:
            await _tell(down.zh, down.en)
            raise _failure(down) from None
        except ZhengcaidaiError as error:
            raise _failure(error) from None
        except Exception as defect:  # noqa: BLE001 - raised again, in words that may be logged
            # Its kind and place alone: what it says may hold an account number, and the SDK logs whatever is raised.
            _LOG.error(
                "%s of %s: a defect", activity.info().activity_type, activity.info().workflow_id, exc_info=defect
            )
            kind, place = type(defect).__name__, "".join(traceback.format_tb(defect.__traceback__))
            await _tell(
                f"程序异常（{kind}），须由运维处理。",
                f"A defect of the program ({kind}): operations must look into it.",
            )
            raise ApplicationError(
                f"{kind}\n{place}", type="Defect", category=ApplicationErrorCategory.BENIGN
            ) from None


def _failure(error: ZhengcaidaiError) -> ApplicationError:
    """The failure for Temporal; benign, since the SDK logs any other with all its words."""
    info = activity.info()
    _LOG.warning("%s of %s: %s (attempt %d)", info.activity_type, info.workflow_id, error.type, info.attempt)
    return ApplicationError(
        str(error),
        error.problem,
        type=error.type,
        non_retryable=not error.retryable,
        category=ApplicationErrorCategory.BENIGN,
    )


async def _tell(zh: str, en: str) -> None:
    info = activity.info()
    if info.attempt != TELL_FROM_ATTEMPT or info.workflow_id is None:
        return
    trouble = OutsideTrouble(activity_id=info.activity_id, activity=info.activity_type, zh=zh, en=en)
    handle = activity.client().get_workflow_handle(info.workflow_id, run_id=info.workflow_run_id)
    try:
        await handle.signal("outside_down", trouble)
    except RPCError:
        _LOG.warning("%s could not be told that %s fails", info.workflow_id, info.activity_type)
