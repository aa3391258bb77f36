"""Dates that are not the file's, as a list: before an import from its preview, afterwards from the tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse

from config.web.formats import NONE, day_plain
from config.web.pagination import Page, paginate
from projects.worktime.moments import MINUTES_PER_DAY, MINUTES_PER_HOUR
from tasks.importing.differences import EARLY_KIND, LATE_KIND, MOST_LISTED
from tasks.importing.words import REASONS, reason_text
from tasks.models import Task

if TYPE_CHECKING:
    from django.http import HttpRequest

    from projects.models import Project
    from tasks.models.tasks import TaskQuerySet

#: On a phone what is asked comes after the list.
PER_PREVIEW = 10
KINDS = (EARLY_KIND, LATE_KIND)
#: Where a task holds the reason.
REASON_OF = {EARLY_KIND: "recorded_reason", LATE_KIND: "extras__differs__late__reason"}


@dataclass(frozen=True, slots=True)
class Pair:
    """One date: in the file, and in the plan."""

    file: str
    here: str
    differs: bool


@dataclass(frozen=True, slots=True)
class DifferingTask:
    """One row of the list."""

    name: str
    number: str
    href: str | None
    pairs: tuple[Pair, Pair]  # start and finish
    reason: str
    cause: str = ""
    cause_href: str | None = None


@dataclass(frozen=True, slots=True)
class Differences:
    """One page of them, and what they can be narrowed down to."""

    kind: str
    reason: str
    counts: dict[str, int]
    reasons: list[tuple[str, str, int]]
    page: Page[Any]
    rows: list[DifferingTask]
    is_cut: bool = False


def of_preview(request: HttpRequest, summary: dict[str, Any]) -> Differences:
    """What a preview has kept: the first thousand of each kind."""
    kept = summary.get("differing", {})
    kind, reason = _asked(request)
    rows = kept.get(kind, [])
    chosen = [row for row in rows if reason in ("", row["reason"])]
    page = paginate(request, chosen, per_page=PER_PREVIEW)
    names = {row["uid"]: row["name"] for row in rows}
    return Differences(
        kind=kind,
        reason=reason,
        counts={each: len(kept.get(each, [])) for each in KINDS},
        reasons=_named(Counter(row["reason"] for row in rows)),
        page=page,
        rows=[_preview_row(row, names) for row in page.items],
        is_cut=len(rows) == MOST_LISTED,
    )


def _preview_row(row: dict[str, Any], names: dict[int, str]) -> DifferingTask:
    cause = row["cause"]
    return DifferingTask(
        name=row["name"],
        number=str(row["uid"]),
        href=None,
        pairs=(_pair(row["file"][0], row["here"][0]), _pair(row["file"][1], row["here"][1])),
        reason=reason_text(row["reason"]),
        cause="" if cause in (None, row["uid"]) else f"{cause} {names.get(cause, '')}".strip(),
    )


def of_project(request: HttpRequest, project: Project) -> Differences:
    """The tasks of a plan that do not have the dates of their file."""
    kind, reason = _asked(request)
    found = {EARLY_KIND: _early(project), LATE_KIND: _late(project)}
    by_reason = {each: _counted(rows, REASON_OF[each]) for each, rows in found.items()}
    rows = found[kind].filter(**{REASON_OF[kind]: reason}) if reason else found[kind]
    page = paginate(request, rows)
    causes = _causes(page.items, kind)
    return Differences(
        kind=kind,
        reason=reason,
        counts={each: sum(by_reason[each].values()) for each in KINDS},
        reasons=_named(by_reason[kind]),
        page=page,
        rows=[_row(task, kind, causes) for task in page.items],
    )


def _early(project: Project) -> TaskQuerySet:
    rows = Task.objects.filter(project=project, deleted_at__isnull=True).exclude(recorded_reason="")
    return rows.order_by("row_number")


def _late(project: Project) -> TaskQuerySet:
    rows = Task.objects.filter(project=project, deleted_at__isnull=True, extras__differs__has_key="late")
    return rows.order_by("row_number")


def _counted(rows: TaskQuerySet, field: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))


def _row(task: Task, kind: str, causes: dict[int, Task]) -> DifferingTask:
    start_file, finish_file = task.recorded_start_minute, task.recorded_finish_minute
    start, finish = task.start_minute, task.finish_minute
    noted = _noted(task, kind)
    if kind == LATE_KIND:
        start_file, finish_file = noted["dates"]
        start, finish = task.late_start_minute, task.late_finish_minute
    cause = causes.get(noted.get("cause", 0))
    return DifferingTask(
        name=task.name,
        number=task.wbs_code,
        href=_address(task),
        pairs=(_pair(start_file, start), _pair(finish_file, finish)),
        reason=reason_text(noted["reason"] if kind == LATE_KIND else task.recorded_reason),
        cause="" if cause is None else f"{cause.wbs_code} {cause.name}",
        cause_href=None if cause is None else _address(cause),
    )


def _noted(task: Task, kind: str) -> dict[str, Any]:
    noted: dict[str, Any] = (task.extras or {}).get("differs", {})
    return noted["late"] if kind == LATE_KIND else noted


def _causes(tasks: Iterable[Task], kind: str) -> dict[int, Task]:
    """The tasks that made these differ; one query."""
    ids = {cause for task in tasks if (cause := _noted(task, kind).get("cause"))}
    rows = Task.objects.filter(pk__in=ids, deleted_at__isnull=True).only("pk", "wbs_code", "name")
    return {task.pk: task for task in rows}


def _address(task: Task) -> str:
    return reverse("tasks:task_detail", args=[task.pk])


def _asked(request: HttpRequest) -> tuple[str, str]:
    kind, reason = request.GET.get("dates", ""), request.GET.get("reason", "")
    return (kind if kind in KINDS else EARLY_KIND), (reason if reason in REASONS else "")


def _named(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Reasons with their words, the most frequent first."""
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(code, reason_text(code), count) for code, count in found]


def _pair(file: int | None, here: int | None) -> Pair:
    return Pair(minute_text(file), minute_text(here), file not in (None, here))


def minute_text(minute: int | None) -> str:
    """2026/04/06 17:00."""
    if minute is None:
        return NONE
    hour, rest = divmod(minute % MINUTES_PER_DAY, MINUTES_PER_HOUR)
    return f"{day_plain(minute)} {hour}:{rest:02}"
