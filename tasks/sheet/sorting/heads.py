"""Heads of groups: what rows are put together by, how many they are, and what their values come to.

They are no tasks: nothing is typed there, and keys pass them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import ngettext

from config.web import formats
from tasks.gantt.geometry.markup import escape
from tasks.models import Task
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.kinds import SummaryRule, ValueKind, spell
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_of, within

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date

    from projects.models import Project
    from tasks.sheet.html import Head
    from tasks.sheet.visible import VisibleRows

#: What a head says of a column, by what a summary shows of it.
_RULES: Final[Mapping[SummaryRule, Callable[[Iterable[Any]], Any]]] = {
    SummaryRule.SUM: sum,
    SummaryRule.EARLIEST: min,
    SummaryRule.LATEST: max,
}


def draw_heads(
    project: Project, visible: VisibleRows, columns: Sequence[Column], *, first: int, count: int, on: date,
    only: Collection[int] | None = None,
) -> list[Head]:  # fmt: skip
    """The heads among some places (counted from 0), as rows of the table. Of a sheet without groups no query, else two and those of the columns.

    `only`: those alone that have one of these tasks below them.
    """
    if visible.ordered is None or not visible.ordered.groups:
        return []
    heads = visible.heads(first, count)
    numbers = [number for _place, _group, rows in heads for number in rows]
    if not numbers:
        return []
    tasks = Task.objects.filter(
        within([(number, number) for number in numbers]), project=project, deleted_at__isnull=True
    )
    ids = dict(tasks.values_list("row_number", "pk"))
    if only is not None:
        heads = [head for head in heads if any(ids.get(number) in only for number in head[2])]
        numbers = [number for _place, _group, rows in heads for number in rows]
    told = tuple(column for column in columns if column.summary in _RULES)
    rows = rows_of(project, [ids[number] for number in numbers if number in ids], told, on=on) if told else {}
    by_number = {row.row_number: row for row in rows.values()}
    look = make_look(project)
    words = visible.ordered.groups
    return [
        (
            place,
            _head(
                place,
                group,
                words[group],
                len(own),
                columns,
                [by_number[n] for n in own if n in by_number],
                look,
            ),
        )
        for place, group, own in heads
    ]


def _head(
    place: int, group: int, words: str, count: int, columns: Iterable[Column], rows: list[Any], look: Any
) -> str:
    cells = "".join(_cell(column, words, count, rows, look) for column in columns)
    return (
        f'<tr class="row--group" id="group-{group}" aria-level="1" aria-rowindex="{place + 2}">{cells}</tr>'
    )


def _cell(column: Column, words: str, count: int, rows: list[Any], look: Any) -> str:
    if column.kind is ValueKind.NAME:
        said = ngettext("%(number)s件", "%(number)s件", count) % {"number": formats.number(count)}
        return f'<th scope="row" data-column="{column.name}"><span class="cut">{escape(words)}</span> <span class="faint">{escape(said)}</span></th>'
    side = ' class="num"' if column.is_figure else ""
    return f'<td data-column="{column.name}"{side}>{escape(_told(column, rows, look))}</td>'


def _told(column: Column, rows: list[Any], look: Any) -> str:
    rule = _RULES.get(column.summary)
    values = [value for row in rows if (value := column.value_of(row, look)) is not None] if rule else []
    return spell(rule(values), column.kind) if rule and values else ""
