"""加密封存: AES-256-GCM under named keys, for what must not be read where it is kept (database columns, Temporal payloads).

A sealed value names its key, so that keys can be changed: new values are sealed with the current key, old ones are opened
with the key they name for as long as it is configured.

    byte 0        format, 1
    byte 1        length n of the key's id
    bytes 2…2+n   the key's id, ASCII
    12 bytes      nonce, random
    the rest      ciphertext and its 16-byte tag

All before the ciphertext, and `context`, is authenticated: a value moved to another place does not open there.
"""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhengcaidai.errors import ZhengcaidaiError

__all__ = ["KEY_BYTES", "SealBroken", "Sealer"]

KEY_BYTES = 32
"""AES-256."""

_FORMAT = 1
_KEY_ID_AT = 2
_NONCE_BYTES = 12
_TAG_BYTES = 16
_MAX_KEY_ID = 64


class SealBroken(ZhengcaidaiError):
    """密文无法打开: changed, cut short, sealed for another place, or under a key that is not configured."""

    type = "seal-broken"


class Sealer:
    """Seals and opens. The ids of keys are not secret; the keys are, and appear in no message and no repr.

    Raises ValueError for keys that cannot be used: not 32 bytes, an id that is not 1–64 ASCII characters, no current key.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        for key_id, key in keys.items():
            if not (key_id.isascii() and 1 <= len(key_id) <= _MAX_KEY_ID):
                raise ValueError(f"key id {key_id!r}: must be 1 to {_MAX_KEY_ID} ASCII characters")
            if len(key) != KEY_BYTES:
                raise ValueError(f"key {key_id!r} has {len(key)} bytes: must be {KEY_BYTES} (AES-256)")
        if current not in keys:
            raise ValueError(f"current key {current!r} is not among the keys: {sorted(keys)}")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current = current

    def __repr__(self) -> str:
        return f"Sealer(keys={sorted(self._ciphers)}, current={self.current!r})"

    def seal(self, plain: bytes, context: bytes = b"") -> bytes:
        """Seal under the current key; `context` says what it is for, and must be given again to open it."""
        header = bytes([_FORMAT, len(self.current)]) + self.current.encode("ascii")
        nonce = os.urandom(_NONCE_BYTES)
        return header + nonce + self._ciphers[self.current].encrypt(nonce, plain, header + context)

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        """What was sealed, or SealBroken."""
        header, key_id = _header(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken(
                f"密文所用密钥“{key_id}”未配置。",
                f"The value is sealed under key “{key_id}”, which is not configured.",
                right=f"在配置中保留该密钥，现有 / keep that key in the settings, which have {sorted(self._ciphers)}",
            )
        nonce = sealed[len(header) : len(header) + _NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[len(header) + _NONCE_BYTES :], header + context)
        except InvalidTag as error:
            raise SealBroken(
                "密文校验不通过：内容被改动，或不属于此处。",
                "The sealed value does not verify: it was changed, or belongs in another place.",
                right="恢复自备份 / restore it from a backup",
            ) from error


def _header(sealed: bytes) -> tuple[bytes, str]:
    if len(sealed) > _KEY_ID_AT and sealed[0] == _FORMAT:
        end = _KEY_ID_AT + sealed[1]
        key_id = sealed[_KEY_ID_AT:end]
        if len(sealed) >= end + _NONCE_BYTES + _TAG_BYTES and key_id and key_id.isascii():
            return sealed[:end], key_id.decode("ascii")
    raise SealBroken(
        "不是加密封存的内容，或已被截断。",
        "This is not a sealed value, or it was cut short.",
        right=f"format {_FORMAT}",
    )
