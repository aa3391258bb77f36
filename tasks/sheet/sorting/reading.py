"""What a request says of the order of its page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.permissions import rights_in
from tasks.sheet.columns.registry import registry
from tasks.sheet.sorting.notation import Sort, UnreadableSortError, read_sort
from tasks.sheet.sorting.standing import ordered_rows

if TYPE_CHECKING:
    from projects.models import Project
    from projects.permissions import Right
    from projects.requests import SignedInRequest
    from tasks.sheet.visible import VisibleRows

#: Digits of a revision, and more.
_LONGEST: Final = 12
#: The order of the plan.
PLAN: Final = Sort()


@dataclass(frozen=True, slots=True)
class SortReading:
    """An order as its user may have it, since when it stands, and what of it was left out, in sentences."""

    sort: Sort = PLAN
    at: int | None = None
    problems: tuple[str, ...] = ()

    def rows(self, project: Project, visible: VisibleRows) -> VisibleRows:
        """The same rows in this order."""
        if not self.sort:
            return visible
        return ordered_rows(project, visible, self.sort, at=self.at, on=timezone.localdate())


UNSORTED: Final = SortReading()


def read_order(request: SignedInRequest, project: Project) -> SortReading:
    """`sort` of a request, with `sorted` the revision at which its page was sorted; one that cannot be read leaves the plan's order."""
    fields = request.POST if request.method == "POST" else request.GET
    text = fields.get("sort", "").strip()
    if not text:
        return UNSORTED
    try:
        found = read_sort(text)
    except UnreadableSortError as error:
        return SortReading(problems=(str(error),))
    at = fields.get("sorted", "")
    revision = int(at) if at.isascii() and at.isdigit() and len(at) <= _LONGEST else None
    if all(registry[name].right is None for name in found.columns):
        return SortReading(found, revision)
    return _allowed(found, revision, rights_in(request.user, project))


def _allowed(sort: Sort, at: int | None, rights: Collection[Right]) -> SortReading:
    """Without columns that this user may not see: by the order of rows amounts could be compared."""
    held = {None, *rights}
    closed = [name for name in sort.columns if registry[name].right not in held]
    keys = tuple(key for key in sort.keys if key.column not in closed)
    said = _("「%(column)s」での並べ替えは、あなたの権限では見られない値のため外しました。")
    problems = tuple(said % {"column": registry[name].title} for name in closed)
    group = sort.group if sort.group and sort.group.column not in closed else None
    return SortReading(Sort(keys, sort.flat, group), at, problems)
