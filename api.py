"""The API's composition root: settings → app. No logic here.

.venv/bin/uvicorn api:app
"""

from zhengcaidai.config import Settings
from zhengcaidai.registers.start_up import require_registers
from zhengcaidai.sandbox.clock import SandboxClock
from zhengcaidai.web.app import create_app

__all__ = ["app"]

require_registers()
_settings = Settings()
app = create_app(_settings, SandboxClock() if _settings.sandbox else None)
