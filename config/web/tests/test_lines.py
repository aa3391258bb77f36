"""A log that is not read holds no request up, and its lines come when it is read again."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.web import lines
from config.web.lines import PatientHandler


class Pipe:
    """A small pipe, with a handler at one end."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, 16_384)
        self.handler = PatientHandler(self.writer)
        self.handler.setFormatter(logging.Formatter("%(message)s"))

    def say(self, *words: str) -> None:
        for each in words:
            self.handler.handle(logging.LogRecord("x", logging.INFO, __file__, 1, each, None, None))

    def read(self) -> str:
        """What is in the pipe now."""
        os.set_blocking(self.reader, False)
        try:
            return os.read(self.reader, 1 << 20).decode()
        except BlockingIOError:
            return ""

    def read_all(self) -> list[str]:
        """Everything that comes until nothing does."""
        text = ""
        while part := self.read():
            text += part
            self.handler.flush()
        return text.splitlines()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.handler._forget()
    os.close(made.writer)


class TestPatientHandler:
    def test_writes_at_once_when_it_is_read(self, pipe: Pipe) -> None:
        pipe.say("first", "second")
        assert pipe.read() == "first\nsecond\n"

    def test_holds_no_one_up_and_loses_nothing(self, pipe: Pipe) -> None:
        said = [f"{number} {'x' * 200}" for number in range(1_000)]
        begun = time.monotonic()
        pipe.say(*said)
        assert time.monotonic() - begun < 5  # once a little patience, not a thousand times
        assert pipe.read_all() == said
        pipe.say("again")
        assert pipe.read() == "again\n"

    def test_brings_the_rest_when_nothing_more_is_said(self, pipe: Pipe) -> None:
        said = [f"{number} {'x' * 1000}" for number in range(100)]
        pipe.say(*said)
        text, deadline = "", time.monotonic() + 60
        while text.count("\n") < len(said) and time.monotonic() < deadline:
            text += pipe.read()
            time.sleep(0.05)
        assert text.splitlines() == said

    def test_tears_no_line_that_goes_out_at_once(self, pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
        pieces: list[bytes] = []
        write = pipe.handler._write_piece

        def written(piece: bytes, patience: int) -> int:
            pieces.append(piece)
            return write(piece, patience)

        monkeypatch.setattr(pipe.handler, "_write_piece", written)
        pipe.say(*(f"{number} {'x' * 700}" for number in range(100)))
        pipe.read_all()
        assert len(pieces) > 10
        assert all(piece.endswith(b"\n") and len(piece) <= lines.PIECE for piece in pieces)

    def test_writes_long_lines_in_pieces(self, pipe: Pipe) -> None:
        long = ["a" * 30_000, "b" * 30_000]
        pipe.say(*long)
        assert pipe.read_all() == long

    def test_says_how_many_were_too_many(self, pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lines, "MOST_KEPT", 10)
        said = [f"{number} {'x' * 2000}" for number in range(50)]
        pipe.say(*said)
        read = pipe.read_all()
        lost = 50 - len(read) + 1
        assert lost >= 25
        assert (
            read[-1] == f"{lost} lines were lost here: they were not taken, and there were too many to keep"
        )
        assert read[-2] == said[-1]
        assert set(read[:-1]) <= set(said)

    def test_waits_for_a_reader_that_comes_back(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "lines")
        reader = os.open(tmp_path / "lines", os.O_RDONLY | os.O_NONBLOCK)
        writer = os.open(tmp_path / "lines", os.O_WRONLY)
        handler = PatientHandler(writer)
        os.close(reader)
        handler.handle(
            logging.LogRecord("x", logging.INFO, __file__, 1, "while no reader was there", None, None)
        )
        reader = os.open(tmp_path / "lines", os.O_RDONLY | os.O_NONBLOCK)
        handler.flush()
        handler._forget()
        assert os.read(reader, 1000) == b"while no reader was there\n"
        os.close(reader)
        os.close(writer)
