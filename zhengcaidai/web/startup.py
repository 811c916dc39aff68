"""What must be so before the API starts (启动检查): nothing of the sandbox outside the sandbox, each outside system set."""

from zhengcaidai.config import Settings
from zhengcaidai.web.clocks import MovableClock

__all__ = ["check_settings"]


def check_settings(settings: Settings, clock: MovableClock | None) -> None:
    """Raises ValueError, which names the setting and what would be right."""
    if settings.sandbox:
        return
    wrong: list[str] = []
    if clock is not None:
        wrong.append("a test clock was given: times of real loans are never moved")
    if not settings.issuer.startswith("https://"):
        wrong.append(
            f"ZHENGCAIDAI_ISSUER={settings.issuer} is not https: it is the sandbox's, which signs a token for anybody, "
            "or one whose keys could be exchanged on their way"
        )
    if settings.twilio_base_url and not settings.twilio_base_url.startswith("https://"):
        wrong.append(
            f"ZHENGCAIDAI_TWILIO_BASE_URL={settings.twilio_base_url} is the sandbox's gateway; leave it empty for Twilio"
        )
    if wrong:
        raise ValueError(
            "settings of the sandbox outside the sandbox (ZHENGCAIDAI_SANDBOX is not true): " + "; ".join(wrong)
        )
    settings.check_outside()
