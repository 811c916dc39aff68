"""The API's composition root: registers → settings → app. No logic here.

.venv/bin/uvicorn api:app
"""

from zhengcaidai.registers.start_up import require_registers

require_registers()  # before the app is imported: its examples are made from the registers

from zhengcaidai.config import Settings  # noqa: E402
from zhengcaidai.sandbox.clock import SandboxClock  # noqa: E402
from zhengcaidai.web.app import create_app  # noqa: E402

__all__ = ["app"]

_settings = Settings()
app = create_app(_settings, SandboxClock() if _settings.sandbox else None)
