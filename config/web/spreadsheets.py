"""Texts for files that a spreadsheet opens: none of them is computed there."""

from typing import Final

#: What a spreadsheet would take for a formula when a cell begins with it.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it; nothing that ends a line early."""
    text = text.replace("\x00", "")
    return f"'{text}" if text.startswith(DANGEROUS) else text
