"""Texts as the cells of a workbook hold them, and how wide they are. Pure."""

from typing import Final

#: The longest text of a cell.
LONGEST_TEXT: Final = 32_767


def text_of(value: str) -> str:
    """A text as a cell can hold it."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(letter if letter >= " " or letter in "\n\t" else "\ufffd" for letter in lines)
    return clean.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")[:LONGEST_TEXT]


def width_of(text: str) -> int:
    """In letters of half width."""
    return sum(1 if letter.isascii() else 2 for letter in text)
