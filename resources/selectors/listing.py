"""The list of resources: which, in which view, in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Count, Q

from config.web import query as web_query
from config.web.query import positive
from projects.models import Organization, Project
from resources.models import Absence, OrganizationRows, Resource, ResourceKind, ResourceSkill, Skill
from resources.reading import fold

if TYPE_CHECKING:
    from projects.models import User

VIEWS: Final = ("all", *ResourceKind.values, "away", "inactive", "imported")
SORTS: Final = ("name", "kind", "department", "capacity", "absence")
#: Who is away within so many days is in the view 「不在予定」.
SOON: Final = dt.timedelta(days=30)
_KIND_ORDER: Final = {kind: place for place, kind in enumerate(ResourceKind.values)}
#: Ids stay inside what the database can hold.
LARGEST_ID: Final = 2**62


class ResourceLight(NamedTuple):
    """As much of a resource as counting and its place in the list need."""

    id: int
    name: str
    kana: str
    kind: str
    department: str
    capacity_percentage: int
    is_active: bool
    project_id: int | None

    @property
    def reading(self) -> tuple[str, str, int]:
        """What the list is ordered by."""
        return (fold(self.kana or self.name), self.name, self.id)


@dataclass(frozen=True, slots=True)
class ResourceFilters:
    """What the address asks for, with everything unknown left out."""

    view: str = "all"
    department: str = ""
    skill: int = 0
    text: str = ""
    sort: str = "name"
    is_descending: bool = False

    @classmethod
    def read(cls, query: Any) -> ResourceFilters:
        """From a query string."""
        view, sort = query.get("view", "all"), query.get("sort", "")
        return cls(
            view=view if view in VIEWS else "all",
            department=web_query.text(query, "department"),
            skill=positive(query.get("skill"), 0, LARGEST_ID) if query.get("skill") else 0,
            text=web_query.text(query, "q"),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "name",
            is_descending=sort.startswith("-"),
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out."""
        return self == ResourceFilters(sort=self.sort, is_descending=self.is_descending)


@dataclass(slots=True)
class ResourceRow:
    """A line of the list."""

    resource: Resource
    next_absence: Absence | None = None
    skills: list[ResourceSkill] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ResourceList:
    """Ids in the order of the list, how many each saved view holds, and what can be chosen in the filters."""

    ids: list[int]
    counts: dict[str, int]
    departments: list[str]


def visible_resources(user: User) -> OrganizationRows:
    """Those of the user's organizations; what an import brought along only with its project."""
    return Resource.objects.visible_to(user).filter(
        Q(project=None) | Q(project__in=Project.objects.visible_to(user))
    )


def resource_list(
    user: User, organization: Organization, filters: ResourceFilters, *, today: dt.date
) -> ResourceList:
    """All resources that the user sees and the filters let through; two queries, one more with a skill."""
    columns = visible_resources(user).filter(organization=organization).values_list(*ResourceLight._fields)
    light = [ResourceLight(*row) for row in columns]
    away = _next_days(organization, today)
    views = _views(light, away, today)
    shown = [
        each
        for each in views[filters.view]
        if not filters.department or each.department == filters.department
    ]
    if filters.text:
        words = fold(filters.text).split()
        shown = [each for each in shown if _holds(each, words)]
    if filters.skill:
        holders = ResourceSkill.objects.filter(organization=organization, skill=filters.skill)
        ids = set(holders.values_list("resource", flat=True))
        shown = [each for each in shown if each.id in ids]
    departments = sorted({each.department for each in light if each.department and each.project_id is None})
    counts = {name: len(view) for name, view in views.items()}
    return ResourceList(_ordered(shown, filters, away), counts, departments)


def _next_days(organization: Organization, today: dt.date) -> dict[int, dt.date]:
    """The first day of the next absence of everybody who has one; of who is away now a day that has passed."""
    coming = Absence.objects.filter(organization=organization, last_on__gte=today)
    days: dict[int, dt.date] = {}
    for pk, first in coming.order_by("first_on").values_list("resource", "first_on"):
        days.setdefault(pk, first)
    return days


def _views(
    light: list[ResourceLight], away: Mapping[int, dt.date], today: dt.date
) -> dict[str, list[ResourceLight]]:
    own = [each for each in light if each.project_id is None]
    active = [each for each in own if each.is_active]
    return {
        "all": active,
        **{kind: [each for each in active if each.kind == kind] for kind in ResourceKind.values},
        "away": [each for each in active if away.get(each.id, dt.date.max) <= today + SOON],
        "inactive": [each for each in own if not each.is_active],
        "imported": [each for each in light if each.project_id is not None],
    }


def _holds(each: ResourceLight, words: list[str]) -> bool:
    text = fold(f"{each.name} {each.kana} {each.department}")
    # 「あいざわみなと」 finds 「あいざわ みなと」.
    closed = "".join(text.split())
    return all(word in text or word in closed for word in words)


def _ordered(shown: list[ResourceLight], filters: ResourceFilters, away: Mapping[int, dt.date]) -> list[int]:
    keys: dict[str, Any] = {
        "kind": lambda each: _KIND_ORDER[each.kind],
        "department": lambda each: each.department,
        "capacity": lambda each: each.capacity_percentage,
        "absence": lambda each: away.get(each.id, dt.date.max),
    }
    by_name = sorted(
        shown, key=lambda each: each.reading, reverse=filters.is_descending and filters.sort == "name"
    )
    if filters.sort in keys:
        by_name.sort(key=keys[filters.sort], reverse=filters.is_descending)
    return [each.id for each in by_name]


def rows_of(ids: Iterable[int], *, today: dt.date) -> list[ResourceRow]:
    """Full rows of one page, in its order; three queries."""
    ids = list(ids)
    resources = Resource.objects.select_related("calendar", "user").in_bulk(ids)
    rows = {pk: ResourceRow(resources[pk]) for pk in ids if pk in resources}
    for skill in skills_of(rows):
        rows[skill.resource_id].skills.append(skill)
    coming = Absence.objects.filter(resource__in=rows, last_on__gte=today)
    # The first one of each: a page stays small even where years of leave are entered.
    for absence in coming.order_by("resource", "first_on", "pk").distinct("resource"):
        rows[absence.resource_id].next_absence = absence
    return list(rows.values())


def skills_of(resource_ids: Iterable[int]) -> Iterable[ResourceSkill]:
    """What some resources are good at, the best first."""
    skills = ResourceSkill.objects.filter(resource__in=list(resource_ids)).select_related("skill")
    return skills.order_by("-level", "skill__name", "pk")


def skills_to_choose(organization: Organization) -> list[Skill]:
    """The organization's list of skills, by name."""
    skills = Skill.objects.filter(organization=organization)
    return sorted(skills, key=lambda skill: fold(skill.name))


def holders_of_skills(organization: Organization) -> dict[int, int]:
    """How many people have each skill; skills without any are left out."""
    rows = (
        ResourceSkill.objects.filter(organization=organization).values("skill").annotate(holders=Count("pk"))
    )
    return dict(rows.values_list("skill", "holders"))
