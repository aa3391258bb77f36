"""The list of projects: whose, in which view, in which order."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from config.web import query as web_query
from projects import caching
from projects.models import Organization, Project, ProjectMember, ProjectRole, ProjectStatus
from reports.figures import health as rules
from reports.figures.finish import finish_of
from reports.figures.health import ProjectHealth
from reports.figures.selectors import ProjectFigures, figures_of_organization
from reports.figures.standing import Standing, standings_of_organization

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

VIEWS: Final = ("all", "active", "late", "mine")
SORTS: Final = ("tree", "name", "code", "status", "progress", "late", "start", "finish", "budget")
OF_MONEY: Final = ("budget",)
#: Sort keys that are columns.
COLUMNS: Final = {
    "name": "name", "code": "code",
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
            risk=rules.read_cell(query.get("risk", "")),
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
        return rules.IMPACTS[self.risk[0]] if self.risk else ""

    @property
    def lateness_label(self) -> Any:
        """The column of that cell as a word."""
        return rules.LATENESS[self.risk[1]] if self.risk else ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out."""
        return self.view == "all" and not (self.statuses or self.text or self.health or self.risk)


@dataclass(slots=True)
class ProjectRow:
    """A line of the list."""

    project: Project
    figures: ProjectFigures
    standing: Standing
    level: int = 1
    leaders: list[Any] = field(default_factory=list)

    @property
    def is_behind(self) -> bool:
        """The same as in the view 遅れあり."""
        return self.project.status == ProjectStatus.ACTIVE and rules.is_behind(
            self.standing, self.figures.late
        )

    @property
    def late(self) -> int | None:
        """Late tasks of a project that is under way."""
        return (
            self.figures.late
            if self.project.status == ProjectStatus.ACTIVE and self.project.task_count
            else None
        )


@dataclass(frozen=True, slots=True)
class ProjectList:
    """Ids in the order of the list with their level, and how many each saved view holds."""

    ids: list[tuple[int, int]]
    counts: dict[str, int]
    figures: dict[int, ProjectFigures]
    standings: dict[int, Standing]


class Sighted(NamedTuple):
    """Projects in the order of the database, with what is counted of them."""

    light: dict[int, ProjectLight]
    figures: dict[int, ProjectFigures]
    standings: dict[int, Standing]

    def standing(self, pk: int) -> Standing:
        """How far it is."""
        return self.standings.get(pk, Standing())

    def late(self, pk: int) -> int:
        """How many of its tasks are late."""
        return self.figures.get(pk, ProjectFigures()).late

    def is_late(self, pk: int) -> bool:
        """Whether it counts as late itself."""
        return rules.is_behind(self.standing(pk), self.late(pk))

    def fits(self, pk: int, filters: ProjectFilters) -> bool:
        """Whether its health and its cell of the risk map are those that are asked for."""
        health = rules.health_of(over=finish_of(self.light[pk]).over, is_behind=self.is_late(pk))
        worst = self.figures.get(pk, ProjectFigures()).worst
        risk = rules.risk_of(weight=self.light[pk].progress_weight, worst=worst)
        return filters.health in ("", health) and filters.risk in (None, risk)


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
    figures, standings = figures_of_organization(organization.pk), standings_of_organization(organization.pk)
    seen = Sighted(light, figures, standings)
    members = ProjectMember.objects.current().filter(user=user, organization=organization)
    active = {pk for pk, project in light.items() if project.status == ProjectStatus.ACTIVE}
    views = {
        "all": light.keys(),
        "active": active,
        "late": {pk for pk in active if seen.is_late(pk)},
        "mine": light.keys() & set(members.values_list("project", flat=True)),
    }
    shown = [pk for pk in light if pk in views[filters.view]] if filters.view != "all" else list(light)
    if filters.statuses:
        shown = [pk for pk in shown if light[pk].status in filters.statuses]
    if filters.health or filters.risk:
        shown = [pk for pk in shown if pk in active and seen.fits(pk, filters)]
    if filters.text:
        texts = {row[0]: fold(" ".join(row[width:])) for row in ordered}
        shown = [pk for pk in shown if all(word in texts[pk] for word in fold(filters.text).split())]
    counts = {name: len(view) for name, view in views.items()}
    return ProjectList(_arrange(shown, seen, filters), counts, figures, standings)


def _database_order(filters: ProjectFilters) -> tuple[str, ...]:
    """What the database sorts by; the rest is sorted here. Ends with the id, so that equal ones keep their place."""
    column = COLUMNS.get(filters.sort)
    if column is None:
        return ("start_date", "code", "pk")
    return (f"-{column}" if filters.is_descending else column, "pk")


def _arrange(shown: list[int], seen: Sighted, filters: ProjectFilters) -> list[tuple[int, int]]:
    if filters.sort == "tree":
        return _as_tree([seen.light[pk] for pk in shown])
    keys: dict[str, Callable[[int], int]] = {
        "status": lambda pk: _STATUS_ORDER[seen.light[pk].status],
        "late": seen.late,
        "progress": lambda pk: seen.standing(pk).progress,
    }
    if filters.sort in keys:
        shown.sort(key=keys[filters.sort], reverse=filters.is_descending)
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
    """Full rows of one page, in its order; two queries."""
    levels = dict(page)
    projects = Project.objects.in_bulk(list(levels))
    rows = {
        pk: ProjectRow(
            project=projects[pk],
            figures=found.figures.get(pk, ProjectFigures()),
            standing=found.standings.get(pk, Standing()),
            level=levels[pk],
        )
        for pk in levels
        if pk in projects
    }
    leaders = (
        ProjectMember.objects.current()
        .filter(project__in=rows, role=ProjectRole.LEADER)
        .select_related("user")
    )
    for member in leaders.order_by("created_at", "pk"):
        rows[member.project_id].leaders.append(member.user)
    return list(rows.values())
