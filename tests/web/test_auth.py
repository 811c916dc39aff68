"""Every request has a principal from a signed token; what is wrong with a token is said, and nothing else happens."""

import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.web.running import SUPPLIER, Api, problem_of
from zhengcaidai.messages.parties import SYSTEM
from zhengcaidai.sandbox.issuer import Issuer

_TASKS = "/v1/tasks"


def _signed(api: Api, changed: dict[str, object]) -> str:
    """A token of the right issuer's key, with claims changed or, if None, left out."""
    key = api.issuer._key
    now = int(time.time())
    claims = {
        "iss": api.issuer.name,
        "aud": "zhengcaidai",
        "sub": "chen",
        "org": "supplier-1",
        "role": "supplier",
        "exp": now + 60,
    } | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return jwt.encode(claims, pem, algorithm="EdDSA", headers={"kid": api.issuer._kid})


async def _asked_with(api: Api, authorization: str | None) -> dict[str, object]:
    async with api.anybody(**({"Authorization": authorization} if authorization else {})) as client:
        answer = await client.get(_TASKS)
    body = problem_of(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith('Bearer realm="zhengcaidai"')
    return body


async def test_valid_token_is_taken(lonely: Api) -> None:
    assert (await lonely.get(SUPPLIER, _TASKS)).status_code == 200


@pytest.mark.parametrize("authorization", [None, "Basic YTpi", "Bearer", "Bearer x", "Bearer a.b.c"])
async def test_missing_or_unreadable_token(lonely: Api, authorization: str | None) -> None:
    await _asked_with(lonely, authorization)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody-else"},
        {"aud": None},
        {"sub": None},
        {"org": None},
        {"role": None},
        {"role": "emperor"},
        {"org": "with space"},
        {"uscc": "123"},
        {"nbf": int(time.time()) + 600},
    ],
    ids=lambda changed: "-".join(f"{name}-{'none' if value is None else 'wrong'}" for name, value in changed.items()),
)
async def test_wrong_claims(lonely: Api, changed: dict[str, object]) -> None:
    await _asked_with(lonely, f"Bearer {_signed(lonely, changed)}")


async def test_nobody_acts_as_the_engine(lonely: Api) -> None:
    await _asked_with(lonely, f"Bearer {lonely.issuer.token(SYSTEM)}")


async def test_other_keys_and_algorithms_are_not_taken(lonely: Api, tmp_path: Path) -> None:
    stranger = Issuer(tmp_path, lonely.issuer.name.removesuffix("/issuer"))
    await _asked_with(lonely, f"Bearer {stranger.token(SUPPLIER)}")
    claims = {"iss": lonely.issuer.name, "aud": "zhengcaidai", "sub": "x", "org": "y", "role": "supplier"}
    public = lonely.issuer.jwks.keys[0].x
    for token in (
        jwt.encode(claims | {"exp": int(time.time()) + 60}, public + "0" * 32, algorithm="HS256"),
        jwt.encode(claims | {"exp": int(time.time()) + 60}, "", algorithm="none"),
    ):
        await _asked_with(lonely, f"Bearer {token}")


async def test_same_key_id_with_another_key_is_not_taken(lonely: Api) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    claims = {"iss": lonely.issuer.name, "aud": "zhengcaidai", "sub": "x", "org": "y", "role": "supplier"}
    token = jwt.encode(
        claims | {"exp": int(time.time()) + 60}, pem, algorithm="EdDSA", headers={"kid": lonely.issuer._kid}
    )
    await _asked_with(lonely, f"Bearer {token}")


async def test_no_open_address_but_health_and_docs(lonely: Api) -> None:
    """Every operation of the description answers 401 without a token, but for those that are open on purpose."""
    is_open = {"/health", "/health/ready", "/problems/{kind}", "/openapi.json", "/docs", "/redoc", "/operator"}
    async with lonely.anybody() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
        asked = 0
        for path, operations in paths.items():
            for method in operations:
                if path in is_open or path == "/operator/login":
                    continue
                answer = await client.request(method, path.replace("{", "").replace("}", ""))
                problem_of(answer, 401, "unauthenticated")
                asked += 1
        for path in ("/health", "/docs", "/openapi.json"):
            assert (await client.get(path)).status_code == 200
    assert asked > 60
