"""Who asks (身份): a signed token, verified against its issuer's published keys. EdDSA only, since the issuer signs so."""

import time
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import jwt
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter

from zhengcaidai.errors import OutsideDown, WrongParty
from zhengcaidai.messages.identifiers import Uscc
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.web.errors import Unauthenticated

__all__ = ["CurrentIdentity", "CurrentPrincipal", "Identity", "TokenVerifier", "identity_of", "only", "own_code"]

_ALGORITHM = "EdDSA"
_LEEWAY_SECONDS = 30
_FRESH_SECONDS = 600
_ASK_AGAIN_SECONDS = 10
"""A token with an unknown key has the keys fetched anew (a rotation), but no oftener than this."""
_LONGEST_TOKEN = 8192
_USCC: TypeAdapter[str] = TypeAdapter(Uscc)


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified token's bearer. A supplier's has the `uscc` by which its issuer knows it (法人以信用代码登录)."""

    principal: Principal
    uscc: str | None
    expires_at: int


class TokenVerifier:
    """Verifies tokens of one issuer; its keys are fetched when first needed, kept, and fetched anew after a rotation."""

    def __init__(self, issuer: str, audience: str, client: httpx.AsyncClient) -> None:
        self._issuer = issuer.rstrip("/")
        self._audience = audience
        self._client = client
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")

    async def verified(self, token: str) -> Identity:
        """Whose token it is. Raises Unauthenticated; OutsideDown while the issuer's keys were never to be had."""
        if len(token) > _LONGEST_TOKEN:
            raise _refused("令牌过长。", "the token is too long")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise _refused("令牌无法读取。", "the token cannot be read") from error
        if header.get("alg") != _ALGORITHM:
            raise _refused("令牌须以 EdDSA 签名。", "the token must be signed with EdDSA")
        key = await self._key(str(header.get("kid", "")))
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise _refused("令牌已过期。", "the token has expired") from error
        except jwt.InvalidTokenError as error:
            raise _refused("令牌无效。", "the token is not valid") from error
        return _identity(claims)

    async def _key(self, key_id: str) -> jwt.PyJWK:
        now = time.monotonic()
        stale = now - self._fetched > _FRESH_SECONDS or key_id not in self._keys
        if stale and now - self._tried > _ASK_AGAIN_SECONDS:
            self._tried = now
            await self._fetch(now)
        if not self._keys:
            self._tried = float("-inf")
            raise OutsideDown("身份服务没有应答。", "The issuer of tokens does not answer.", where="issuer")
        if key_id not in self._keys:
            raise _refused("令牌的签名密钥未知。", "the token is signed with an unknown key")
        return self._keys[key_id]

    async def _fetch(self, now: float) -> None:
        """Keys that are known stay in use while the issuer is away."""
        try:
            response = await self._client.get(f"{self._issuer}/jwks.json")
            response.raise_for_status()
            found = jwt.PyJWKSet.from_dict(response.json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, jwt.PyJWTError):
            return
        self._keys = {str(key.key_id): key for key in found.keys if key.key_id}
        self._fetched = now


def _identity(claims: dict[str, Any]) -> Identity:
    try:
        principal = Principal(user_id=claims["sub"], organisation_id=claims["org"], role=Role(claims["role"]))
        uscc = _USCC.validate_python(claims["uscc"]) if "uscc" in claims else None
    except (KeyError, ValueError) as error:
        raise _refused("令牌缺少机构或角色。", "the token names no organisation or no role") from error
    if principal.role is Role.SYSTEM:
        raise _refused("系统角色不能由人使用。", "nobody acts as the engine itself")
    return Identity(principal, uscc, int(claims["exp"]))


def _refused(zh: str, en: str) -> Unauthenticated:
    return Unauthenticated(zh, en, where="Authorization", right="Bearer <token>")


async def identity_of(request: Request) -> Identity:
    """Who asks, verified once a request. Raises Unauthenticated."""
    known = getattr(request.state, "identity", None)
    if isinstance(known, Identity):
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(
            "请先登录：缺少 Bearer 令牌。", "Log in first: there is no bearer token.", right="Bearer <token>"
        )
    verifier: TokenVerifier = request.app.state.services.verifier
    request.state.identity = found = await verifier.verified(token.strip())
    return found


_BEARER = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    auto_error=False,
    description="`iss`, `aud`, `exp`, `sub`, `org`, `role`; 供应商另须 a supplier also `uscc`",
)


async def _current(
    request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
) -> Identity:
    return await identity_of(request)


CurrentIdentity = Annotated[Identity, Depends(_current)]
"""Who asks, with what the token says of its organisation."""


async def _principal(identity: CurrentIdentity) -> Principal:
    return identity.principal


CurrentPrincipal = Annotated[Principal, Depends(_principal)]
"""In whose name a request is made."""


def own_code(identity: Identity) -> str:
    """The supplier's own 统一社会信用代码, for which its issuer stands. Raises WrongParty if the token has none.

    Without it nothing says whose contracts the organisation may have financed or changed (hanyang/4.1.3, hanyang/4.1.4).
    """
    if identity.uscc is None:
        raise WrongParty(
            "令牌没有统一社会信用代码（uscc），无法确认办理单位，请以法人身份登录。",
            "The token has no unified social credit code (uscc): log in as the legal person.",
            where="uscc",
            right="含 uscc 的令牌 / a token with the claim uscc",
        )
    return identity.uscc


def only(*roles: Role) -> Any:
    """A dependency: the principal, if its role is one of these. Raises WrongParty."""

    async def check(by: CurrentPrincipal) -> Principal:
        if by.role not in roles:
            own = "、".join(role.title_zh for role in roles)
            raise WrongParty(
                f"由{own}办理，{by.role.title_zh}不能办理。",
                f"This is for {' or '.join(roles)}, not for {by.role}.",
                where="role",
                right=" / ".join(roles),
            )
        return by

    return Depends(check)
