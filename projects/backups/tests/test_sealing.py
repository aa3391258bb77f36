"""Sealed files: the same bytes again, or a refusal."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from projects.backups.errors import BackupError, DamagedError, WrongKeyError
from projects.backups.sealing import PIECE, SEAL, SealedReader, SealedWriter

KEY, OTHER = "k" * 43, "o" * 43
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5]


def seal(plain: bytes, key: str = KEY) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, key, "2026-04-06T17:00:00+00:00")
    for start in range(0, len(plain), 700_001):
        writer.write(plain[start : start + 700_001])
    writer.finish()
    return file.getvalue()


def unseal(sealed: bytes, *keys: str) -> bytes:
    reader = SealedReader(io.BytesIO(sealed), keys or [KEY])
    return b"".join(iter(lambda: reader.read(300_007), b""))


SEALED = seal(b"plain words " * 200_000)


class TestSealing:
    @pytest.mark.parametrize("size", SIZES)
    def test_gives_the_same_bytes_again(self, size: int) -> None:
        plain = (b"0123456789abcdef" * (size // 16 + 1))[:size]
        assert unseal(seal(plain)) == plain

    def test_looks_different_each_time(self) -> None:
        assert seal(b"same") != seal(b"same")

    def test_is_read_with_an_older_key_of_the_list(self) -> None:
        assert unseal(seal(b"words"), OTHER, KEY) == b"words"

    def test_says_that_the_key_is_another_one(self) -> None:
        with pytest.raises(WrongKeyError, match="None of the 1 keys"):
            unseal(seal(b"words"), OTHER)

    @settings(max_examples=60)
    @given(place=some.integers(0, len(SEALED) - 1), bit=some.integers(0, 7))
    def test_refuses_any_changed_bit(self, place: int, bit: int) -> None:
        changed = bytearray(SEALED)
        changed[place] ^= 1 << bit
        with pytest.raises(BackupError):
            unseal(bytes(changed))

    @settings(max_examples=40)
    @given(length=some.integers(0, len(SEALED) - 1))
    def test_refuses_any_missing_end(self, length: int) -> None:
        with pytest.raises(BackupError):
            unseal(SEALED[:length])

    def test_refuses_a_cut_between_two_pieces(self) -> None:
        begin = SEALED.index(b"}\n") + 2
        with pytest.raises(DamagedError):
            unseal(SEALED[: begin + 2 * (PIECE + SEAL)])

    def test_refuses_pieces_that_changed_places_and_bytes_after_the_end(self) -> None:
        begin, step = SEALED.index(b"}\n") + 2, PIECE + SEAL
        first, second = SEALED[begin : begin + step], SEALED[begin + step : begin + 2 * step]
        with pytest.raises(DamagedError):
            unseal(SEALED[:begin] + second + first + SEALED[begin + 2 * step :])
        with pytest.raises(DamagedError):
            unseal(SEALED + b"x")
