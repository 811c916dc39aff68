"""The outside systems as a test disturbs them and reads their ledgers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

SYSTEMS = (
    "procurement",
    "receivables",
    "budget",
    "bureau",
    "sms",
    "banks/bank-one",
    "banks/bank-two",
    "banks/bank-three",
)


@dataclass(frozen=True)
class Outside:
    url: str

    async def ask(
        self, method: str, path: str, body: dict[str, object] | None = None, query: dict[str, str] | None = None
    ) -> Any:
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as http:
            answer = await http.request(method, path, json=body, params=query)
            assert answer.is_success, answer.text
            return answer.json()

    async def get(self, path: str, **query: str) -> Any:
        return await self.ask("GET", path, query=query)

    async def fault(self, name: str, **fault: object) -> None:
        """Switch a fault on in one system; it stands in the place of the one that was on."""
        await self.ask("PUT", f"/{name}/faults", fault)

    async def well(self, name: str) -> None:
        await self.ask("DELETE", f"/{name}/faults")

    async def all_well(self) -> None:
        for name in SYSTEMS:
            await self.well(name)

    async def until_met(self, name: str, within_s: float = 40) -> None:
        """Wait until a fault that was set with a count has met its last call."""
        async with asyncio.timeout(within_s):
            while (await self.get(f"/{name}/faults"))["mode"] != "none":
                await asyncio.sleep(0.03)

    @asynccontextmanager
    async def faulty(self, name: str, **fault: object) -> AsyncIterator[None]:
        await self.fault(name, **fault)
        try:
            yield
        finally:
            await self.well(name)
