"""`python -m zhengcaidai.sandbox --port … --state-dir … --engine-url …`: the outside systems, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

from zhengcaidai.registers.start_up import require_registers
from zhengcaidai.sandbox.server import LOOPBACK, serve
from zhengcaidai.sandbox.settings import SANDBOX_SMS_ACCOUNT_SID, SANDBOX_SMS_AUTH_TOKEN, SandboxSettings

_ENV = "ZHENGCAIDAI_SANDBOX_"


def main(  # noqa: PLR0917 - one parameter an option
    port: Annotated[int, typer.Option(envvar=f"{_ENV}PORT", help="Port to listen on.")] = 8900,
    host: Annotated[str, typer.Option(envvar=f"{_ENV}HOST", help="Interface to listen on.")] = LOOPBACK,
    state_dir: Annotated[Path, typer.Option(envvar=f"{_ENV}STATE_DIR", help="Where the ledgers are kept.")] = Path(
        ".state/sandbox"
    ),
    engine_url: Annotated[str, typer.Option(envvar=f"{_ENV}ENGINE_URL", help="The engine's API.")] = (
        "http://127.0.0.1:8000"
    ),
    base_url: Annotated[
        str | None,
        typer.Option(envvar=f"{_ENV}BASE_URL", help="How others reach the sandbox; http://HOST:PORT if left out."),
    ] = None,
    sms_account_sid: Annotated[str, typer.Option(envvar=f"{_ENV}SMS_ACCOUNT_SID")] = SANDBOX_SMS_ACCOUNT_SID,
    sms_auth_token: Annotated[str, typer.Option(envvar=f"{_ENV}SMS_AUTH_TOKEN")] = SANDBOX_SMS_AUTH_TOKEN,
) -> None:
    """Run the outside systems (procurement, receivables, budget, banks, SMS, bureau, token issuer)."""
    require_registers()
    settings = SandboxSettings(
        state_dir=state_dir,
        base_url=base_url or f"http://{host}:{port}",
        engine_url=engine_url,
        sms_account_sid=sms_account_sid,
        sms_auth_token=sms_auth_token,
    )
    serve(settings, host, port)


if __name__ == "__main__":
    typer.run(main)
