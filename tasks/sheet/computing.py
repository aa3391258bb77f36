"""What is made of rows for custom fields: what formulas come to, of summaries what their tasks come to, and marks. All in one pass."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import lru_cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import get_language

from projects.caching import digest, per_revision
from projects.in_hand import project_in_hand
from tasks.formulas.checking import check
from tasks.formulas.errors import FormulaError
from tasks.formulas.running import Moments, run, text_of
from tasks.models import FieldKind, RollUp, Task
from tasks.plan.agreed_costs import HUNDREDTHS
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.custom import fields_in_use
from tasks.sheet.columns.typed import LONGEST_TEXT
from tasks.sheet.formulas import columns_named, fields_in_order, kinds_of, names_in, read_formula, value_for
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_of, rows_within
from tasks.sheet.sources import Scope
from tasks.sheet.visible import VisibleRows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from projects.models import Project
    from tasks.sheet.columns.column import Row
    from tasks.sheet.columns.custom import Declared
    from tasks.sheet.look import Look


def _number(text: str) -> int | float:
    return float(text) if "." in text or "e" in text else int(text)


#: What the text of a JSON value is, as rows keep it; texts, days and keys are what they are.
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    FieldKind.NUMBER: _number, FieldKind.MONEY: int, FieldKind.DURATION: int, FieldKind.FLAG: lambda text: text == "true" or None,
}  # fmt: skip
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
    """Of rows what is computed for them, by the columns of the fields, as rows keep values; under "f12.mark" the tone of a mark.

    One query over the rows, and those of the columns that formulas name, whatever number of fields. Where a field rolls up it is
    over the whole plan, else over the rows that are asked about.
    """
    fields, project = fields_in_use(), project_in_hand()
    if project is None or project.pk != scope.project_id or not any(field.is_computed for field in fields):
        return {}
    columns, on = columns_named(fields), timezone.localdate()
    if not (scope.is_whole or any(field.roll_up for field in fields)):
        rows = list(rows_of(project, scope.ids, (_held(_needed(fields)), *columns), on=on).values())
        return _Pass(project, fields, columns, rows).found
    found = _of_plan(project, fields, columns, on)
    return found if scope.is_whole else {pk: found[pk] for pk in scope.ids if pk in found}


def kept_in_plan(field: Declared, project: Project) -> dict[int, Any]:
    """What stands in a field by the ids of tasks, as rows keep it, without rows that have nothing; one query, and that of what is computed."""
    found: dict[int, Any] = {}
    if not field.formula:
        tasks = Task.objects.filter(project=project, deleted_at__isnull=True)
        if field.roll_up:
            tasks = tasks.filter(is_summary=False)
        held = tasks.annotate(held=KeyTextTransform(field.column, field.holder)).filter(held__isnull=False)
        read = _READ.get(field.kind, str)
        found = {pk: read(text) for pk, text in held.order_by().values_list("pk", "held")}
    if not field.is_stored:
        whole = computed(Scope(project.pk, (), is_whole=True))
        found |= {pk: values[field.column] for pk, values in whole.items() if field.column in values}
    return found


def _needed(fields: Sequence[Declared]) -> tuple[Declared, ...]:
    """The typed ones that anything is made of."""
    texts = [
        text for field in fields for text in (field.formula, *(mark for _tone, mark in field.marks)) if text
    ]
    names = names_in(texts)
    return tuple(field for field in fields if not field.formula and (field.roll_up or field.column in names))


@lru_cache(maxsize=256)
def _held(fields: tuple[Declared, ...]) -> Column:
    """What rows hold of these fields, each for itself: to read all of ten thousand JSON texts takes longer than to compute."""
    paths = {field.column: KeyTextTransform(field.column, field.holder) for field in fields}
    return Column(
        name="held",
        header="",
        annotations={f"held_{name}": partial(_path, path) for name, path in paths.items()},
    )


def _path(path: KeyTextTransform, _on: date) -> KeyTextTransform:
    return path


def _of_plan(
    project: Project, fields: tuple[Declared, ...], columns: tuple[Column, ...], on: date
) -> dict[int, dict[str, Any]]:
    """Of all rows, kept for those who scroll until the plan changes: by its revision, the day and the declarations.

    Where a formula names what hangs on other plans or on rates, nothing is kept.
    """

    def compute() -> dict[int, dict[str, Any]]:
        everything = VisibleRows(project.task_count, (), frozenset())
        rows = rows_within(
            project, everything, (_held(_needed(fields)), *columns), first=0, count=project.task_count, on=on
        )
        found = _Pass(project, fields, columns, rows).found
        return {pk: values for pk, values in found.items() if values}

    if any(column.sources for column in columns):
        return compute()
    return per_revision(project, f"gantt:fields:{digest(repr(fields))}:{on}:{get_language()}", compute)


class _Pass:
    """All fields of a project over some rows, each field behind those that it needs."""

    def __init__(
        self, project: Project, fields: Sequence[Declared], columns: Iterable[Column], rows: Sequence[Row]
    ) -> None:
        self.project, self.rows, self.kinds = project, rows, kinds_of(fields)
        self.found: dict[int, dict[str, Any]] = {row.id: {} for row in rows}
        today = timezone.localdate()
        self.moments = Moments(today, project.status_on or today)
        look = make_look(project)
        self.given = {column.name: value_for(column, _bare(column, rows, look)) for column in columns}
        for field in (*_needed(fields), *_in_order(fields)):
            self._take(field)
        for field in fields:
            for tone, condition in reversed(field.marks):
                self._mark(field, tone, condition)

    def _take(self, field: Declared) -> None:
        if field.formula:
            values = [_kept(field, value, self.project) for value in self._run(field.formula)]
        else:
            values = self._held(field)
        if field.roll_up:
            lines = [(row.id, row.outline_level, row.is_summary, row.is_active) for row in self.rows]
            under = rolled_up(field, lines, values)
            values = [
                under.get(row.id) if row.is_summary else value
                for row, value in zip(self.rows, values, strict=True)
            ]
        self.given[field.column] = [_given(field, value, self.project) for value in values]
        for row, value in zip(self.rows, values, strict=True):
            if value is not None and (field.formula or (field.roll_up and row.is_summary)):
                self.found[row.id][field.column] = value

    def _held(self, field: Declared) -> list[Any]:
        texts = map(attrgetter(f"held_{field.column}"), self.rows)
        read = _READ.get(field.kind)
        return list(texts) if read is None else [None if text is None else read(text) for text in texts]

    def _mark(self, field: Declared, tone: str, condition: str) -> None:
        for row, holds in zip(self.rows, self._run(condition), strict=True):
            if holds:
                self.found[row.id][f"{field.column}.mark"] = tone

    def _run(self, text: str) -> list[Any]:
        """What a formula comes to; nothing where a column is gone, or a field is not used here, that it names."""
        try:
            formula = read_formula(text)
            check(formula.node, self.kinds)
            return run(formula.node, self.given, len(self.rows), self.moments)
        except FormulaError:
            return [None] * len(self.rows)


def _in_order(fields: Sequence[Declared]) -> list[Declared]:
    try:
        return fields_in_order(fields)
    except FormulaError:
        # Refused when it is written: such fields come from past the services.
        return []


def _bare(column: Column, rows: Sequence[Row], look: Look) -> list[Any]:
    return [column.value_of(row, look) for row in rows]


def _given(field: Declared, kept: Any, project: Project) -> Any:
    """A value as it is kept, as formulas have it."""
    if kept is None:
        return False if field.kind == FieldKind.FLAG else None
    match field.kind:
        case FieldKind.DATE:
            return date.fromisoformat(kept)
        case FieldKind.MONEY:
            return kept / HUNDREDTHS
        case FieldKind.DURATION:
            return kept / project.minutes_per_day
        case FieldKind.CHOICE:
            return field.labels.get(kept)
    return kept


def _kept(field: Declared, value: Any, project: Project) -> Any:
    """What a formula came to, as rows keep values of the kind."""
    if value is None or value == "":
        return None
    match field.kind:
        case FieldKind.TEXT:
            return text_of(value)[:LONGEST_TEXT]
        case FieldKind.NUMBER:
            rounded = round(value, 4)
            return int(rounded) if rounded == int(rounded) else rounded
        case FieldKind.DATE:
            return value.isoformat()
        case FieldKind.MONEY:
            return round(value * HUNDREDTHS)
        case FieldKind.DURATION:
            return round(value * project.minutes_per_day)
    return True if value else None


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
