"""Numbers made from a request are the same for the same request, and for no other."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from zhengcaidai.messages.base import Identifier
from zhengcaidai.web.keys import RequestFingerprint, number_of, numbers_of

_TEXT = st.text(min_size=1, max_size=20)
_PARTS = st.tuples(_TEXT, _TEXT, _TEXT, st.binary(max_size=20))


@given(_PARTS)
def test_numbers_are_identifiers(parts: tuple[str, str, str, bytes]) -> None:
    fingerprint = RequestFingerprint(*parts)
    identifier: TypeAdapter[str] = TypeAdapter(Identifier)
    identifier.validate_python(fingerprint.key)
    number = identifier.validate_python(number_of("L", date(2026, 9, 18), fingerprint))
    assert number.startswith("L20260918-")
    assert len(number) == len("L20260918-7Q4M2K9XTB5D")


@given(_PARTS, _PARTS)
def test_other_requests_have_other_numbers(
    one: tuple[str, str, str, bytes], other: tuple[str, str, str, bytes]
) -> None:
    assert (one == other) == (RequestFingerprint(*one).key == RequestFingerprint(*other).key)
    assert (one == other) == (RequestFingerprint(*one).letters == RequestFingerprint(*other).letters)


def test_numbers_sort_by_day_and_the_day_before_is_known() -> None:
    fingerprint = RequestFingerprint("supplier-1", "key", "/v1/loans", b"{}")
    today, yesterday = numbers_of("L", date(2027, 1, 1), fingerprint)
    assert (today[:10], yesterday[:10]) == ("L20270101-", "L20261231-")
    assert yesterday < today
    assert numbers_of("L", date(2027, 1, 2), fingerprint)[1] == today


def test_parts_do_not_run_into_each_other() -> None:
    assert RequestFingerprint("a", "bc", "d", b"").key != RequestFingerprint("ab", "c", "d", b"").key
