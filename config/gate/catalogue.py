"""Catalogues of translations (.po) read, written and compiled (.mo) without the gettext programs."""

import ast
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# How gettext joins a context to a text inside a .mo file.
CONTEXT_END: Final = "\x04"
PLURAL_END: Final = "\x00"
MAGIC: Final = 0x950412DE


@dataclass(frozen=True, order=True)
class Text:
    """A text to translate; texts with the same key are the same."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """How gettext finds it: the plural form is no part of it."""
        return f"{self.context}{CONTEXT_END}{self.singular}" if self.context else self.singular


@dataclass
class Entry:
    """One text of a catalogue with its translations, one for each plural form."""

    text: Text
    translations: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def is_complete(self) -> bool:
        """Every form has a translation."""
        return bool(self.translations) and all(self.translations)


def read(path: Path) -> list[Entry]:
    """The entries of a .po file, its header first; what is commented out is left out."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [entry for entry in map(_entry, blocks) if entry]


def _entry(block: str) -> Entry | None:
    parts: dict[str, str] = {}
    current = ""
    is_fuzzy = False
    for line in block.splitlines():
        if line.startswith("#"):
            is_fuzzy = is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif line.startswith("msg"):
            current, _, value = line.partition(" ")
            parts[current] = ast.literal_eval(value)
        elif line.startswith('"'):
            parts[current] += ast.literal_eval(line)
    if "msgid" not in parts:
        return None
    text = Text(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""))
    translations = [value for name, value in sorted(parts.items()) if name.startswith("msgstr")]
    return Entry(text, translations, is_fuzzy)


def write(entries: Iterable[Entry], path: Path) -> None:
    """Write a .po file that differs only where the texts do: no line numbers, no dates."""
    path.write_text("\n".join(_block(entry) for entry in entries), encoding="utf-8")


def _block(entry: Entry) -> str:
    lines = ["#, fuzzy"] if entry.is_fuzzy else []
    if entry.text.context:
        lines.append(f"msgctxt {_quoted(entry.text.context)}")
    lines.append(f"msgid {_quoted(entry.text.singular)}")
    if entry.text.plural:
        lines.append(f"msgid_plural {_quoted(entry.text.plural)}")
        forms = entry.translations or ["", ""]
        lines += [f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(forms)]
    else:
        lines.append(f"msgstr {_quoted(entry.translations[0] if entry.translations else '')}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    if "\n" not in escaped:
        return f'"{escaped}"'
    return "\n".join(['""', *(f'"{_line(line)}"' for line in escaped.splitlines(keepends=True))])


def _line(line: str) -> str:
    return line.replace("\n", "\\n")


def compiled(entries: Iterable[Entry]) -> bytes:
    """The bytes of the .mo file: a table of sorted texts, a table of translations, and the strings."""
    pairs = sorted(_pair(entry) for entry in entries if entry.is_complete and not entry.is_fuzzy)
    start = 7 * 4 + 16 * len(pairs)
    strings = b""
    tables: list[list[int]] = [[], []]
    for side, table in enumerate(tables):
        for pair in pairs:
            table += [len(pair[side]), start + len(strings)]
            strings += pair[side] + b"\0"
    header = [MAGIC, 0, len(pairs), 7 * 4, 7 * 4 + 8 * len(pairs), 0, 0]
    numbers = [*header, *tables[0], *tables[1]]
    return struct.pack(f"<{len(numbers)}I", *numbers) + strings


def _pair(entry: Entry) -> tuple[bytes, bytes]:
    key = entry.text.key + (PLURAL_END + entry.text.plural if entry.text.plural else "")
    return key.encode(), PLURAL_END.join(entry.translations).encode()
