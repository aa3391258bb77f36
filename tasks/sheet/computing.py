"""What is made of rows for custom fields: of summaries what their tasks come to."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

from django.db.models.fields.json import KeyTransform

from tasks.models import FieldKind, RollUp, Task
from tasks.sheet.columns.custom import fields_in_use

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from projects.models import Project
    from tasks.sheet.columns.custom import Declared
    from tasks.sheet.sources import Scope

#: Where a row stands, and whether it counts.
_LINE: Final = ("pk", "outline_level", "is_summary", "is_active")
#: Kept as whole numbers.
_WHOLE: Final = frozenset({FieldKind.MONEY, FieldKind.DURATION})
_RULES: Final[Mapping[str, Callable[[Sequence[Any]], Any]]] = {
    RollUp.SUM: sum,
    # Days are kept as 2026-04-01, which compare as what they are.
    RollUp.MIN: min,
    RollUp.MAX: max,
    RollUp.AVERAGE: lambda values: sum(values) / len(values),
}


def computed(scope: Scope) -> dict[int, dict[str, Any]]:
    """Of each summary what its tasks come to, by the columns of the fields that say so, as rows keep values.

    One query over the plan, whatever number of fields and rows; what is inactive does not count.
    """
    fields = [field for field in fields_in_use() if field.roll_up]
    if not fields:
        return {}
    made = {field.column: KeyTransform(field.column, field.holder) for field in fields}
    tasks = Task.objects.filter(project=scope.project_id, deleted_at__isnull=True).order_by("row_number")
    rows = list(tasks.annotate(**made).values_list(*_LINE, *made))
    found: dict[int, dict[str, Any]] = {row[0]: {} for row in rows if row[2]}
    lines = [row[:4] for row in rows]
    for at, field in enumerate(fields, len(_LINE)):
        for pk, value in rolled_up(field, lines, [row[at] for row in rows]).items():
            found[pk][field.column] = value
    return found


def summaries_above(project: Project, ids: Collection[int]) -> set[int]:
    """The summaries that show something else when these tasks do; none, and no query, where no field in use rolls up."""
    if not ids or not any(field.roll_up for field in fields_in_use()):
        return set()
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True)
    rows = sorted(row or 0 for row in tasks.filter(pk__in=ids).values_list("row_number", flat=True))
    heads = tasks.filter(is_summary=True).values_list("pk", "row_number", "descendant_count")
    return {
        pk
        for pk, row, below in heads
        if bisect_right(rows, (row or 0) + below) > bisect_right(rows, row or 0)
    }


def rolled_up(
    field: Declared, lines: Iterable[tuple[int, int, bool, bool]], values: Iterable[Any]
) -> dict[int, Any]:
    """Of each summary what a field comes to, where anything does. `lines` are ids, levels, whether they are summaries and are active."""
    found: dict[int, Any] = {}
    #: The summaries that are open, with their levels and what is under them so far: values, and how many rows there are.
    open_: list[tuple[int, int, list[Any], list[int]]] = []

    def close(level: int) -> None:
        while open_ and open_[-1][1] >= level:
            pk, _level, under, count = open_.pop()
            value = _of(field, under, count[0])
            if value is not None:
                found[pk] = value
            if open_:
                open_[-1][2].extend(under)
                open_[-1][3][0] += count[0]

    for (pk, level, is_summary, is_active), value in zip(lines, values, strict=True):
        close(level)
        if is_summary:
            open_.append((pk, level, [], [0]))
        elif open_ and is_active:
            open_[-1][3][0] += 1
            if value is not None:
                open_[-1][2].append(value)
    close(0)
    return found


def _of(field: Declared, values: Sequence[Any], count: int) -> Any:
    if field.roll_up == RollUp.ANY:
        return True if values else None
    if field.roll_up == RollUp.ALL:
        return True if count and len(values) == count else None
    if not values:
        return None
    value = _RULES[field.roll_up](values)
    # Amounts and minutes are whole as they are kept.
    return round(value) if field.roll_up == RollUp.AVERAGE and field.kind in _WHOLE else value
