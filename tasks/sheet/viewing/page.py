"""What the sheet's page shows of its view: the name on a button, and the menu that the button opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from projects.permissions import rights_in
from tasks.models import SheetView
from tasks.sheet.filtering.notation import UnreadableFilterError
from tasks.sheet.folding import levels_of
from tasks.sheet.sorting.notation import FLAT, UnreadableSortError
from tasks.sheet.viewing.built_in import BUILT_IN
from tasks.sheet.viewing.reading import asked_view, find_view, is_changed, look_in, page_fields, view_in
from tasks.sheet.viewing.seen import Place, Seen, seen_of
from tasks.sheet.viewing.services import NEEDS, Keeping, keeping_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.sheet.visible import VisibleRows


class ViewButton(NamedTuple):
    """The view of a page: how addresses and readers name it, and what is wrong with the one that was asked for."""

    key: str
    name: str
    problem: str = ""


def view_button(request: SignedInRequest, project: Project) -> ViewButton:
    """The view that this page looks through, or none."""
    view = view_in(request, project)
    if view:
        return ViewButton(view.key, str(view.name))
    gone = _("このビューは削除されたか、あなたには見えません。計画をそのまま表示しています。")
    return ViewButton("", "", gone if asked_view(request) else "")


def opened_view(request: SignedInRequest, project: Project) -> str:
    """Where `?view=` leads: to the address that says all that the view shows; empty where the address does already.

    Conditions and order stand in the address then, so that they can be changed there, and a link to what was changed shows that.
    """
    view = view_in(request, project)
    if view is None or "sort" in request.GET:
        return ""
    fields = view.look.in_address | request.GET.dict()
    return f"{request.path}?{urlencode({'view': view.key, **fields})}"


def asked_of(request: SignedInRequest, project: Project, visible: VisibleRows) -> str:
    """What each request of this page says beside its filter, as a query: its view, its order and since when that stands."""
    view, order = view_in(request, project), visible.ordered
    fields = {"view": view.key} if view else {}
    if order:
        fields |= {"sort": order.sort, "sorted": str(order.at)}
    return urlencode(fields)


@dataclass(frozen=True, slots=True)
class ViewItem:
    """A view of the menu."""

    name: str
    address: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class ViewMenu:
    """Views that can be chosen, by whom they are kept for, and what can be done with the one that is on."""

    groups: list[tuple[str, list[ViewItem]]]
    #: The plan without a view.
    plain: ViewItem
    current: Seen | None
    is_changed: bool
    may_keep: bool
    #: Levels down to which rows can be shown; none where all branches are open.
    levels: list[int]
    #: What the page shows, as fields of an address, and in one piece.
    fields: dict[str, str]
    query: str


def view_menu(request: SignedInRequest, project: Project) -> ViewMenu:
    """The menu of the page that asks for it. Two queries, and those of the columns that its user has chosen."""
    fields = page_fields(request)
    current = find_view(request, project, fields.get("view", ""))
    try:
        changed = current is not None and is_changed(look_in(request, project, fields), current)
    except (UnreadableFilterError, UnreadableSortError):
        changed = False
    face = Place(fields["face"])
    return ViewMenu(
        groups=_groups(request, project, current),
        plain=ViewItem(_("ビューなし"), reverse(f"tasks:{face}", args=[project.pk]), current is None),
        current=current,
        is_changed=changed,
        may_keep=bool(current and current.saved and may_keep(request, project, current.saved)),
        levels=_levels(project, fields),
        fields=fields,
        query=urlencode(fields),
    )


def _levels(project: Project, fields: Mapping[str, str]) -> list[int]:
    """Of a filtered sheet, and of a list without levels, there is nothing to be closed."""
    if fields.get("filter") or FLAT in fields.get("sort", "").split():
        return []
    deepest = levels_of(project)
    return list(range(1, deepest + 1)) if deepest > 1 else []


def may_keep(request: SignedInRequest, project: Project, saved: SheetView) -> bool:
    """Whether this user may change a view that they are offered."""
    needed = NEEDS.get(keeping_of(saved))
    return needed is None or needed in rights_in(request.user, project)


def _groups(
    request: SignedInRequest, project: Project, current: Seen | None
) -> list[tuple[str, list[ViewItem]]]:
    saved: dict[Keeping, list[Seen]] = {}
    for view in SheetView.objects.offered_to(request.user, project).order_by("name", "pk"):
        saved.setdefault(keeping_of(view), []).append(seen_of(view))
    groups = [
        (_("標準のビュー"), list(BUILT_IN.values())),
        (_("組織のビュー"), saved.get(Keeping.ORGANIZATION, [])),
        (_("プロジェクトのビュー"), saved.get(Keeping.PROJECT, [])),
        (_("自分のビュー"), saved.get(Keeping.OWN, [])),
    ]
    return [(name, [_item(project, view, current) for view in views]) for name, views in groups if views]


def _item(project: Project, view: Seen, current: Seen | None) -> ViewItem:
    page = reverse(f"tasks:{view.look.face}", args=[project.pk])
    return ViewItem(str(view.name), f"{page}?view={view.key}", bool(current and current.key == view.key))
