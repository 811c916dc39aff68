"""The commands of docs/try-it.md, as they stand there, bring one loan from its award to its certificate."""

import asyncio
import os
import re
from pathlib import Path

from zhengcaidai.devserver.system import LocalSystem

ROOT = Path(__file__).resolve().parents[2]


async def test_the_commands_of_the_document_take_a_loan_home(system: LocalSystem, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "try-it.md").read_text(encoding="utf-8")
    commands = "".join(re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    own = {"API": system.api_url, "OUT": system.sandbox_url, "TMPDIR": str(tmp_path)}
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        commands,
        cwd=ROOT,
        env={**os.environ, **own},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(shell.communicate(), 60)
    assert shell.returncode == 0, said.decode()[-2000:]
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")
