"""The sandbox as a test speaks to it: over real HTTP, with a recording server in the engine's place."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel

from tests.sandbox.recording import RecordingEngine, recording_engine
from zhengcaidai.config import sandbox_address
from zhengcaidai.sandbox.server import running_sandbox
from zhengcaidai.sandbox.settings import SandboxSettings


@dataclass(frozen=True)
class Outside:
    settings: SandboxSettings
    engine: RecordingEngine
    http: httpx.Client

    def get(self, path: str, **query: str) -> Any:
        response = self.http.get(path, params=query or None)
        response.raise_for_status()
        return response.json()

    def post(self, path: str, body: BaseModel | Mapping[str, object]) -> httpx.Response:
        content = (
            body.model_dump_json()
            if isinstance(body, BaseModel)
            else httpx.Request("POST", "/", json=dict(body)).content
        )
        return self.http.post(path, content=content, headers={"Content-Type": "application/json"})

    def made(self, path: str, body: BaseModel | Mapping[str, object]) -> Any:
        response = self.post(path, body)
        assert response.is_success, response.text
        return response.json()

    def fault(self, system: str, **fault: object) -> None:
        self.http.put(f"/{system}/faults", json=fault).raise_for_status()

    def well(self, system: str) -> None:
        self.http.delete(f"/{system}/faults").raise_for_status()


def token_of(system: str) -> str:
    """By which that system knows the engine."""
    return sandbox_address("", system).token.get_secret_value()


def as_the_engine(request: httpx.Request) -> None:
    """Each system is given its own token, if the test gives none."""
    _, first, second, *_ = f"{request.url.path}/".split("/")
    system = f"{first}/{second}" if first == "banks" else first
    request.headers.setdefault("Authorization", f"Bearer {token_of(system)}")


@contextmanager
def running_outside(state_dir: Path, engine: RecordingEngine) -> Iterator[Outside]:
    with (
        running_sandbox(state_dir, engine.url) as settings,
        httpx.Client(base_url=settings.base_url, timeout=20, event_hooks={"request": [as_the_engine]}) as http,
    ):
        yield Outside(settings, engine, http)


@contextmanager
def running_with_engine(state_dir: Path) -> Iterator[Outside]:
    with recording_engine() as engine, running_outside(state_dir, engine) as outside:
        yield outside
