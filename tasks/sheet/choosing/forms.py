"""Which columns were chosen, in the order of the form, and how wide they are to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.sheet.choosing.services import NARROWEST, WIDEST
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from django.http import QueryDict

#: More columns than there are.
_MOST: int = 500


def chosen_in(data: QueryDict) -> list[tuple[str, int | None]]:
    """Names in the order sent, with their widths; what is no column and no width is left out."""
    names = dict.fromkeys(name for name in data.getlist("columns")[:_MOST] if name in registry)
    return [(name, width_in(data.get(f"width-{name}", ""))) for name in names]


def width_in(text: str) -> int | None:
    """A width in characters, brought between the narrowest and the widest; nothing where there is none."""
    clean = text.strip()
    if not (clean.isascii() and clean.isdigit() and len(clean) <= len(str(WIDEST))):
        return None
    return min(max(int(clean), NARROWEST), WIDEST)
