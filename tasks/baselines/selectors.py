"""What baselines say of a plan: when it was to end and when it will, and which rows are behind the difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from projects.calendars.services import rules_of
from projects.worktime.calendars import Calendars
from projects.worktime.moments import ends_on
from tasks.models import Baseline, BaselineTask, Task
from tasks.plan.agreed import later_by, later_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from projects.models import Project
    from projects.worktime.calendar import WorkingTime


@dataclass(frozen=True, slots=True)
class Listed:
    """A baseline as its list shows it; the difference is in minutes of work, later is more."""

    baseline: Baseline
    finish_then: date | None
    finish_now: date | None
    minutes_later: int | None
    words: str

    @property
    def is_later(self) -> bool:
        """Whether the plan ends after what was agreed on."""
        return bool(self.minutes_later and self.minutes_later > 0)


def baselines_of(project: Project) -> QuerySet[Baseline]:
    """Those of a project, the newest first."""
    rows = Baseline.objects.filter(project=project).select_related("taken_by").defer("cost_secret")
    return rows.order_by("-taken_at", "-pk")


def listed(project: Project, baselines: Sequence[Baseline]) -> list[Listed]:
    """With the finish of then and of now; of some rows it is the finish of these. Three queries at most."""
    if not baselines:
        return []
    clock = clock_of(project)
    parts = _finishes_now([baseline for baseline in baselines if not baseline.is_whole])
    found = []
    for each in baselines:
        now = project.planned_finish_minute if each.is_whole else parts.get(each.pk)
        minutes = later_by(clock, each.finish_minute, now)
        found.append(
            Listed(
                each, ends_on(each.finish_minute), ends_on(now), minutes,
                later_words(minutes, project.minutes_per_day),
            )
        )  # fmt: skip
    return found


def _finishes_now(baselines: Sequence[Baseline]) -> dict[int, int]:
    """When the rows of each baseline end now, those that are still there."""
    if not baselines:
        return {}
    rows = BaselineTask.objects.filter(baseline__in=baselines, task__deleted_at__isnull=True)
    latest = (
        rows.order_by()
        .values("baseline")
        .annotate(latest=Max("task__finish_minute", filter=Q(task__is_active=True)))
    )
    return dict(latest.values_list("baseline", "latest"))


def clock_of(project: Project) -> WorkingTime:
    """The working time of a project's calendar, in which differences are counted."""
    return Calendars(rules_of([project.calendar_id])).calendar(project.calendar_id)


def row_words(project: Project, task_ids: Collection[int]) -> str:
    """The rows of some tasks as they are typed, `3-10, 15`; one query. Tasks of other projects have none."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True, pk__in=task_ids)
    stretches: list[list[int]] = []
    for row in rows.order_by("row_number").values_list("row_number", flat=True):
        if row is None:
            continue
        if stretches and stretches[-1][1] == row - 1:
            stretches[-1][1] = row
        else:
            stretches.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in stretches)
