"""What is made from a request and its key (编号): the same request has the same numbers, however often it is sent."""

from datetime import date, timedelta
from hashlib import sha256

__all__ = ["RequestFingerprint", "number_of", "numbers_of"]

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a digit when read aloud."""
_LETTERS_IN_NUMBER = 12


class RequestFingerprint:
    """请求指纹: a write, as it is told from every other: whose, by which key, to which address, with what content.

    The content is part of it, so that a key used again for something else, long after, is something else.
    """

    def __init__(self, organisation_id: str, key: str, path: str, content: bytes) -> None:
        parts = (organisation_id, key, path, sha256(content).hexdigest())
        self._digest = sha256("\0".join(parts).encode()).digest()

    @property
    def key(self) -> str:
        """The key of a party's step, and the id of its update: a repeat is known again by it."""
        return self._digest.hex()[:40]

    @property
    def letters(self) -> str:
        """Sixty bits for people to read."""
        number = int.from_bytes(self._digest[:8]) >> 4
        return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LETTERS_IN_NUMBER)))


def number_of(kind: str, on: date, fingerprint: RequestFingerprint) -> str:
    """贷款编号、变更编号: `L20261121-7Q4M2K9XTB5D`; sorts by day, and holds nothing about anybody."""
    return f"{kind}{on:%Y%m%d}-{fingerprint.letters}"


def numbers_of(kind: str, on: date, fingerprint: RequestFingerprint) -> tuple[str, str]:
    """Today's number, and yesterday's: a request that is sent again after midnight is still the same one."""
    return number_of(kind, on, fingerprint), number_of(kind, on - timedelta(days=1), fingerprint)
