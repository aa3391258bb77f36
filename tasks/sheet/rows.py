"""The rows of a plan as columns ask for them: one loader for the sheet, the chart, the drawer and reports.

Nothing here grows with the plan: rows are found by their numbers, what hangs on them by the tasks of the window.
"""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from tasks.models import Task
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.sources import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from projects.models import Project
    from tasks.sheet.columns.column import Row
    from tasks.sheet.sources import Source
    from tasks.sheet.visible import VisibleRows

#: What every row has, whatever columns are shown: by these it is drawn.
BASE: Final = (
    "id", "row_number", "outline_level", "wbs_code", "name", "is_summary", "is_milestone", "is_active",
    "progress_percentage",
)  # fmt: skip
#: From so many rows on, what hangs on them is asked for by the plan and not by their ids.
MANY: Final = 1_000
#: More stretches than these are asked for by their rows: a filter leaves thousands, and each would be a condition.
MOST_STRETCHES: Final = 4


class _Question(NamedTuple):
    """What some columns need, each once: columns of the table, expressions, other tables; and the row that holds it."""

    fields: tuple[str, ...]
    annotations: Mapping[str, Callable[[date], Any]]
    sources: tuple[Source, ...]
    make: Callable[[Iterable[Any]], Row]


@lru_cache(maxsize=64)
def _question(columns: tuple[Column, ...], *, is_drawer: bool) -> _Question:
    fields = dict.fromkeys(BASE)
    annotations: dict[str, Callable[[date], Any]] = {}
    sources: dict[str, Source] = {}
    for column in columns:
        fields |= dict.fromkeys(column.fields)
        annotations |= column.annotations
        is_fact = is_drawer and column.fact is not None
        if is_fact:
            fields |= dict.fromkeys(column.fact_fields)
        sources |= {source.name: source for source in (column.fact_sources if is_fact else column.sources)}
    row = namedtuple("row", [*fields, *annotations, *sources, "place"])  # type: ignore[misc]  # its fields are known only now
    return _Question(tuple(fields), annotations, tuple(sources.values()), cast("Any", row._make))


def rows_within(
    project: Project, visible: VisibleRows, columns: tuple[Column, ...], *, first: int, count: int, on: date,
    only: Collection[int] | None = None,
) -> list[Row]:  # fmt: skip
    """Shown rows from place `first` (counted from 0), in order; one query, and one for each source of the columns.

    `only` leaves out other tasks.
    """
    stretches = visible.ranges(first + 1, first + count)
    if not stretches:
        return []
    places: dict[int, int] = {}
    for begin, end in stretches:
        # Heads of groups stand between rows.
        before = (first + len(places) if visible.order is None else visible.position_of(begin) - 1) - begin
        places |= {number: number + before for number in range(begin, end + 1)}
    tasks = Task.objects.filter(within(stretches), project=project, deleted_at__isnull=True)
    if only is not None and len(only) <= len(places):
        tasks = tasks.filter(pk__in=only)
    question = _question(columns, is_drawer=False)
    found = _ask(tasks.order_by("row_number"), question, on)
    if only is not None:
        # A thousand ids in a question cost more than the few rows of a window too many.
        found = [values for values in found if values[0] in only]
    if visible.order is not None:
        found.sort(key=lambda values: places[values[1]])
    return _rows(project, question, found, places)


def rows_of(
    project: Project, task_ids: Collection[int], columns: tuple[Column, ...], *, on: date
) -> dict[int, Row]:
    """Some tasks of a plan by their ids, wherever they stand; as many queries for one as for thousands."""
    question = _question(columns, is_drawer=False)
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True, pk__in=task_ids)
    found = _ask(tasks.order_by("row_number"), question, on)
    return {row.id: row for row in _rows(project, question, found, {})}


def row_of(task: Task, columns: tuple[Column, ...], *, on: date) -> Row:
    """One task with all that these columns say of it in a drawer."""
    question = _question(columns, is_drawer=True)
    found = _ask(Task.objects.filter(pk=task.pk), question, on)
    return _rows(task.project, question, found, {})[0]


def within(stretches: Iterable[tuple[int, int]]) -> Q:
    """Rows by their numbers."""
    stretches = list(stretches)
    if len(stretches) > MOST_STRETCHES:
        numbers = [number for first, last in stretches for number in range(first, last + 1)]
        return Q(RawSQL("tasks.row_number = ANY(%s::integer[])", [numbers], output_field=BooleanField()))  # nosec B611  # the numbers are a parameter
    if not stretches:
        return Q(pk__in=[])
    rows = Q()
    for stretch in stretches:
        rows |= Q(row_number__range=stretch)
    return rows


def _ask(tasks: QuerySet[Task], question: _Question, on: date) -> list[tuple[Any, ...]]:
    made = {name: make(on) for name, make in question.annotations.items()}
    return list(tasks.annotate(**made).values_list(*question.fields, *made))


def _rows(
    project: Project, question: _Question, found: list[tuple[Any, ...]], places: Mapping[int, int]
) -> list[Row]:
    if not found:
        return []
    scope = Scope(project.pk, [values[0] for values in found], is_whole=len(found) > MANY)
    answers = [(source.load(scope).get, source.nothing) for source in question.sources]
    make, place_of = question.make, places.get
    return [
        make((*values, *[answer(values[0], nothing) for answer, nothing in answers], place_of(values[1], 0)))
        for values in found
    ]


class _Held:
    """A task in memory as a row: fields are its own; what stands in other tables is asked for when a column reads it."""

    def __init__(self, task: Task, column: Column) -> None:
        self._task = task
        self._sources = {source.name: source for source in column.sources}

    def __getattr__(self, name: str) -> Any:
        source = self._sources.get(name)
        if source is None:
            found: Any = self._task
            for part in name.split("__"):
                found = getattr(found, part) if found is not None else None
            return found
        return source.load(Scope(self._task.project_id, [self._task.pk])).get(self._task.pk, source.nothing)


def text_of(task: Task, name: str) -> str:
    """What the sheet shows in one cell of this task, as it is in memory."""
    column = registry[name]
    return column.text_of(cast("Any", _Held(task, column)), make_look(task.project))
