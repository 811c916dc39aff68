"""A small real HTTP server in the engine's place: it records what it is sent, and answers as it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from urllib.parse import parse_qsl

CHECKS = "/v1/payment-checks"


@dataclass(frozen=True)
class Call:
    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> dict[str, object]:
        content = json.loads(self.body)
        assert isinstance(content, dict)
        return content

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body, keep_blank_values=True))

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]


@dataclass
class RecordingEngine:
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    status: int = 200
    allows: bool = True
    _changed: Condition = field(default_factory=Condition)

    def take(self, call: Call) -> tuple[int, dict[str, object]]:
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()
        if call.path == CHECKS:
            answer = {"check_id": call.json["check_id"], "allowed": self.allows, "zh": "", "en": ""}
            if not self.allows:
                answer |= {"zh": "账户已锁定", "en": "the account is locked", "clause": "kunming/3.2"}
            return self.status, answer
        return self.status, {}

    def to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def await_calls(self, path: str, count: int = 1, seconds: float = 8) -> list[Call]:
        """The calls to a path once there are so many; fails if there are not within a while."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.to(path)) >= count, seconds), [c.path for c in self.calls]
        return self.to(path)


@contextmanager
def recording_engine() -> Iterator[RecordingEngine]:
    engine = RecordingEngine()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = engine.take(Call(self.path, headers, body))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    engine.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
