"""What can go wrong at the door, as leaves of the engine's error tree.

ZhengcaidaiError
├── Unauthenticated         401  no token, or one that is not accepted
├── BadRequest              400  the request cannot be read
│   ├── KeyMissing          400  a write without Idempotency-Key
│   ├── MethodNotAllowed    405
│   ├── BodyTooLarge        413
│   └── UnsupportedMedia    415
├── NotFound
│   └── NoSuchAddress       404  no route
└── OutsideDown
    ├── WorkflowsDown       503  Temporal, or every worker, is away
    └── Busy                503  too much at once
"""

from zhengcaidai.errors import NotFound, OutsideDown, ZhengcaidaiError

__all__ = [
    "BadRequest",
    "BodyTooLarge",
    "Busy",
    "KeyMissing",
    "MethodNotAllowed",
    "NoSuchAddress",
    "Unauthenticated",
    "UnsupportedMedia",
    "WorkflowsDown",
]


class Unauthenticated(ZhengcaidaiError):
    """未登录或令牌无效."""

    type = "unauthenticated"
    status = 401


class BadRequest(ZhengcaidaiError):
    """The request cannot be read at all."""

    type = "bad-request"
    status = 400


class KeyMissing(BadRequest):
    """A write needs an Idempotency-Key, so that it can be asked for again when its answer is lost."""

    type = "idempotency-key-missing"


class MethodNotAllowed(BadRequest):
    """The address exists, the method does not."""

    type = "method-not-allowed"
    status = 405


class BodyTooLarge(BadRequest):
    """The body is larger than this address takes."""

    type = "body-too-large"
    status = 413


class UnsupportedMedia(BadRequest):
    """The body's Content-Type is not the one that this address reads."""

    type = "unsupported-media-type"
    status = 415


class NoSuchAddress(NotFound):
    """There is no such address."""

    type = "no-such-address"


class WorkflowsDown(OutsideDown):
    """流程引擎暂不可用: nothing was lost; the same request, with the same key, can be sent again."""

    type = "workflows-down"


class Busy(OutsideDown):
    """Too much at once: ask again in a moment."""

    type = "busy"
