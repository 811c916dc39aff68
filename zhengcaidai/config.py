"""Settings, from the environment (`ZHENGCAIDAI_…`); nothing here has a secret for a default."""

import base64
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings"]

_KEY_BYTES = 32


class Settings(BaseSettings):
    """What the worker, the API and the commands need to know of their surroundings."""

    model_config = SettingsConfigDict(env_prefix="ZHENGCAIDAI_", env_file=".env", extra="ignore", frozen=True)

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
    outside_url: str = "http://127.0.0.1:8900"
    """Base address under which the outside systems stand, unless one is set by itself below."""
    procurement_url: str = ""
    receivables_url: str = ""
    budget_url: str = ""
    bureau_url: str = ""
    bank_urls: dict[str, str] = Field(default_factory=dict)
    """Online banks' systems by bank id; a bank that is not named stands under `outside_url`."""
    outside_token: SecretStr = Field(default=SecretStr(""))
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = Field(default=SecretStr(""))
    twilio_from: str = ""
    twilio_base_url: str = ""
    """Empty: Twilio's own address. The sandbox's gateway stands in where it is set."""
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

    def outside(self, system: str) -> str:
        """The base address of an outside system."""
        own = str(getattr(self, f"{system}_url", ""))
        return own or f"{self.outside_url.rstrip('/')}/{system}"

    def bank(self, bank_id: str) -> str:
        """The base address of an online bank's system."""
        return self.bank_urls.get(bank_id) or f"{self.outside_url.rstrip('/')}/banks/{bank_id}"


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
