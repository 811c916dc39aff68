"""Documents stay what they were, whoever writes at the same time and whatever happens to the disk."""

import errno
import multiprocessing
import os
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengcaidai.documents.errors import DocumentDamaged
from zhengcaidai.documents.vault import DocumentVault
from zhengcaidai.errors import InvalidInput, NotFound
from zhengcaidai.sealing import KEY_BYTES, Sealer

SEALER = Sealer({"k1": b"1" * KEY_BYTES}, "k1")


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_what_is_stored_comes_back_under_its_hash_in_a_fanned_out_directory(tmp_path: Path) -> None:
    vault = DocumentVault(tmp_path / "vault", SEALER)
    digest = vault.put(b"scan")
    assert digest == sha256(b"scan").hexdigest()
    assert vault.get(digest) == b"scan"
    assert files(tmp_path) == [tmp_path / "vault" / digest[:2] / digest[2:4] / digest]


def test_nothing_of_a_document_lies_open_on_the_disk(tmp_path: Path) -> None:
    vault = DocumentVault(tmp_path, SEALER)
    digest = vault.put(b"account 6222020200112345678")
    (path,) = files(tmp_path)
    assert b"6222020200112345678" not in path.read_bytes()
    path.write_bytes(SEALER.seal(b"account 6222020200112345678"))
    with pytest.raises(DocumentDamaged, match="another place"):
        vault.get(digest)


def test_a_document_opens_as_long_as_its_key_is_kept_and_is_sealed_anew_when_it_is_stored_again(tmp_path: Path) -> None:
    digest = DocumentVault(tmp_path, SEALER).put(b"scan")
    keys = {"k2": b"2" * KEY_BYTES}
    assert DocumentVault(tmp_path, Sealer(keys | {"k1": b"1" * KEY_BYTES}, "k2")).get(digest) == b"scan"
    without = DocumentVault(tmp_path, Sealer(keys, "k2"))
    with pytest.raises(DocumentDamaged, match="k1"):
        without.get(digest)
    assert without.get(without.put(b"scan")) == b"scan"


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    DocumentVault(tmp_path, SEALER).put(b"scan")
    (path,) = files(tmp_path)
    assert path.stat().st_mode & 0o077 == 0


def test_storing_the_same_again_writes_nothing(tmp_path: Path) -> None:
    vault = DocumentVault(tmp_path, SEALER)
    digest = vault.put(b"scan")
    before = files(tmp_path)[0].stat()
    assert vault.put(b"scan") == digest
    (path,) = files(tmp_path)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def _put(root: Path, data: bytes) -> str:
    return DocumentVault(root, SEALER).put(data)


def test_many_processes_may_store_the_same_documents_at_once(tmp_path: Path) -> None:
    documents = [bytes([number]) * 200_000 for number in range(6)]
    vault = DocumentVault(tmp_path, SEALER)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        digests = pool.map(partial(_put, tmp_path), documents * 8, chunksize=1)
    assert sorted(set(digests)) == sorted(sha256(document).hexdigest() for document in documents)
    assert [path.name for path in files(tmp_path)] == sorted(set(digests))  # no temporary file is left
    assert [vault.get(sha256(document).hexdigest()) for document in documents] == documents


def test_a_flipped_bit_is_noticed_and_storing_the_original_again_heals_it(tmp_path: Path) -> None:
    vault = DocumentVault(tmp_path, SEALER)
    digest = vault.put(b"scan of the sealed form")
    (path,) = files(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[7] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(DocumentDamaged, match=digest):
        vault.get(digest)
    assert vault.put(b"scan of the sealed form") == digest
    assert vault.get(digest) == b"scan of the sealed form"


def test_a_truncated_file_is_noticed(tmp_path: Path) -> None:
    vault = DocumentVault(tmp_path, SEALER)
    digest = vault.put(b"scan")
    files(tmp_path)[0].write_bytes(b"")
    with pytest.raises(DocumentDamaged):
        vault.get(digest)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = DocumentVault(tmp_path, SEALER)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            vault.put(b"scan")
    assert files(tmp_path) == []
    assert vault.get(vault.put(b"scan")) == b"scan"


def test_what_was_never_stored_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="0" * 64):
        DocumentVault(tmp_path, SEALER).get("0" * 64)


@pytest.mark.parametrize(
    "digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "/" * 64, "0" * 63 + "/"]
)
def test_nothing_but_a_hash_becomes_a_path(tmp_path: Path, digest: str) -> None:
    with pytest.raises(InvalidInput, match="not the hash of a document"):
        DocumentVault(tmp_path, SEALER).get(digest)


@given(st.binary(max_size=2000))
def test_any_content_comes_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    vault = DocumentVault(tmp_path_factory.getbasetemp() / "vault", SEALER)
    assert vault.get(vault.put(data)) == data
