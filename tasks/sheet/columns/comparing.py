"""How filters compare the values of a column: in the database where it knows them, in the unit that the page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Case, CharField, DateField, Exists, F, FloatField, Func, OuterRef, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.models import Assignment, TaskLink
from tasks.plan.lateness import DaysLate, PlannedProgress

if TYPE_CHECKING:
    from datetime import date

    from django.db import models
    from django.utils.functional import _StrPromise

    from projects.models import Project
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look

YES, NO = "yes", "no"
#: The answers to a question, as addresses spell them.
ANSWERS: Final[Mapping[str, _StrPromise | str]] = {YES: gettext_lazy("はい"), NO: gettext_lazy("いいえ")}


class Told(NamedTuple):
    """A text, and how it is read: names are sorted by their readings."""

    reading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compares:
    """What is compared of a column, twice: as an expression of `tasks`, and of a row that was loaded. Both say the same."""

    #: Of a project on a day; without it rows are loaded and looked at.
    sql: Callable[[Project, date], Any] | None = None
    #: Of a loaded row, where it is another than the column's value.
    value: Callable[[Row, Look], Any] | None = None
    #: The few values that it can have: how addresses spell them, and how readers do.
    choices: Mapping[str, _StrPromise | str] | None = None
    #: What rows are sorted and put together by, by the ids of tasks, where it stands in another table and rows would be loaded for it.
    by_task: Callable[[Project], Mapping[int, Told]] | None = None
    #: The values by the ids of tasks, without those that have none, where that is cheaper than loading rows.
    of_plan: Callable[[Project], Mapping[int, Any]] | None = None
    #: Whether there is anything, where the text stands in another table.
    is_filled: Callable[[], Any] | None = None


def figure(path: str) -> Compares:
    """A number or day that stands in the table as it is shown."""
    return Compares(sql=lambda _project, _on: F(path))


def flag(path: str) -> Compares:
    """The answer to a question."""
    return Compares(
        sql=lambda _project, _on: Case(
            When(**{path: True}, then=Value(YES)), default=Value(NO), output_field=CharField()
        ),
        value=lambda row, _look: YES if getattr(row, path) else NO,
        choices=ANSWERS,
    )


def choice(path: str, choices: type[models.TextChoices]) -> Compares:
    """One of a few values."""
    return Compares(
        sql=lambda _project, _on: F(path),
        value=lambda row, _look: getattr(row, path),
        choices=dict(choices.choices),
    )


def moment(path: str, *, is_end: bool = False) -> Compares:
    """The day of a minute on the wall clock; an end at midnight belongs to the day before (`ends_on`)."""
    # `ends_on` subtracts a minute, as the generated column `end_date` does; a moment at the end of a day begins the next.
    minute = f"tasks.{path}{' - 1' if is_end else ''}"
    sql = f"DATE '1970-01-01' + floor(({minute})::numeric / {MINUTES_PER_DAY})::integer"
    return Compares(sql=lambda _project, _on: RawSQL(sql, (), output_field=DateField()))  # nosec B611  # names of columns alone


def length(path: str, *, hides_nothing: bool = False) -> Compares:
    """Working time in days, not rounded; with `hides_nothing` zero is no value."""
    column = f"nullif(tasks.{path}, 0)" if hides_nothing else f"tasks.{path}"
    sql = f"{column}::double precision / %s"

    def days(row: Row, look: Look) -> float | None:
        minutes = getattr(row, path)
        if minutes is None or (hides_nothing and not minutes):
            return None
        return float(minutes / look.project.minutes_per_day)

    return Compares(
        sql=lambda project, _on: RawSQL(sql, (project.minutes_per_day,), output_field=FloatField()),  # nosec B611  # names of columns alone
        value=days,
    )


def duration() -> Compares:
    """How long a task takes in days, not rounded; a milestone has no length."""
    sql = (
        "CASE WHEN tasks.is_milestone AND NOT tasks.is_summary THEN NULL"
        f" ELSE tasks.duration_minutes::double precision / CASE WHEN tasks.is_elapsed THEN {MINUTES_PER_DAY} ELSE %s END END"
    )

    def days(row: Row, look: Look) -> float | None:
        if row.is_milestone and not row.is_summary:
            return None
        return float(
            row.duration_minutes / (MINUTES_PER_DAY if row.is_elapsed else look.project.minutes_per_day)
        )

    return Compares(
        sql=lambda project, _on: RawSQL(sql, (project.minutes_per_day,), output_field=FloatField()),  # nosec B611  # names of columns alone
        value=days,
    )


def without_nothing(path: str) -> Compares:
    """A figure of which zero is no value."""
    return Compares(
        sql=lambda _project, _on: Func(F(path), Value(0), function="NULLIF"),
        value=lambda row, _look: getattr(row, path) or None,
    )


def days_late() -> Compares:
    """By how many days a task is late, or nothing."""
    return Compares(sql=lambda _project, on: Func(DaysLate(on), Value(0), function="NULLIF"))


def planned_progress() -> Compares:
    """How far a task should have been by last night, in percent."""
    return Compares(sql=lambda _project, on: PlannedProgress(on))


def state(
    states: type[models.TextChoices], late: _StrPromise | str, of_row: Callable[[Row, Look], str]
) -> Compares:
    """Where a task stands, as its cell says it: late goes before its own state, and a summary stands where its children do."""
    own = dict(states.choices)

    def sql(_project: Project, on: date) -> Any:
        return Case(
            When(GreaterThan(DaysLate(on), 0), then=Value("late")),
            When(is_summary=True, progress_percentage=100, then=Value("completed")),
            When(is_summary=True, progress_percentage=0, then=Value("not_started")),
            When(is_summary=True, then=Value("in_progress")),
            default=F("status"),
            output_field=CharField(),
        )

    def stands(row: Row, look: Look) -> str:
        return "late" if row.days_late > 0 else of_row(row, look)

    return Compares(sql=sql, value=stands, choices={**own, "late": late})


def people() -> Compares:
    """Who works on it: none where nothing is assigned."""
    return Compares(is_filled=has_people, by_task=_people_told)


def _people_told(project: Project) -> dict[int, Told]:
    """Who works on each task, in the order in which they are shown; one query."""
    found: dict[int, Told] = {}
    rows = Assignment.objects.filter(project=project).order_by("pk")
    for task_id, kana, name in rows.values_list("task_id", "resource__kana", "resource__name"):
        before = found.get(task_id)
        reading = kana or name
        if before:
            # Microsoft Project, too, puts tasks of several together under all of them: a task stands once.
            found[task_id] = Told(f"{before.reading}、{reading}", f"{before.text}、{name}")
        else:
            found[task_id] = Told(reading, name)
    return found


def links_before() -> Compares:
    """Whether it waits for others; for which is looked at in loaded rows."""
    links = TaskLink.objects.filter(successor=OuterRef("pk"), predecessor__deleted_at__isnull=True)
    return Compares(is_filled=lambda: Exists(links))


def day_made(path: str) -> Compares:
    """The day of a moment of the world, where the reader is."""
    return Compares(sql=lambda _project, _on: TruncDate(path))


def has_people() -> Exists:
    """Whether any resource is assigned to a task."""
    return Exists(Assignment.objects.filter(task=OuterRef("pk")))
