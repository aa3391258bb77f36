"""What a request says of the filter of its page, and the rows that its user sees then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.permissions import rights_in
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.notation import Condition, Filter, UnreadableFilterError, read_filter
from tasks.sheet.filtering.standing import filtered_rows
from tasks.sheet.sorting.reading import UNSORTED, SortReading, read_order
from tasks.sheet.visible import visible_rows

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import Right
    from projects.requests import SignedInRequest
    from tasks.sheet.visible import VisibleRows

#: Digits of a revision, and more.
_LONGEST: Final = 12
NOTHING: Final = Filter()


@dataclass(frozen=True, slots=True)
class FilterReading:
    """A filter as its user may have it, since when it stands, and what of it was left out, in sentences; with the order of rows."""

    filter: Filter = NOTHING
    at: int | None = None
    problems: tuple[str, ...] = ()
    order: SortReading = UNSORTED

    def rows(self, project: Project, user: User) -> VisibleRows:
        """The rows that this user sees of a plan."""
        if self.filter:
            visible = filtered_rows(project, user, self.filter, at=self.at, on=timezone.localdate())
        else:
            visible = visible_rows(project, user)
        return self.order.rows(project, visible)


def read_asked(request: SignedInRequest, project: Project) -> FilterReading:
    """`filter` of a request, with `filtered` the revision at which its page was filtered; one that cannot be read leaves out nothing."""
    fields = request.POST if request.method == "POST" else request.GET
    order = read_order(request, project)
    found = read_text(fields.get("filter", ""), project, request.user)
    at = fields.get("filtered", "")
    revision = int(at) if at.isascii() and at.isdigit() and len(at) <= _LONGEST and found.filter else None
    return replace(found, at=revision, problems=(*found.problems, *order.problems), order=order)


def read_text(text: str, project: Project, user: User) -> FilterReading:
    """A filter as it is written, as far as this user may have it; no right is asked for where no condition needs one."""
    try:
        found = read_filter(text.strip())
    except UnreadableFilterError as error:
        return FilterReading(problems=(str(error),))
    if all(registry[name].right is None for name in _columns(found)):
        return FilterReading(found)
    return _allowed(FilterReading(found), rights_in(user, project))


def visible_to(request: SignedInRequest, project: Project) -> VisibleRows:
    """The rows of a plan as the page of this request shows them."""
    return read_asked(request, project).rows(project, request.user)


def _columns(filter_: Filter) -> list[str]:
    return [term.column for term in filter_.terms if isinstance(term, Condition)]


def _allowed(reading: FilterReading, rights: Collection[Right]) -> FilterReading:
    """Without conditions over what this user may not see: by which rows are there, an amount could be told."""
    held = {None, *rights}
    closed = {name for name in _columns(reading.filter) if registry[name].right not in held}
    groups = (
        tuple(term for term in group if not (isinstance(term, Condition) and term.column in closed))
        for group in reading.filter.groups
    )
    said = _("「%(column)s」の条件は、あなたの権限では見られない値のため外しました。")
    problems = tuple(said % {"column": registry[name].title} for name in sorted(closed))
    left = Filter(tuple(group for group in groups if group))
    return replace(reading, filter=left, problems=(*problems, *reading.problems))
