"""How a sheet is looked at: what a view keeps, whether it was saved or is built in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

    from tasks.models import SheetView

#: Names of columns with their widths in characters, or None for their own.
Widths = tuple[tuple[str, int | None], ...]


class Place(StrEnum):
    """How the sheet is opened, by the name of its address: alone, or with the chart beside it."""

    ALONE = "wbs"
    BESIDE = "gantt"


@dataclass(frozen=True, slots=True)
class SheetLook:
    """All that a view says, each as its address spells it."""

    face: Place = Place.ALONE
    #: None at all: those that everyone sees.
    columns: Widths = ()
    pane_width: int | None = None
    filter: str = ""
    sort: str = ""
    #: The chart's scale and switches; empty: as everyone has them.
    zoom: str = ""
    show: str = ""

    @property
    def in_address(self) -> dict[str, str]:
        """Fields of an address that shows it; `sort` is always there, by which an address says that it was opened already."""
        found = {"filter": self.filter, "zoom": self.zoom, "show": self.show}
        return {"sort": self.sort, **{name: value for name, value in found.items() if value}}


@dataclass(frozen=True, slots=True)
class Seen:
    """A view that a user looks through; `key` names it in addresses."""

    key: str
    name: _StrPromise | str
    look: SheetLook
    #: Its row; None where it is built in.
    saved: SheetView | None = None


def widths_of(columns: Sequence[Sequence[object]]) -> Widths:
    """Columns as a row of the database keeps them."""
    return tuple((str(name), width if isinstance(width, int) else None) for name, width in columns)


def seen_of(view: SheetView) -> Seen:
    """A view that was saved."""
    look = SheetLook(
        face=Place(view.face), columns=widths_of(view.columns), pane_width=view.pane_width,
        filter=view.filter, sort=view.sort, zoom=view.zoom, show=view.show,
    )  # fmt: skip
    return Seen(str(view.pk), view.name, look, view)
