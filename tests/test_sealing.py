"""What is sealed opens unchanged, with the right key, in the right place, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengcaidai.sealing import KEY_BYTES, SealBroken, Sealer

OLD, NEW = bytes(KEY_BYTES), bytes(range(KEY_BYTES))
ACCOUNT = b"6222024000123458888"


@given(st.binary(max_size=2000), st.binary(max_size=40))
def test_what_is_sealed_opens_unchanged(plain: bytes, context: bytes) -> None:
    sealer = Sealer({"2026": NEW}, "2026")
    assert sealer.open(sealer.seal(plain, context), context) == plain


def test_sealed_value_does_not_show_what_it_holds_and_never_twice_the_same() -> None:
    sealer = Sealer({"2026": NEW}, "2026")
    one, other = sealer.seal(ACCOUNT), sealer.seal(ACCOUNT)
    assert ACCOUNT not in one
    assert one != other


def test_value_sealed_before_a_change_of_keys_opens_after_it() -> None:
    sealed = Sealer({"2025": OLD}, "2025").seal(ACCOUNT)
    rotated = Sealer({"2025": OLD, "2026": NEW}, "2026")
    assert rotated.open(sealed) == ACCOUNT
    assert Sealer({"2026": NEW}, "2026").open(rotated.seal(ACCOUNT)) == ACCOUNT, "sealed under the new key alone"


def test_value_under_a_key_no_longer_configured_names_that_key() -> None:
    sealed = Sealer({"2025": OLD}, "2025").seal(ACCOUNT)
    with pytest.raises(SealBroken, match="“2025”, which is not configured"):
        Sealer({"2026": NEW}, "2026").open(sealed)


def test_same_key_id_with_another_key_does_not_open() -> None:
    sealed = Sealer({"2026": OLD}, "2026").seal(ACCOUNT)
    with pytest.raises(SealBroken, match="does not verify"):
        Sealer({"2026": NEW}, "2026").open(sealed)


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    sealer = Sealer({"2026": NEW}, "2026")
    sealed = bytearray(sealer.seal(ACCOUNT, b"journal"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        sealer.open(bytes(sealed), b"journal")


@given(st.data())
def test_any_cut_is_noticed(data: st.DataObject) -> None:
    sealer = Sealer({"2026": NEW}, "2026")
    sealed = sealer.seal(ACCOUNT)
    with pytest.raises(SealBroken):
        sealer.open(sealed[: data.draw(st.integers(0, len(sealed) - 1))])


@given(st.binary(max_size=100))
def test_what_was_never_sealed_does_not_open(junk: bytes) -> None:
    with pytest.raises(SealBroken):
        Sealer({"2026": NEW}, "2026").open(junk)


def test_value_moved_to_another_place_does_not_open_there() -> None:
    sealer = Sealer({"2026": NEW}, "2026")
    with pytest.raises(SealBroken, match="belongs in another place"):
        sealer.open(sealer.seal(ACCOUNT, b"journal"), b"products")


@pytest.mark.parametrize(
    ("keys", "current", "message"),
    [
        ({"2026": b"short"}, "2026", "has 5 bytes: must be 32"),
        ({"2026": NEW}, "2025", r"not among the keys: \['2026'\]"),
        ({"": NEW}, "", "1 to 64 ASCII"),
        ({"密钥": NEW}, "密钥", "1 to 64 ASCII"),
        ({"k" * 65: NEW}, "k" * 65, "1 to 64 ASCII"),
    ],
)
def test_unusable_keys_are_refused(keys: dict[str, bytes], current: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Sealer(keys, current)


def test_keys_never_show_in_its_repr() -> None:
    assert repr(Sealer({"2026": NEW}, "2026")) == "Sealer(keys=['2026'], current='2026')"
