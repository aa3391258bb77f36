"""What is selected of a sheet: which tasks, and what their cells come to. Most of the rows may not be on the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import formats
from tasks.models import Task
from tasks.sheet.columns.kinds import ValueKind, spell
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within, within

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from projects.models import Project
    from tasks.sheet.columns.column import Column, Row
    from tasks.sheet.visible import VisibleRows

#: Kinds whose values are added up.
SUMMED: Final = (ValueKind.HOURS, ValueKind.DAYS, ValueKind.YEN)


@dataclass(frozen=True)
class Selected:
    """Rows between two tasks (all of them where none is named), with some more and without some."""

    first: int | None = None
    last: int | None = None
    more: tuple[int, ...] = ()
    without: tuple[int, ...] = ()

    @property
    def has_range(self) -> bool:
        """Whether rows are selected beside those that were chosen one by one."""
        return bool(self.first or self.last or not self.more)

    def stretches(self, project: Project, visible: VisibleRows) -> list[tuple[int, int]]:
        """The rows of the range by their numbers; hidden ones are left out."""
        ends = [end for end in (self.first, self.last) if end]
        if not ends:
            return visible.ranges(1, visible.count)
        tasks = Task.objects.filter(project=project, deleted_at__isnull=True, pk__in=ends)
        places = [visible.position_of(row) for row in tasks.values_list("row_number", flat=True) if row]
        return visible.ranges(min(places), max(places)) if places else []


def rows_chosen(project: Project, visible: VisibleRows, chosen: Selected) -> Q:
    """The selected tasks among those of the project."""
    found = Q(pk__in=chosen.more)
    stretches = chosen.stretches(project, visible)
    if stretches and chosen.has_range:
        found |= within(stretches) & ~Q(pk__in=chosen.without)
    return found


def selected_ids(project: Project, visible: VisibleRows, chosen: Selected, most: int) -> list[int]:
    """Tasks from top to bottom, and behind them those that were chosen one by one; one more than `most` at most."""
    stretches = chosen.stretches(project, visible)
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True)
    found: list[int] = []
    if stretches and chosen.has_range:
        inside = tasks.filter(within(stretches)).exclude(pk__in=chosen.without)
        found = _from_top(inside, visible, most + 1)
    known = set(found)
    there = set(tasks.filter(Q(pk__in=chosen.more)).values_list("pk", flat=True))
    return [*found, *(pk for pk in chosen.more if pk in there and pk not in known)][: most + 1]


def _from_top(tasks: QuerySet[Task], visible: VisibleRows, most: int) -> list[int]:
    """Ids of tasks as they are seen from top to bottom, so many at most."""
    rows = tasks.order_by("row_number")
    if visible.order is None:
        return list(rows.values_list("pk", flat=True)[:most])
    found = [(visible.position_of(row or 0), pk) for row, pk in rows.values_list("row_number", "pk")]
    return [pk for _place, pk in sorted(found)[:most]]


def words(
    project: Project, ids: Sequence[int], columns: Sequence[Column], *, visible: VisibleRows, on: date
) -> str:
    """How many rows these are, what their amounts come to, the earliest and the latest of their days."""
    said = [ngettext("%(count)d行を選択", "%(count)d行を選択", len(ids)) % {"count": len(ids)}]
    figures = tuple(column for column in columns if column.kind in {*SUMMED, ValueKind.DAY})
    if not figures or not ids:
        return said[0]
    rows = rows_within(project, visible, figures, first=0, count=visible.count, on=on, only=set(ids))
    return _("・").join([*said, *_figures(rows, figures, make_look(project))])


def _figures(rows: Sequence[Row], columns: Iterable[Column], look: Any) -> list[str]:
    alone = _without_sums(rows)
    sums: dict[ValueKind, float] = {}
    days: list[date] = []
    for column in columns:
        is_sum = column.kind in SUMMED
        values = [column.value_of(row, look) for row in (alone if is_sum else rows)]
        known = [value for value in values if value is not None]
        if is_sum:
            sums[column.kind] = sums.get(column.kind, 0) + sum(known)
        else:
            days += known
    said = [_("合計 %(amount)s") % {"amount": _amount(value, kind)} for kind, value in sums.items()]
    if days:
        ends = {"first": formats.day_plain(min(days)), "last": formats.day_plain(max(days))}
        said.append(_("最早 %(first)s・最遅 %(last)s") % ends)
    return said


def _amount(value: float, kind: ValueKind) -> str:
    if kind is ValueKind.DAYS:
        return _("%(days)s日") % {"days": formats.number(value, 1)}
    return spell(round(value), kind)


def _without_sums(rows: Sequence[Row]) -> Collection[Row]:
    """A summary whose children are among the rows would count them twice."""
    levels = {row.row_number: row.outline_level for row in rows}
    return [
        row for row in rows if not (row.is_summary and levels.get(row.row_number + 1, 0) > row.outline_level)
    ]
