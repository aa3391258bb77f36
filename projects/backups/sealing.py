"""One file that cannot be read or changed without a key: AES-256-GCM in pieces, so that no size needs memory.

    ITDO BACKUP 1⏎
    {"cipher": …, "made_at": …, "salt": …, "key": …}⏎      readable, and bound to every piece
    piece, piece, …, last piece                             each a MiB and the 16 bytes of its seal

A piece knows its number and whether it is the last one; so none can be changed, moved, left out or cut off. Each file has
a key of its own, made from the installation's and the file's salt.
"""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Sequence
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from projects.backups.errors import DamagedError, NotABackupError, WrongKeyError

FIRST_LINE: Final = b"ITDO BACKUP 1\n"
PIECE: Final = 2**20
SEAL: Final = 16
LONGEST_HEADER: Final = 4096


def _derive(key: str, salt: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=salt, info=f"itdo backup {purpose}".encode()).derive(key.encode())


def mark(key: str, salt: bytes) -> str:
    """Tells a wrong key from a damaged file; says nothing about the key."""
    return _derive(key, salt, "mark", 8).hex()


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class SealedWriter(io.RawIOBase):
    """Takes plain bytes, writes sealed pieces; without `close` the file has no end and is not accepted."""

    def __init__(self, file: IO[bytes], key: str, made_at: str) -> None:
        salt = secrets.token_bytes(16)
        header = {"cipher": "AES-256-GCM", "made_at": made_at, "salt": salt.hex(), "key": mark(key, salt)}
        self._file, self._number, self._waiting = file, 0, bytearray()
        self._header = FIRST_LINE + json.dumps(header).encode() + b"\n"
        self._cipher = AESGCM(_derive(key, salt, "file", 32))
        file.write(self._header)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Keep what does not fill a piece yet; the last piece may be a whole one, so one byte more is waited for."""
        view = memoryview(data).cast("B")
        if self._file.closed:
            # Given up; tarfile writes once more when it is thrown away.
            return len(view)
        self._waiting += view
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(view)

    def finish(self) -> None:
        """Seal the last piece; may be empty."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), piece, self._header))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Gives the plain bytes again, each only after its seal was looked at."""

    def __init__(self, file: IO[bytes], keys: Sequence[str]) -> None:
        self._file, self._number, self._plain = file, 0, b""
        self._header, self.about = _read_header(file)
        self._cipher = AESGCM(_derive(_key_of(self.about, keys), self._salt, "file", 32))
        self._next = file.read(PIECE + SEAL)

    @property
    def _salt(self) -> bytes:
        return bytes.fromhex(self.about["salt"])

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """So many plain bytes, fewer at the end alone; DamagedError where a seal is broken."""
        parts, missing = [], size if size >= 0 else float("inf")
        while missing > 0 and (self._plain or self._open()):
            part = self._plain[: int(min(missing, len(self._plain)))]
            self._plain = self._plain[len(part) :]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _open(self) -> bool:
        """The next piece; no more when the last one has been opened."""
        if self._number < 0:
            return False
        piece, self._next = self._next, self._file.read(PIECE + SEAL)
        is_last = not self._next
        try:
            self._plain = self._cipher.decrypt(_nonce(self._number, is_last=is_last), piece, self._header)
        except (InvalidTag, ValueError) as error:
            where = (
                "its end is missing, or was changed"
                if is_last
                else f"it was changed near MB {self._number + 1}"
            )
            raise DamagedError(f"The backup is damaged: {where}. Take another one.") from error
        self._number = -1 if is_last else self._number + 1
        return bool(self._plain)


def _read_header(file: IO[bytes]) -> tuple[bytes, dict[str, str]]:
    first, second = file.readline(len(FIRST_LINE)), file.readline(LONGEST_HEADER)
    if first != FIRST_LINE:
        raise NotABackupError("The file is not a backup of this site (it does not begin with ITDO BACKUP 1).")
    try:
        about = json.loads(second)
        bytes.fromhex(about["salt"]), about["key"], about["made_at"]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(
            "The backup is damaged: its first lines cannot be read. Take another one."
        ) from error
    return first + second, about


def _key_of(about: dict[str, str], keys: Sequence[str]) -> str:
    salt = bytes.fromhex(about["salt"])
    for key in keys:
        if secrets.compare_digest(mark(key, salt), about["key"]):
            return key
    raise WrongKeyError(
        f"None of the {len(keys)} keys of BACKUP_KEY (ENCRYPTION_KEY where it is not set) has sealed this backup of "
        f"{about['made_at']}. Put the key of that day at the end of the list and run this again."
    )
