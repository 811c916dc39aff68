"""`python -m zhengcaidai.sandbox` as a process of its own: killed without warning, it goes on from its files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.sandbox.orders import disbursement, loan_number
from tests.sandbox.outside import token_of
from zhengcaidai.devserver.ports import free_ports


@contextmanager
def sandbox_process(port: int, state_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    arguments = ["--port", str(port), "--state-dir", str(state_dir), "--engine-url", "http://127.0.0.1:1"]
    process = subprocess.Popen([sys.executable, "-m", "zhengcaidai.sandbox", *arguments])
    try:
        _await_answer(f"http://127.0.0.1:{port}/health", process)
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _await_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the sandbox ended by itself"
        try:
            httpx.get(url).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


def test_killed_without_warning_it_goes_on_from_its_files(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    bank = f"http://127.0.0.1:{port}/banks/bank-one"
    known = {"Authorization": f"Bearer {token_of('banks/bank-one')}"}
    order = disbursement(loan_number()).model_dump(mode="json")
    with sandbox_process(port, tmp_path) as process:
        receipt = httpx.post(f"{bank}/disbursements", json=order, headers=known).raise_for_status().json()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    with sandbox_process(port, tmp_path):
        assert httpx.post(f"{bank}/disbursements", json=order, headers=known).raise_for_status().json() == receipt
        assert len(httpx.get(f"{bank}/ledger").json()["disbursements"]) == 1
    assert process.returncode == -signal.SIGKILL
