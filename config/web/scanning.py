"""Asks a virus scanner (clamd of ClamAV) about a file that came in; where none is named, nothing is asked."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from typing import Final

from django.conf import settings

#: A scan of 25 MB of packed Office files takes some seconds.
SECONDS: Final = 20
_LENGTH: Final = struct.Struct("!I")


class ScannerAwayError(Exception):
    """A scanner is named, and gave no answer: it is unknown whether the file is clean."""


def infection(chunks: Iterable[bytes]) -> str:
    """What the scanner found, or an empty string. Raises ScannerAwayError when it cannot be asked.

    The protocol is clamd's INSTREAM: pieces with their length before them, an empty one at the end.
    """
    if not settings.VIRUS_SCANNER:
        return ""
    try:
        with _connection(settings.VIRUS_SCANNER) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                scanner.sendall(_LENGTH.pack(len(chunk)) + chunk)
            scanner.sendall(_LENGTH.pack(0))
            words = _answer(scanner)
    except OSError as error:
        raise ScannerAwayError(str(error)) from error
    if words == "stream: OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerAwayError(words or "no answer")


def _connection(place: str) -> socket.socket:
    """`host:port`, or the path of a socket."""
    if place.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX)
        scanner.settimeout(SECONDS)
        scanner.connect(place)
        return scanner
    host, _, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(scanner: socket.socket) -> str:
    words = b""
    while not words.endswith(b"\0") and (more := scanner.recv(1024)):
        words += more
    return words.rstrip(b"\0\n").decode(errors="replace")
