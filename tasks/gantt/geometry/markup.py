"""The few lines that turn values into HTML and SVG; everything a person typed passes ``escape``."""

from collections.abc import Iterable

_SPECIAL = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
    # Not allowed in XML at all; a plan file may carry them in a name.
    | {chr(code): "\ufffd" for code in range(32) if code not in (9, 10, 13)}
)


def escape(text: str) -> str:
    """Safe inside an element and inside a quoted attribute."""
    return text.translate(_SPECIAL)


def number(value: float) -> str:
    """A coordinate, to a tenth of a pixel, without a needless zero."""
    rounded = round(value, 1)
    whole = int(rounded)
    return str(whole) if whole == rounded else str(rounded)


def classes(base: str, modifiers: Iterable[str]) -> str:
    """``gantt-bar gantt-bar--done``: the block and what it is."""
    return " ".join([base, *(f"{base}--{modifier}" for modifier in modifiers)])
