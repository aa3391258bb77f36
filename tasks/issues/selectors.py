"""Issues and risks of a project, or of all that a user sees: which are listed, in which order, and how many risks stand where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from config.web import query
from projects.models import ProjectStatus
from tasks.models import ProjectIssue, Task
from tasks.models.issues import HIGHEST, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from projects.models import Organization, Project, User
    from tasks.models.issues import ProjectIssueQuerySet

LEVELS: Final = range(1, HIGHEST + 1)
#: From which score on a cell of the matrix is coloured, and how: what is both improbable and harmless is calm.
TONES: Final = ((15, 4), (10, 3), (5, 2), (1, 1))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, with everything unknown left out."""

    is_all: bool
    kind: str
    #: A cell of the matrix: probability and impact.
    cell: tuple[int, int] | None

    @classmethod
    def read(cls, asked: Any) -> Asked:
        """From a query string."""
        kind = asked.get("kind", "")
        levels = [
            query.positive(asked.get(name), 0, HIGHEST) if asked.get(name) else 0 for name in ("p", "i")
        ]
        return cls(
            is_all=asked.get("view") == "all", kind=kind if kind in ProjectIssue.Kind.values else "",
            cell=(levels[0], levels[1]) if all(level in LEVELS for level in levels) else None,
        )  # fmt: skip

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out but what is over."""
        return not self.kind and self.cell is None


def of_project(project: Project) -> ProjectIssueQuerySet:
    """All of one project."""
    return ProjectIssue.objects.filter(project=project)


def of_organization(user: User, organization: Organization) -> ProjectIssueQuerySet:
    """All of the projects under way that a user sees."""
    found = ProjectIssue.objects.visible_to(user).filter(organization=organization)
    return found.filter(project__status=ProjectStatus.ACTIVE)


def listed(found: ProjectIssueQuerySet, asked: Asked) -> QuerySet[ProjectIssue]:
    """What is not over first, then by score, then by the day it is due."""
    if not asked.is_all:
        found = found.not_over()
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.cell is not None:
        found = found.filter(kind=ProjectIssue.Kind.RISK, probability=asked.cell[0], impact=asked.cell[1])
    is_over = Q(state__in=[ProjectIssue.State.CLOSED, ProjectIssue.State.DROPPED])
    over = Case(When(is_over, then=Value(1)), default=Value(0), output_field=IntegerField())
    score = Coalesce(F("probability"), Value(HIGHEST)) * F("impact")
    return found.select_related("owner", "project").order_by(
        over, -score, F("due_on").asc(nulls_last=True), "pk"
    )


def counts_of(found: ProjectIssueQuerySet) -> dict[str, int]:
    """How many are not over, of both kinds and of all."""
    rows = found.not_over().values_list("kind").annotate(Count("pk"))
    counts = dict(rows.order_by("kind"))
    return {"issue": counts.get("issue", 0), "risk": counts.get("risk", 0), "all": sum(counts.values())}


class Cell(NamedTuple):
    """A field of the matrix, with how many risks stand in it."""

    probability: int
    impact: int
    number: int
    tone: int


def matrix_of(found: ProjectIssueQuerySet) -> list[tuple[str, list[Cell]]]:
    """Risks that are not over by probability (rows with their names, the highest first) and impact (columns); one query."""
    rows = found.filter(kind=ProjectIssue.Kind.RISK).not_over()
    counted = (
        rows.values_list("probability", "impact").annotate(Count("pk")).order_by("probability", "impact")
    )
    counts = {(probability, impact): count for probability, impact, count in counted}
    return [
        (
            str(label),
            [
                Cell(probability, impact, counts.get((probability, impact), 0), tone_of(probability * impact))
                for impact in LEVELS
            ],
        )
        for probability, label in reversed(Level.choices)
    ]


def tone_of(score: int) -> int:
    """How a score is coloured, 1 to 4."""
    return next(tone for least, tone in TONES if score >= least)


def tasks_of(issues: Iterable[ProjectIssue]) -> dict[int, Task]:
    """Their tasks that are in the plan still; one query."""
    ids = {pk for issue in issues for pk in issue.task_ids}
    rows = Task.objects.filter(pk__in=ids, deleted_at__isnull=True).only("name", "wbs_code", "project_id")
    return {task.pk: task for task in rows}
