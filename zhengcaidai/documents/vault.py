"""Where documents are kept: each under the SHA-256 of its content, and sealed, so that none is read or changed on the disk."""

import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from zhengcaidai.documents.errors import DocumentDamaged
from zhengcaidai.errors import InvalidInput, NotFound
from zhengcaidai.messages.base import Sha256
from zhengcaidai.sealing import SealBroken, Sealer

__all__ = ["DocumentVault"]

_HASH = re.compile(r"[0-9a-f]{64}")


class DocumentVault:
    """文件库: a directory of files named by hash, `ab/cd/abcd…`; any number of processes may use it at once.

    No name that a person gave becomes part of a path. Files are readable by the owner of the process only, and sealed for
    their hash: one that is moved to another's place does not open there.
    """

    def __init__(self, root: Path, sealer: Sealer) -> None:
        """Keep documents under `root`, which is made when the first one is stored."""
        self._root = root
        self._sealer = sealer

    def put(self, data: bytes) -> Sha256:
        """Store `data` and return its hash; once it returns, the file has reached the disk.

        Storing the same content again changes nothing, unless the stored copy is damaged: then it is replaced.
        """
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        with suppress(NotFound, DocumentDamaged):
            self.get(digest)
            return digest
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
            try:
                part.write(self._sealer.seal(data, digest.encode()))
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        for directory in (path.parent, path.parent.parent, self._root):  # the names, too, must survive a power cut
            _sync_directory(directory)
        return digest

    def get(self, digest: Sha256) -> bytes:
        """The content stored under `digest`, its hash verified.

        Raises NotFound if there is none, DocumentDamaged if it is no longer what was stored or its key is not there,
        InvalidInput if `digest` is no SHA-256 in lower-case hexadecimal.
        """
        path = self._path(digest)
        try:
            data = self._sealer.open(path.read_bytes(), digest.encode())
        except FileNotFoundError:
            raise NotFound(
                f"没有文件 {digest}。", f"There is no document {digest}.", where="sha256", right="已上传文件的哈希"
            ) from None
        except SealBroken as broken:
            raise _damaged(digest, broken.zh, broken.en) from broken
        found = sha256(data).hexdigest()
        if found != digest:
            raise _damaged(digest, f"现有内容的哈希为 {found}。", f"Its content now hashes to {found}.")
        return data

    def _path(self, digest: str) -> Path:
        if not _HASH.fullmatch(digest):
            raise InvalidInput(
                f"{digest[:80]!r} 不是文件哈希。",
                f"{digest[:80]!r} is not the hash of a document.",
                where="sha256",
                right="64 位小写十六进制 / 64 lower-case hexadecimal digits",
            )
        return self._root / digest[:2] / digest[2:4] / digest


def _damaged(digest: str, why_zh: str, why_en: str) -> DocumentDamaged:
    return DocumentDamaged(
        f"文件 {digest} 已损坏：{why_zh}请从备份恢复，或重新上传原件。",
        f"Document {digest} is damaged. {why_en} Restore it from a backup, or upload the original again.",
        where="sha256",
        right=digest,
    )


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
