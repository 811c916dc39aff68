"""What a sandbox is started with."""

from pathlib import Path

from zhengcaidai.messages.base import Frozen

__all__ = ["SANDBOX_SMS_ACCOUNT_SID", "SANDBOX_SMS_AUTH_TOKEN", "SandboxSettings"]

SANDBOX_SMS_ACCOUNT_SID = "AC00000000000000000000000000005a4d"
"""An account id in Twilio's shape that Twilio never gave to anybody."""

SANDBOX_SMS_AUTH_TOKEN = "sandbox-only-sms-token"  # noqa: S105 - opens nothing but the sandbox
"""Signs the sandbox's own status callbacks."""


class SandboxSettings(Frozen):
    """Where the systems keep their files, where they are reached, and where they reach the engine."""

    state_dir: Path
    base_url: str
    """The sandbox's own address, as others reach it; the issuer's name is made from it."""
    engine_url: str
    sms_account_sid: str = SANDBOX_SMS_ACCOUNT_SID
    sms_auth_token: str = SANDBOX_SMS_AUTH_TOKEN
    retry_seconds: float = 0.2
    """Pause before an event is offered to the engine again; doubled each time, up to `retry_limit_seconds`."""
    retry_limit_seconds: float = 5.0
