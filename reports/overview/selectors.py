"""One project at a glance: everything that the page shows of its plan, gathered once for a revision and remembered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F
from django.utils import timezone

from projects import caching
from projects.members.selectors import members_of
from projects.models import Project
from reports.figures.finish import Cause, Finish, causes_of, finish_of
from reports.figures.selectors import ProjectFigures, figures_of_project, late_of_project
from reports.figures.standing import Standing, standing_of_project
from reports.late.pushes import Push, pushes_of
from reports.late.selectors import TaskPerson, people_of
from reports.overview.burndown import PastDay, past_days
from reports.overview.curve import Lines, lines_of
from reports.overview.members import MemberLoad, member_loads
from tasks.models import PlanImport, Task
from tasks.plan.lateness import DaysLate
from tasks.reasons.negative_slack import NegativeSlackLine, missed_dates

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 8


class LateLine(NamedTuple):
    """A late task, who is on it, and what it pushes."""

    id: int
    label: str
    end_date: dt.date
    progress: int
    is_critical: bool
    days: int
    people: list[TaskPerson]
    push: Push


class MilestoneLine(NamedTuple):
    """A milestone, and how far it is away."""

    id: int
    name: str
    end_date: dt.date | None
    progress: int
    days_late: int

    @property
    def is_reached(self) -> bool:
        """Whether it is done."""
        return self.progress >= 100


class MemberLine(NamedTuple):
    """A member as the page names them; the title is their job's, and empty without one."""

    user_id: int
    name: str
    title: str
    role: str
    allocation: int


class PlanSource(NamedTuple):
    """The file that the plan came from, with how far its dates agree."""

    id: int
    file_name: str
    agreeing: int
    compared: int


@dataclass(frozen=True, slots=True)
class Glance:
    """What the plan says today."""

    figures: ProjectFigures
    standing: Standing
    has_children: bool
    finish: Finish
    #: The tasks that make the forecast later than the plan.
    causes: list[Cause]
    lines: Lines
    past: list[PastDay]
    late: list[LateLine]
    missed_dates: list[NegativeSlackLine]
    milestones: list[MilestoneLine]
    loads: list[MemberLoad]
    members: list[MemberLine]
    imported: PlanSource | None

    @property
    def remaining(self) -> int:
        """Tasks that are not done."""
        return self.figures.total - self.figures.done


def glance(project: Project) -> Glance:
    """One look into the cache while nothing has changed; a dozen queries after that.

    Sub-projects, absences and other plans of the same people show here too: they raise the generation of the
    organization, so it is a part of the key. What hangs on this plan alone, and is dear, is remembered by itself.
    """
    key = f"project:detail:glance:{timezone.localdate()}:{caching.generation(project.organization_id)}"
    return caching.per_revision(project, key, lambda: _glance(project))


def _glance(project: Project) -> Glance:
    return Glance(
        figures=figures_of_project(project),
        standing=standing_of_project(project),
        has_children=Project.objects.alive().filter(parent=project).exists(),
        finish=finish_of(project),
        causes=causes_of(project),
        lines=lines_of(project),
        past=past_days(project),
        late=late_lines(project),
        missed_dates=missed_dates(project, limit=SHOWN),
        milestones=milestones(project),
        loads=member_loads(project),
        members=[
            MemberLine(
                each.user_id, each.user.display_name, str(each.job_title or ""), each.role,
                each.allocation_percentage,
            )
            for each in members_of(project)
            if not each.has_left
        ],
        imported=latest_import(project),
    )  # fmt: skip


def late_lines(project: Project) -> list[LateLine]:
    """The latest first; remembered for the revision and the day, as it looks through the whole plan."""
    today = timezone.localdate()
    # A night may bring another forecast without a revision.
    key = f"project:detail:late-lines:{today}:{project.forecast_from}:{project.forecast_finish_minute}"
    return caching.per_revision(project, key, lambda: _late_lines(project))


def _late_lines(project: Project) -> list[LateLine]:
    late = {each.task_id: each.days for each in late_of_project(project, limit=SHOWN)}
    columns = ("pk", "wbs_code", "name", "end_date", "progress_percentage", "is_critical")
    tasks = {row[0]: row for row in Task.objects.filter(pk__in=list(late)).values_list(*columns)}
    people, pushes = people_of(list(late)), pushes_of(project, late)
    return [
        LateLine(pk, f"{row[1]} {row[2]}", row[3], row[4], row[5], days, people.get(pk, []), pushes[pk])
        for pk, days in late.items()
        if (row := tasks.get(pk)) and pk in pushes
    ]


def milestones(project: Project, *, limit: int = SHOWN) -> list[MilestoneLine]:
    """Open ones by date; reached ones only while there is room before them."""
    columns = ("pk", "name", "end_date", "progress_percentage")

    def some(found: QuerySet[Task], *order: str) -> list[MilestoneLine]:
        rows = found.annotate(days=DaysLate(timezone.localdate())).order_by(*order)
        return [MilestoneLine(*row) for row in rows.values_list(*columns, F("days"))[:limit]]

    marks = Task.objects.filter(project=project, deleted_at__isnull=True, is_milestone=True, is_active=True)
    ahead = some(marks.filter(progress_percentage__lt=100), "finish_minute", "row_number", "pk")
    reached = some(marks.filter(progress_percentage=100), "-finish_minute", "-row_number", "-pk")
    room = max(2, limit - len(ahead))
    return [*reversed(reached[:room]), *ahead][:limit]


def latest_import(project: Project) -> PlanSource | None:
    """Without the file's content; one query."""
    done = PlanImport.objects.filter(project=project, state=PlanImport.State.IMPORTED)
    found = done.order_by("-imported_at", "-pk").values_list("pk", "file_name", "summary").first()
    if found is None:
        return None
    pk, name, summary = found
    dates = summary.get("dates", {})
    return PlanSource(pk, name, dates.get("agreeing", 0), dates.get("compared", 0))
