"""Whoever opens an outside system's address finds what it can do, without a network; nothing is told twice."""

import re
import warnings
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from zhengcaidai.sandbox.app import create_sandbox
from zhengcaidai.sandbox.settings import SandboxSettings


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    state_dir: Path = tmp_path_factory.mktemp("described")
    return create_sandbox(SandboxSettings(state_dir=state_dir, base_url="http://sandbox", engine_url="http://engine"))


def _systems(sandbox: FastAPI) -> dict[str, FastAPI]:
    return {each.path: each.app for each in sandbox.routes if isinstance(each, Mount) and isinstance(each.app, FastAPI)}


async def test_the_front_page_links_to_each_systems_own_description(sandbox: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as client:
        description = (await client.get("/openapi.json")).json()["info"]["description"]
        linked = re.findall(r"\]\((\S+)/docs\)", description)
        assert set(linked) == set(_systems(sandbox))
        assert {"/procurement", "/receivables", "/budget", "/banks/bank-one", "/sms", "/bureau", "/issuer"} <= set(
            linked
        )
        for path in ("", *linked):
            door = await client.get(f"{path}/")
            assert (door.status_code, door.headers["location"]) == (307, f"{path}/docs")
            page = (await client.get(f"{path}/docs")).text
            (script,) = re.findall(r'<script src="([^"]+)"', page)
            assert (await client.get(script)).status_code == 200


def test_every_operation_has_a_name_of_its_own(sandbox: FastAPI) -> None:
    for path, system in {"": sandbox, **_systems(sandbox)}.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            described = system.openapi()
        names = [each["operationId"] for methods in described["paths"].values() for each in methods.values()]
        assert names, path
        assert len(names) == len(set(names)), path
