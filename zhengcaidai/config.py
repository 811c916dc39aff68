"""Settings, from the environment (`ZHENGCAIDAI_…`); nothing here has a secret for a default."""

import base64
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from zhengcaidai.errors import OutsideDown
from zhengcaidai.messages.orders import NoticeKind

__all__ = ["OutsideAddress", "Settings", "sandbox_address"]

_KEY_BYTES = 32


class OutsideAddress(BaseModel):
    """外部系统地址: where one outside system is reached, and the token by which that system alone knows us."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    token: SecretStr = SecretStr("")


def sandbox_address(sandbox_url: str, path: str) -> OutsideAddress:
    """Where the sandbox has a system (`budget`, `banks/bank-one`); its token opens nothing but that system there."""
    token = SecretStr(f"sandbox-only-{path.replace('/', '-')}")
    return OutsideAddress(url=f"{sandbox_url.rstrip('/')}/{path}", token=token)


def _of_the_sandbox(system: str) -> Callable[[dict[str, Any]], OutsideAddress]:
    """A system that is not set: the sandbox's own in the sandbox, and nowhere outside it."""
    return lambda set_before: (
        sandbox_address(set_before["sandbox_url"], system) if set_before.get("sandbox") else OutsideAddress()
    )


class Settings(BaseSettings):
    """What the worker, the API and the commands need to know of their surroundings."""

    model_config = SettingsConfigDict(
        env_prefix="ZHENGCAIDAI_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # what is wrong may be a token in the wrong place
    )

    sandbox: bool = False
    """演示环境: the outside systems are our own sandbox, and the test clock may be moved."""
    state_dir: Path = Path(".state")
    """Where documents and, by default, the SQLite database are kept."""
    database_url: str = ""
    """SQLAlchemy URL; empty: a SQLite file in `state_dir`."""
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "zhengcaidai"
    temporal_ui_url: str = "http://127.0.0.1:8233"
    data_keys: SecretStr = Field(default=SecretStr(""))
    """Keys for payloads and sensitive columns: `id=base64,id=base64`; the first is current, the others open old data."""
    sandbox_url: str = "http://127.0.0.1:8900"
    """Where the sandbox is: there stands, in the sandbox, every system below that is not set."""
    procurement: OutsideAddress = Field(default_factory=_of_the_sandbox("procurement"))
    """采购系统: `ZHENGCAIDAI_PROCUREMENT__URL`, `ZHENGCAIDAI_PROCUREMENT__TOKEN`; the next three alike."""
    receivables: OutsideAddress = Field(default_factory=_of_the_sandbox("receivables"))
    budget: OutsideAddress = Field(default_factory=_of_the_sandbox("budget"))
    bureau: OutsideAddress = Field(default_factory=_of_the_sandbox("bureau"))
    banks: dict[str, OutsideAddress] = Field(default_factory=dict)
    """Banks' systems by bank id, in the environment as JSON: `{"bank-one": {"url": "…", "token": "…"}}`."""
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = Field(default=SecretStr(""))
    twilio_from: str = ""
    twilio_base_url: str = ""
    """Empty: Twilio's own address. The sandbox's gateway stands in where it is set."""
    twilio_content_sids: dict[NoticeKind, str] = Field(default_factory=dict)
    """短信模板编号: Twilio's content template for each kind of notice, as JSON; a kind that is not named goes as text."""
    public_url: str = "http://127.0.0.1:8000"
    """Where the API is reached from outside: links, and the SMS gateway's status callback."""
    issuer: str = "http://127.0.0.1:8900/issuer"
    """Who signs the tokens that the API accepts."""
    audience: str = "zhengcaidai"

    @field_validator("data_keys")
    @classmethod
    def _keys_parse(cls, value: SecretStr) -> SecretStr:
        _parse_keys(value.get_secret_value())
        return value

    @cached_property
    def keys(self) -> dict[str, bytes]:
        """The data keys by id, the current one first."""
        return _parse_keys(self.data_keys.get_secret_value())

    @property
    def database(self) -> str:
        """The database's URL, the SQLite file by default."""
        return self.database_url or f"sqlite+aiosqlite:///{self.state_dir / 'zhengcaidai.db'}"

    def bank(self, bank_id: str) -> OutsideAddress:
        """A bank's system. Raises OutsideDown: none is set, which is no reason to refuse a loan."""
        if bank_id in self.banks:
            return self.banks[bank_id]
        if self.sandbox:
            return sandbox_address(self.sandbox_url, f"banks/{bank_id}")
        raise OutsideDown(
            f"银行 {bank_id} 的系统未配置地址。", f"No address is set for bank {bank_id}.", where="ZHENGCAIDAI_BANKS"
        )

    def check_outside(self) -> None:
        """Each outside system has an address and a token that no other has: none may speak to another in our name.

        Raises ValueError, which names the settings. The sandbox's own open nothing and are not looked at.
        """
        if self.sandbox:
            return
        systems = {
            f"ZHENGCAIDAI_{name.upper()}__": address
            for name, address in (
                ("procurement", self.procurement),
                ("receivables", self.receivables),
                ("budget", self.budget),
                ("bureau", self.bureau),
            )
        } | {f"ZHENGCAIDAI_BANKS {bank_id} ": address for bank_id, address in self.banks.items()}
        wrong: list[str] = []
        known: dict[str, str] = {}
        for name, address in systems.items():
            token = address.token.get_secret_value()
            wrong += [
                f"{name}{what} is missing" for what, value in (("URL", address.url), ("TOKEN", token)) if not value
            ]
            if token and (other := known.setdefault(token, name)) != name:
                wrong.append(f"{name}TOKEN is that of {other}TOKEN too: each system has one of its own")
        if wrong:
            raise ValueError("outside systems (外部系统): " + "; ".join(wrong))


def _parse_keys(text: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, _, encoded = part.partition("=")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise ValueError("data_keys: each part is id=base64") from error
        if len(key) != _KEY_BYTES:
            raise ValueError(f"data_keys: the key {key_id!r} has {len(key)} bytes; {_KEY_BYTES} are needed (AES-256)")
        keys[key_id] = key
    return keys
