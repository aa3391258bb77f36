"""Bytes of an XML file as clean UTF-8: unpacked, decoded by its own declaration, with a limit on its size."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from typing import IO, Protocol, cast

from tasks.interchange.refusals import (
    BrokenArchive,
    EmptyFile,
    FileTooLarge,
    NulBytes,
    UnknownEncoding,
    UnsupportedFormat,
    WrongEncoding,
)
from tasks.interchange.sniff import format_of_bytes

MAX_BYTES = 100 * 1024 * 1024
CHUNK = 1 << 16

# Encodings that real exporters use. UTF-7 is left out on purpose: it hides markup from every filter on the way.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "koi8-r": "koi8_r",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in range(2, 17) if n != 12},
    **{f"windows-{n}": f"cp{n}" for n in range(1250, 1259)},
}
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
# Forbidden in XML 1.0, yet Microsoft Project itself writes them when they were pasted into a name.
CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_CONTROL_REFERENCE = re.compile(rb"&#(?:x0*(?:1?[0-9a-fA-F])|0*(?:[0-9]|[12][0-9]|3[01]));")
_ALLOWED_REFERENCES = {9, 10, 13}
_LONGEST_REFERENCE = 16


class ByteStream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Rewound:
    """A stream with its first bytes put back in front."""

    def __init__(self, head: bytes, rest: ByteStream) -> None:
        self.head = head
        self.rest = rest

    def read(self, size: int = -1, /) -> bytes:
        if self.head:
            wanted = len(self.head) if size < 0 else size
            piece, self.head = self.head[:wanted], self.head[wanted:]
            return piece
        return self.rest.read(size)


class XmlText:
    """Iterate over it for the chunks; what was odd can be asked afterwards."""

    def __init__(self, stream: ByteStream, max_bytes: int = MAX_BYTES) -> None:
        self.stream = stream
        self.max_bytes = max_bytes
        self.encoding_assumed = ""  # declared, but not true
        self.old_encoding = ""  # declared and true, but not Unicode
        self.controls_removed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield from self._clean(self._decoded(self._unpacked()))

    def _unpacked(self) -> Iterator[bytes]:
        head = _read_full(self.stream, CHUNK)
        if not head:
            raise EmptyFile
        source: ByteStream = _Rewound(head, self.stream)
        if head.startswith(b"\x1f\x8b"):
            source = gzip.GzipFile(fileobj=cast(IO[bytes], source), mode="rb")  # it only calls read()
        total = 0
        while chunk := _read_packed(source):
            total += len(chunk)
            if total > self.max_bytes:
                raise FileTooLarge(limit_mb=self.max_bytes // (1024 * 1024))
            yield chunk
        if not total:
            raise EmptyFile

    def _decoded(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        first = next(chunks)
        kind = format_of_bytes(first)
        if kind is not None:
            raise UnsupportedFormat(format=kind)
        name, codec, skip = self._encoding(first)
        decoder = codecs.getincrementaldecoder(codec)("strict")
        position = skip
        try:
            yield decoder.decode(first[skip:]).encode()
            position = len(first)
            for chunk in chunks:
                yield decoder.decode(chunk).encode()
                position += len(chunk)
            yield decoder.decode(b"", final=True).encode()
        except UnicodeError as error:
            offset = getattr(error, "start", 0)
            raise WrongEncoding(encoding=name, position=position + offset) from None

    def _encoding(self, head: bytes) -> tuple[str, str, int]:
        for bom, codec in _BOMS:
            if head.startswith(bom):
                return codec.upper(), codec, len(bom)
        if head.startswith(b"<\x00"):
            return "UTF-16", "utf-16-le", 0
        if head.startswith(b"\x00<"):
            return "UTF-16", "utf-16-be", 0
        match = _DECLARED.match(head.lstrip())
        name = match[1].decode() if match else "UTF-8"
        codec = _CODECS.get(name.lower(), "")
        if name.lower() in ("utf-16", "utf-16le", "utf-16be", "unicode"):
            # Programs that build XML in memory declare UTF-16 and then save UTF-8.
            self.encoding_assumed = name
            codec = "utf-8"
        if not codec:
            raise UnknownEncoding(encoding=name)
        if codec != "utf-8":
            self.old_encoding = name
        return name, codec, 0

    def _clean(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        kept = b""
        for chunk in chunks:
            data = kept + chunk
            cut = data.rfind(b"&", max(0, len(data) - _LONGEST_REFERENCE))
            cut = len(data) if cut < 0 else cut
            data, kept = data[:cut], data[cut:]
            yield self._without_controls(data)
        yield self._without_controls(kept)

    def _without_controls(self, data: bytes) -> bytes:
        if b"\x00" in data:
            raise NulBytes(count=data.count(0))
        clean = data.translate(None, CONTROLS)
        self.controls_removed += len(data) - len(clean)
        if b"&#" in clean:
            clean = _CONTROL_REFERENCE.sub(self._drop_control, clean)
        return clean

    def _drop_control(self, match: re.Match[bytes]) -> bytes:
        digits = match[0][2:-1]
        code = int(digits[1:], 16) if digits[:1] == b"x" else int(digits)
        if code in _ALLOWED_REFERENCES:
            return match[0]
        self.controls_removed += 1
        return b""


def _read_full(stream: ByteStream, size: int) -> bytes:
    """As much as there is, even from a stream that answers in small pieces."""
    parts = b""
    while len(parts) < size and (piece := stream.read(size - len(parts))):
        parts += piece
    return parts


def _read_packed(source: ByteStream) -> bytes:
    try:
        return _read_full(source, CHUNK)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BrokenArchive from None
