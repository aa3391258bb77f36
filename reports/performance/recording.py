"""Keep what projects have earned by a day, so that pages over all of them read one row each."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone

from config.crypto import UndecryptableError
from projects.models import Project
from projects.rls.scope import scope
from projects.worktime.errors import WorktimeError
from reports.models import ProjectEarnedDay
from reports.performance.reading import Amounts, Reading
from reports.performance.selectors import chosen_baseline
from reports.performance.sums import performance
from tasks.models import Baseline

if TYPE_CHECKING:
    from datetime import date

    from reports.earned.formulas import EarnedValue

logger = logging.getLogger(__name__)

#: An organization's projects of one run: some minutes of work. Those that were waiting longest come first, the others an hour later.
MOST_PROJECTS: Final = 2_000
SUMS: Final = ("budget", "planned", "earned", "actual")
_WRITTEN: Final = (
    "baseline", "revision", "recorded_at",
    *(f"{name}_minutes" for name in SUMS), *(f"{name}_cost" for name in SUMS),
)  # fmt: skip


def record_earned(organization_id: int, *, on: date) -> int:
    """A row of the day for each project with a chosen baseline whose row is missing or of another plan. How many were written.

    Each project in a transaction of its own; one whose plan cannot be read is left for the next run, and the log says so.
    """
    with scope([organization_id]):
        waiting = waiting_projects(organization_id, on)
    written = 0
    for project_id in waiting:
        try:
            with scope([organization_id]), transaction.atomic():
                written += record_project(project_id, on=on)
        except WorktimeError:
            logger.warning("earned value of project %s cannot be told", project_id, exc_info=True)
    return written


def waiting_projects(organization_id: int, on: date) -> list[int]:
    """Projects whose row of a day is missing, or of another revision or baseline; that of the oldest row first."""
    rows = ProjectEarnedDay.objects.filter(project=OuterRef("project"))
    current = rows.filter(day=on, revision=OuterRef("project__revision"), baseline=OuterRef("pk"))
    chosen = Baseline.objects.filter(
        organization=organization_id, is_chosen=True, project__deleted_at__isnull=True
    )
    last_on = Subquery(rows.order_by("-day").values("day")[:1])
    waiting = chosen.filter(~Exists(current)).annotate(last_on=last_on)
    waiting = waiting.order_by(F("last_on").asc(nulls_first=True), "project")
    return list(waiting.values_list("project", flat=True)[:MOST_PROJECTS])


def record_project(project_id: int, *, on: date) -> bool:
    """Its row of a day, written or brought up to date; nothing of a project that is gone or has no chosen baseline."""
    project = Project.objects.alive().filter(pk=project_id).first()
    baseline = chosen_baseline(project) if project is not None else None
    if project is None or baseline is None:
        return False
    reading = Reading(project, baseline)
    work = _total(reading, reading.work(), on)
    try:
        money = _total(reading, reading.money(), on)
    except UndecryptableError:
        money = None
    row = ProjectEarnedDay(
        organization_id=project.organization_id, project=project, day=on, baseline=baseline,
        revision=project.revision, recorded_at=timezone.now(), **_kept(work, "minutes"), **_kept(money, "cost"),
    )  # fmt: skip
    ProjectEarnedDay.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["project", "day"], update_fields=_WRITTEN
    )
    return True


def _total(reading: Reading, amounts: Amounts, on: date) -> EarnedValue:
    return performance(reading, amounts, on=on, today=timezone.localdate()).total


def _kept(value: EarnedValue | None, unit: str) -> dict[str, Any]:
    sums = (None,) * len(SUMS) if value is None else (value.bac, value.pv, value.ev, value.ac)
    return {f"{name}_{unit}": each for name, each in zip(SUMS, sums, strict=True)}
