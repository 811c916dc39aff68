"""令牌签发: signs the tokens by which the sandbox's people and systems are known to the engine. Only in the sandbox."""

import os
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from jwt.algorithms import OKPAlgorithm
from pydantic import Field

from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.identifiers import Uscc
from zhengcaidai.messages.parties import Principal, Role

__all__ = ["AUDIENCE", "Issuer", "Jwks", "TokenRequest", "create_issuer"]

AUDIENCE = "zhengcaidai"
"""For whom the tokens are."""


class TokenRequest(Frozen):
    """In whose name to sign."""

    user_id: Identifier
    organisation_id: Identifier
    role: Role
    uscc: Uscc | None = None
    """法人登录: the code by which a supplier is known."""
    seconds: int = Field(default=12 * 3600, gt=0, le=30 * 24 * 3600)


class TokenAnswer(Frozen):
    """The token, as OAuth has it."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105
    expires_in: int


class Jwk(Frozen):
    """An Ed25519 public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    alg: str
    use: str


class Jwks(Frozen):
    """The keys by which the tokens are verified."""

    keys: tuple[Jwk, ...]


class Issuer:
    """Keeps one Ed25519 key in the state directory, so that tokens outlive a restart."""

    def __init__(self, state_dir: Path, base_url: str) -> None:
        self.name = f"{base_url.rstrip('/')}/issuer"
        self._key = _load_or_make_key(state_dir / "issuer.pem")
        public = self._key.public_key()
        self._kid = public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()[:16]
        okp = OKPAlgorithm.to_jwk(public, as_dict=True)
        self.jwks = Jwks(keys=(Jwk(kty=okp["kty"], crv=okp["crv"], x=okp["x"], kid=self._kid, alg="EdDSA", use="sig"),))

    def token(self, principal: Principal, seconds: int = 3600, uscc: str | None = None) -> str:
        """A signed token for a person. Expiry is by the real clock: a loan's virtual dates do not touch it."""
        now = int(time.time())
        claims = {
            "iss": self.name,
            "aud": AUDIENCE,
            "sub": principal.user_id,
            "org": principal.organisation_id,
            "role": principal.role.value,
            "iat": now,
            "exp": now + seconds,
        }
        if uscc is not None:
            claims["uscc"] = uscc
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._kid})


def create_issuer(issuer: Issuer) -> FastAPI:
    """`/issuer`: `GET /jwks.json`, `POST /token`."""
    app = FastAPIOffline(title="身份服务 Token issuer (sandbox)")

    @app.get("/jwks.json")
    def jwks() -> Jwks:
        return issuer.jwks

    @app.post("/token")
    def token(request: TokenRequest) -> TokenAnswer:
        principal = Principal(user_id=request.user_id, organisation_id=request.organisation_id, role=request.role)
        return TokenAnswer(
            access_token=issuer.token(principal, request.seconds, request.uscc), expires_in=request.seconds
        )

    return app


def _load_or_make_key(path: Path) -> Ed25519PrivateKey:
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        return key
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key
