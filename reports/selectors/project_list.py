"""The list of projects: whose, in which view, in which order."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from config.web import query as web_query
from projects.models import Organization, Project, ProjectMember, ProjectRole, ProjectStatus
from projects.selectors import progress_with_children
from reports.selectors.figures import Figures, figures_of_organization, is_behind

if TYPE_CHECKING:
    from projects.models import User

#: Where something can be late.
RUNNING: Final = frozenset({ProjectStatus.PLANNING, ProjectStatus.ACTIVE})
VIEWS: Final = ("all", "active", "late", "mine")
SORTS: Final = ("tree", "name", "code", "status", "progress", "late", "start", "finish", "budget")
_STATUS_ORDER: Final = {status: place for place, status in enumerate(ProjectStatus.values)}


class Light(NamedTuple):
    """As much of a project as sorting and counting need."""

    id: int
    parent_id: int | None
    name: str
    code: str
    status: str
    start_date: dt.date
    end_date: dt.date
    progress_percentage: int
    budget: Decimal
    category: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for, with everything unknown left out."""

    view: str = "all"
    statuses: tuple[str, ...] = ()
    text: str = ""
    sort: str = "tree"
    is_descending: bool = False

    @classmethod
    def read(cls, query: Any) -> Filters:
        """From a query string."""
        view, sort = query.get("view", "all"), query.get("sort", "")
        return cls(
            view=view if view in VIEWS else "all",
            statuses=tuple(status for status in ProjectStatus.values if status in query.getlist("status")),
            text=web_query.text(query, "q"),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "tree",
            is_descending=sort.startswith("-"),
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out."""
        return self.view == "all" and not self.statuses and not self.text


@dataclass(slots=True)
class Row:
    """A line of the list."""

    project: Project
    figures: Figures
    progress: int
    level: int = 1
    leaders: list[Any] = field(default_factory=list)

    @property
    def plan(self) -> int | None:
        """Where progress should be; nowhere in particular once work has stopped."""
        return self.figures.plan_percentage if self.project.status in RUNNING else None

    @property
    def late(self) -> int | None:
        """Late tasks of a project that is under way."""
        return self.figures.late if self.project.status in RUNNING and self.project.task_count else None


@dataclass(frozen=True, slots=True)
class ProjectList:
    """Ids in the order of the list with their level, and how many each saved view holds."""

    ids: list[tuple[int, int]]
    counts: dict[str, int]
    figures: dict[int, Figures]


def fold(text: str) -> str:
    """Text as it is compared: full-width and half-width, upper and lower case are the same."""
    return unicodedata.normalize("NFKC", text).casefold()


def project_list(user: User, organization: Organization, filters: Filters) -> ProjectList:
    """All projects that the user sees and the filters let through; two or three queries, whatever their number."""
    light = [
        Light(*row)
        for row in Project.objects.visible_to(user)
        .filter(organization=organization)
        .order_by("start_date", "code", "pk")
        .values_list(*Light._fields)
    ]
    figures = figures_of_organization(organization.pk)
    own = set(
        ProjectMember.objects.filter(user=user, organization=organization).values_list("project", flat=True)
    )
    views: dict[str, Callable[[Light], bool]] = {
        "all": lambda project: True,
        "active": lambda project: project.status == ProjectStatus.ACTIVE,
        "late": lambda project: _is_late(project, figures),
        "mine": lambda project: project.id in own,
    }
    counts = {name: sum(map(test, light)) for name, test in views.items()}
    shown = [project for project in light if views[filters.view](project) and _passes(project, filters)]
    return ProjectList(_order(shown, filters, figures), counts, figures)


def _is_late(project: Light, figures: dict[int, Figures]) -> bool:
    own = figures.get(project.id, Figures())
    return project.status == ProjectStatus.ACTIVE and is_behind(
        project.progress_percentage, own.plan_percentage, own.late
    )


def _passes(project: Light, filters: Filters) -> bool:
    if filters.statuses and project.status not in filters.statuses:
        return False
    words = fold(filters.text).split()
    haystack = fold(f"{project.name} {project.code} {project.category}") if words else ""
    return all(word in haystack for word in words)


def _order(shown: list[Light], filters: Filters, figures: dict[int, Figures]) -> list[tuple[int, int]]:
    if filters.sort == "tree":
        return _as_tree(shown)
    keys: dict[str, Callable[[Light], Any]] = {
        "name": lambda project: fold(project.name),
        "code": lambda project: fold(project.code),
        "status": lambda project: _STATUS_ORDER[project.status],
        "progress": lambda project: project.progress_percentage,
        "late": lambda project: figures.get(project.id, Figures()).late,
        "start": lambda project: project.start_date,
        "finish": lambda project: project.end_date,
        "budget": lambda project: project.budget,
    }
    # Sorted by id last, so that equal ones keep their place from page to page.
    shown.sort(key=lambda project: project.id)
    shown.sort(key=keys[filters.sort], reverse=filters.is_descending)
    return [(project.id, 1) for project in shown]


def _as_tree(shown: Iterable[Light]) -> list[tuple[int, int]]:
    """Children under their parents; one whose parent is not shown stands at the top."""
    shown = list(shown)
    ids = {project.id for project in shown}
    children: dict[int | None, list[int]] = {}
    for project in shown:
        children.setdefault(project.parent_id if project.parent_id in ids else None, []).append(project.id)
    ordered: list[tuple[int, int]] = []
    waiting = [(pk, 1) for pk in reversed(children.get(None, []))]
    while waiting:
        pk, level = waiting.pop()
        ordered.append((pk, level))
        waiting.extend((child, level + 1) for child in reversed(children.get(pk, [])))
    return ordered


def rows_of(page: Iterable[tuple[int, int]], figures: dict[int, Figures]) -> list[Row]:
    """Full rows of one page, in its order; three queries."""
    levels = dict(page)
    projects = Project.objects.in_bulk(list(levels))
    progress = progress_with_children(levels)
    rows = {
        pk: Row(projects[pk], figures.get(pk, Figures()), progress.get(pk, 0), levels[pk])
        for pk in levels
        if pk in projects
    }
    leaders = ProjectMember.objects.filter(project__in=rows, role=ProjectRole.LEADER).select_related("user")
    for member in leaders.order_by("created_at", "pk"):
        rows[member.project_id].leaders.append(member.user)
    return list(rows.values())
