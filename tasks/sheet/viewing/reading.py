"""Which view a request looks through, and the columns that its user sees then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from tasks.gantt.canvas import View
from tasks.gantt.geometry.scale import ZOOMS
from tasks.models import SheetView
from tasks.sheet.choosing.services import EVERYONE, Base, kept_columns, pane_width, shown_columns
from tasks.sheet.filtering.notation import read_filter
from tasks.sheet.sorting.notation import read_sort
from tasks.sheet.viewing.built_in import BUILT_IN
from tasks.sheet.viewing.seen import Place, Seen, SheetLook, seen_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from projects.models import Project
    from projects.permissions import Right
    from projects.requests import SignedInRequest
    from tasks.sheet.choosing.services import ShownColumn

_KNOWN: Final = "_view_looked_through"
#: Fields of an address that belong to a look.
FIELDS: Final = ("view", "filter", "sort", "zoom", "show")
_LONGEST_KEY: Final = 18


def view_in(request: SignedInRequest, project: Project) -> Seen | None:
    """The view that `?view=` names; None without one, and where this user has none like that. One query at most a request."""
    known: dict[str, Seen | None] = request.__dict__.setdefault(_KNOWN, {})
    key = asked_view(request)
    if key not in known:
        known[key] = find_view(request, project, key)
    return known[key]


def asked_view(request: SignedInRequest) -> str:
    """The view that a request names, whether there is one or not."""
    return (request.GET.get("view") or request.POST.get("view") or "")[:_LONGEST_KEY]


def find_view(request: SignedInRequest, project: Project, key: str) -> Seen | None:
    """A view by its name in addresses: a number where it was saved, a word where it is built in."""
    if not (key.isascii() and key.isdigit()):
        return BUILT_IN.get(key)
    saved = SheetView.objects.offered_to(request.user, project).filter(pk=int(key)).first()
    return seen_of(saved) if saved else None


def base_of(view: Seen | None) -> Base:
    """The columns that a user has before they choose others."""
    return Base(view.key, view.look.columns, view.look.pane_width) if view else EVERYONE


def columns_in(
    request: SignedInRequest, project: Project, rights: Collection[Right]
) -> tuple[ShownColumn, ...]:
    """The columns of this page: those of its view, as far as this user may see them and has not chosen otherwise."""
    return shown_columns(request.user, project, rights, base_of(view_in(request, project)))


def pane_in(request: SignedInRequest, project: Project) -> int | None:
    """Pixels of the table that are seen beside the chart, where the user or the view says so."""
    return pane_width(request.user, project, base_of(view_in(request, project)))


def look_in(request: SignedInRequest, project: Project, fields: Mapping[str, str]) -> SheetLook:
    """The look of a page by the fields of its address, with the columns that its user has there. Raises
    UnreadableFilterError and UnreadableSortError.

    Columns that this user may not see stay: who saves a view takes nothing from those who may.
    """
    view = find_view(request, project, fields.get("view", ""))
    columns, pane = kept_columns(request.user, project, base_of(view))
    zoom = fields.get("zoom", "")
    return SheetLook(
        face=Place.BESIDE if fields.get("face") == Place.BESIDE else Place.ALONE,
        columns=tuple((name, width) for name, width in columns),
        pane_width=pane,
        filter=str(read_filter(fields.get("filter", ""))),
        sort=str(read_sort(fields.get("sort", ""))),
        zoom=zoom if zoom in ZOOMS else "",
        show=View.read(fields).show if "show" in fields else "",
    )


def page_fields(request: SignedInRequest) -> dict[str, str]:
    """What the address of the page that asks for a menu says: as htmx names it, or where the request came from."""
    address = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    found = {
        name: value for name, value in parse_qsl(address.query, keep_blank_values=True) if name in FIELDS
    }
    return found | {"face": Place.BESIDE if "/gantt/" in address.path else Place.ALONE}


def is_changed(look: SheetLook, view: Seen) -> bool:
    """Whether a page shows other rows or columns than its view; a chart is moved and scaled too often to be told of."""
    same = replace(view.look, face=look.face, pane_width=look.pane_width, zoom=look.zoom, show=look.show)
    return look != same
