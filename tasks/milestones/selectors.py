"""The milestones of a project and of the projects below it: promised for when, expected when, reached when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from projects.models import Project
from projects.models.projects import MAX_LEVELS
from projects.worktime.moments import ends_on
from tasks.models import Task
from tasks.plan.constraint_days import constraint_day
from tasks.plan.lateness import DaysLate
from tasks.scheduling.constraint_types import CAPPED

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User
    from projects.models.projects import ProjectQuerySet

#: More than a page could be read for; those that finish first are shown.
MOST: Final = 1_000
#: Constraints whose day is a promise: not later than this.
PROMISES: Final = CAPPED
STATES: Final = ("late", "risk", "ahead", "achieved")
#: What each filter of the page shows.
FILTERS: Final[dict[str, frozenset[str]]] = {
    "": frozenset(STATES),
    "ahead": frozenset({"ahead", "risk"}),
    "late": frozenset({"late", "risk"}),
    "achieved": frozenset({"achieved"}),
}
_COLUMNS: Final = (
    "pk", "project_id", "project__name", "wbs_code", "name", "deliverable", "approver_id", "approver__display_name",
    "deadline_minute", "constraint_type", "constraint_minute", "recorded_finish_minute", "end_date",
    "actual_finish_minute", "progress_percentage", "days_late",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone with its three days. `target_kind` says what promised the target: deadline, constraint or file."""

    pk: int
    project_id: int
    project: str
    code: str
    name: str
    deliverable: str
    approver_id: int | None
    approver: str
    target_on: date | None
    target_kind: str
    forecast_on: date | None
    achieved_on: date | None
    #: late, risk (will miss its target), ahead, achieved
    state: str
    #: late: by lateness; else past the target; negative: reached before it
    days: int


def milestones_of(project: Project, user: User, *, today: date) -> list[Milestone]:
    """Those of the project and of its sub-projects that the user sees, by their day; one query."""
    rows = (
        Task.objects.alive()
        .filter(project__in=_family(project, user).values("pk"), is_milestone=True, is_active=True)
        .annotate(days_late=DaysLate(today))
        .order_by("finish_minute", "project_id", "row_number", "pk")
        .values_list(*_COLUMNS)
    )
    return [_milestone(row) for row in rows[:MOST]]


def revisions_of_family(project: Project, user: User) -> list[tuple[int, int, str]]:
    """What the page hangs on: each of the projects with its revision and its name."""
    return list(_family(project, user).order_by("pk").values_list("pk", "revision", "name"))


def _family(project: Project, user: User) -> ProjectQuerySet:
    """The project and all below it."""
    above = Q(pk=project.pk)
    for level in range(1, MAX_LEVELS):
        above |= Q(**{"__".join(["parent"] * level): project.pk})
    return Project.objects.visible_to(user).filter(above)


def _milestone(row: tuple[Any, ...]) -> Milestone:
    (
        pk, project_id, project, code, name, deliverable, approver_id, approver, deadline, constraint,
        constraint_minute, recorded, forecast_on, actual, progress, days_late,
    ) = row  # fmt: skip
    target_on, kind = _target(deadline, constraint, constraint_minute, recorded)
    achieved_on = (ends_on(actual) or forecast_on) if progress == 100 else None
    over = (achieved_on or forecast_on) - target_on if target_on and (achieved_on or forecast_on) else None
    days = over.days if over else 0
    state = "achieved" if achieved_on else "late" if days_late else "risk" if days > 0 else "ahead"
    return Milestone(
        pk, project_id, project, code, name, deliverable, approver_id, approver or "", target_on, kind, forecast_on,
        achieved_on, state, max(days_late, days) if state == "late" else days,
    )  # fmt: skip


def _target(
    deadline: int | None, constraint: str, constraint_minute: int | None, recorded: int | None
) -> tuple[date | None, str]:
    """The promised day: the deadline, else a constraint that promises, else the date of the imported file."""
    if deadline is not None:
        return ends_on(deadline), "deadline"
    if constraint in PROMISES:
        return constraint_day(constraint, constraint_minute), "constraint"
    if recorded is not None:
        return ends_on(recorded), "file"
    return None, ""


def counts_of(milestones: list[Milestone]) -> dict[str, int]:
    """How many each filter of the page shows."""
    states = Counter(each.state for each in milestones)
    return {name or "all": sum(states[state] for state in shown) for name, shown in FILTERS.items()}
