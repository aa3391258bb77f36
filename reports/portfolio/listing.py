"""The list of projects: whose, in which view, in which order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from config.web import query as web_query
from projects import caching
from projects.lifecycle.selectors import progress_with_children
from projects.models import Organization, Project, ProjectMember, ProjectRole, ProjectStatus
from projects.models.projects import MAX_LEVELS
from reports.figures import health as standing
from reports.figures.finish import finish_of
from reports.figures.health import ProjectHealth
from reports.figures.selectors import ProjectFigures, figures_of_organization, plan_percentage

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

#: Where something can be late.
RUNNING: Final = frozenset({ProjectStatus.PLANNING, ProjectStatus.ACTIVE})
VIEWS: Final = ("all", "active", "late", "mine")
SORTS: Final = ("tree", "name", "code", "status", "progress", "late", "start", "finish", "budget")
OF_MONEY: Final = ("budget",)
#: Sort keys that are columns.
COLUMNS: Final = {
    "name": "name", "code": "code", "progress": "progress_percentage",
    "start": "start_date", "finish": "end_date", "budget": "budget",
}  # fmt: skip
#: Columns that the words of the filter are looked for in.
SEARCHED: Final = ("name", "code", "category")
_STATUS_ORDER: Final = {status: place for place, status in enumerate(ProjectStatus.values)}


class ProjectLight(NamedTuple):
    """As much of a project as counting and its place in the tree need."""

    id: int
    parent_id: int | None
    status: str
    progress_percentage: int
    progress_weight: int
    planned_finish_minute: int | None
    forecast_finish_minute: int | None
    end_date: date


@dataclass(frozen=True, slots=True)
class ProjectFilters:
    """What the address asks for, with everything unknown left out."""

    view: str = "all"
    statuses: tuple[str, ...] = ()
    text: str = ""
    sort: str = "tree"
    is_descending: bool = False
    #: What the dashboard leads to: active projects by health, and by cell of the risk map.
    health: str = ""
    risk: tuple[int, int] | None = None

    @classmethod
    def read(cls, query: Any, *, sees_money: bool) -> ProjectFilters:
        """From a query string. An order by money tells of it, so it is for those who may see it."""
        view, sort = query.get("view", "all"), query.get("sort", "")
        key = sort.lstrip("-")
        return cls(
            view=view if view in VIEWS else "all",
            statuses=tuple(status for status in ProjectStatus.values if status in query.getlist("status")),
            text=web_query.text(query, "q"),
            sort=key if key in SORTS and (sees_money or key not in OF_MONEY) else "tree",
            is_descending=sort.startswith("-"),
            health=query.get("health", "") if query.get("health") in ProjectHealth.values else "",
            risk=standing.read_cell(query.get("risk", "")),
        )

    @property
    def health_label(self) -> Any:
        """The chosen health as a word."""
        return ProjectHealth(self.health).label

    @property
    def risk_text(self) -> str:
        """The chosen cell of the risk map, as addresses write it."""
        return "{}-{}".format(*self.risk or ())

    @property
    def impact_label(self) -> Any:
        """The row of that cell as a word."""
        return standing.IMPACTS[self.risk[0]] if self.risk else ""

    @property
    def lateness_label(self) -> Any:
        """The column of that cell as a word."""
        return standing.LATENESS[self.risk[1]] if self.risk else ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out."""
        return self.view == "all" and not (self.statuses or self.text or self.health or self.risk)


@dataclass(slots=True)
class ProjectRow:
    """A line of the list."""

    project: Project
    figures: ProjectFigures
    progress: int
    planned: int | None
    level: int = 1
    leaders: list[Any] = field(default_factory=list)

    @property
    def plan(self) -> int | None:
        """Where progress should be; nowhere in particular once work has stopped."""
        return self.planned if self.project.status in RUNNING else None

    @property
    def late(self) -> int | None:
        """Late tasks of a project that is under way."""
        return self.figures.late if self.project.status in RUNNING and self.project.task_count else None


@dataclass(frozen=True, slots=True)
class ProjectList:
    """Ids in the order of the list with their level, and how many each saved view holds."""

    ids: list[tuple[int, int]]
    counts: dict[str, int]
    figures: dict[int, ProjectFigures]
    #: Planned progress with sub-projects, by project.
    plans: dict[int, int | None]


def fold(text: str) -> str:
    """Text as it is compared: full-width and half-width, upper and lower case are the same."""
    return unicodedata.normalize("NFKC", text).casefold()


def project_list(user: User, organization: Organization, filters: ProjectFilters) -> ProjectList:
    """All projects that the user sees and the filters let through; remembered until a list shows something else."""
    return caching.per_organization(
        organization.pk, "project:list", f"{user.pk}:{filters}", lambda: _list(user, organization, filters)
    )


def _list(user: User, organization: Organization, filters: ProjectFilters) -> ProjectList:
    """Two or three queries, whatever the number of projects."""
    projects = Project.objects.visible_to(user).filter(organization=organization)
    columns = ProjectLight._fields + (SEARCHED if filters.text else ())
    ordered = projects.order_by(*_database_order(filters)).values_list(*columns)
    width = len(ProjectLight._fields)
    light = {row[0]: ProjectLight(*row[:width]) for row in ordered}
    figures = figures_of_organization(organization.pk)
    members = ProjectMember.objects.filter(user=user, organization=organization)
    active = {pk for pk, project in light.items() if project.status == ProjectStatus.ACTIVE}
    views = {
        "all": light.keys(),
        "active": active,
        "late": {pk for pk in active if _is_late(light[pk], figures.get(pk, ProjectFigures()))},
        "mine": light.keys() & set(members.values_list("project", flat=True)),
    }
    shown = [pk for pk in light if pk in views[filters.view]] if filters.view != "all" else list(light)
    if filters.statuses:
        shown = [pk for pk in shown if light[pk].status in filters.statuses]
    if filters.health or filters.risk:
        shown = [
            pk
            for pk in shown
            if pk in active and _fits(light[pk], figures.get(pk, ProjectFigures()), filters)
        ]
    if filters.text:
        texts = {row[0]: fold(" ".join(row[width:])) for row in ordered}
        shown = [pk for pk in shown if all(word in texts[pk] for word in fold(filters.text).split())]
    counts = {name: len(view) for name, view in views.items()}
    return ProjectList(_arrange(shown, light, filters, figures), counts, figures, _plans(light, figures))


def _plans(light: dict[int, ProjectLight], figures: dict[int, ProjectFigures]) -> dict[int, int | None]:
    """Every project adds its plan to all above it, as its progress does; cancelled ones add nothing."""
    families: dict[int, list[ProjectFigures]] = {pk: [] for pk in light}
    for pk, project in light.items():
        own, at, steps = figures.get(pk), project, 0
        while own is not None and steps < MAX_LEVELS:
            families[at.id].append(own)
            if at.status == ProjectStatus.CANCELLED or at.parent_id not in light:
                break
            at, steps = light[at.parent_id], steps + 1
    return {pk: plan_percentage(family) for pk, family in families.items()}


def _database_order(filters: ProjectFilters) -> tuple[str, ...]:
    """What the database sorts by; the rest is sorted here. Ends with the id, so that equal ones keep their place."""
    column = COLUMNS.get(filters.sort)
    if column is None:
        return ("start_date", "code", "pk")
    return (f"-{column}" if filters.is_descending else column, "pk")


def _is_late(project: ProjectLight, own: ProjectFigures) -> bool:
    return standing.is_behind(project.progress_percentage, own.plan_percentage, own.late)


def _fits(project: ProjectLight, own: ProjectFigures, filters: ProjectFilters) -> bool:
    health = standing.health_of(over=finish_of(project).over, is_behind=_is_late(project, own))
    risk = standing.risk_of(weight=project.progress_weight, worst=own.worst)
    return filters.health in ("", health) and filters.risk in (None, risk)


def _arrange(
    shown: list[int],
    light: dict[int, ProjectLight],
    filters: ProjectFilters,
    figures: dict[int, ProjectFigures],
) -> list[tuple[int, int]]:
    if filters.sort == "tree":
        return _as_tree([light[pk] for pk in shown])
    if filters.sort == "status":
        shown.sort(key=lambda pk: _STATUS_ORDER[light[pk].status], reverse=filters.is_descending)
    elif filters.sort == "late":
        shown.sort(key=lambda pk: figures.get(pk, ProjectFigures()).late, reverse=filters.is_descending)
    return [(pk, 1) for pk in shown]


def _as_tree(shown: list[ProjectLight]) -> list[tuple[int, int]]:
    """Children under their parents; one whose parent is not shown stands at the top."""
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


def rows_of(page: Iterable[tuple[int, int]], found: ProjectList) -> list[ProjectRow]:
    """Full rows of one page, in its order; three queries."""
    levels = dict(page)
    projects = Project.objects.in_bulk(list(levels))
    progress = progress_with_children(levels)
    rows = {
        pk: ProjectRow(
            project=projects[pk],
            figures=found.figures.get(pk, ProjectFigures()),
            progress=progress.get(pk, 0),
            planned=found.plans.get(pk),
            level=levels[pk],
        )
        for pk in levels
        if pk in projects
    }
    leaders = ProjectMember.objects.filter(project__in=rows, role=ProjectRole.LEADER).select_related("user")
    for member in leaders.order_by("created_at", "pk"):
        rows[member.project_id].leaders.append(member.user)
    return list(rows.values())
