"""The projects that a user looks after, as light as figures over all of them need."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Exists

from projects import caching
from projects.models import OrganizationMember, OrganizationRole, Project, ProjectMember
from projects.permissions import Right, rights_in_organization
from reports.figures import health
from reports.figures.finish import finish_of
from reports.figures.selectors import ProjectFigures, figures_of_organization
from reports.figures.standing import Standing, standings_of_organization

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from projects.models import Organization, User

_COLUMNS: Final = (
    "id", "parent_id", "name", "status", "progress_weight", "planned_finish_minute",
    "forecast_finish_minute", "end_date", "category", "budget", "contract_amount",
)  # fmt: skip


class Seen(NamedTuple):
    """A project that the viewer sees. The budget is zero, and what its contract is about unknown, where they may not see money."""

    id: int
    parent_id: int | None
    name: str
    status: str
    progress_weight: int
    planned_finish_minute: int | None
    forecast_finish_minute: int | None
    end_date: date
    category: str
    budget: Decimal
    contract_amount: Decimal | None
    sees_money: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it is under way."""
        return self.status == "active"


class Portfolio(NamedTuple):
    """All projects of an organization that a user sees, by id, with the figures of their tasks."""

    projects: dict[int, Seen]
    figures: dict[int, ProjectFigures]
    standings: dict[int, Standing]

    def of(self, project: Seen) -> ProjectFigures:
        """What its tasks say."""
        return self.figures.get(project.id, ProjectFigures())

    def standing(self, project: Seen) -> Standing:
        """How far it is, and should be."""
        return self.standings.get(project.id, Standing())

    def active(self) -> Iterator[Seen]:
        """Those under way."""
        return (project for project in self.projects.values() if project.is_active)

    def active_ids(self) -> set[int]:
        """Those whose late tasks count."""
        return {project.id for project in self.active()}

    def is_behind(self, project: Seen) -> bool:
        """The same as in the list's view 遅れあり."""
        return health.is_behind(self.standing(project), self.of(project).late)

    def health(self, project: Seen) -> health.ProjectHealth:
        """The same as in the list's filter."""
        return health.health_of(over=finish_of(project).over, is_behind=self.is_behind(project))


def viewer_key(user: User, organization: Organization) -> str:
    """Whose view a remembered value is, and what they may see in it."""
    return f"{user.pk}:{','.join(sorted(rights_in_organization(user, organization)))}"


def portfolio(user: User, organization: Organization) -> Portfolio:
    """Two or three queries, whatever there is; remembered until a list shows something else."""
    return Portfolio(
        seen_projects(user, organization),
        figures_of_organization(organization.pk),
        standings_of_organization(organization.pk),
    )


def seen_projects(user: User, organization: Organization) -> dict[int, Seen]:
    """The projects alone, without what their tasks say."""
    return caching.per_organization(
        organization.pk,
        "project:list",
        f"portfolio:{viewer_key(user, organization)}",
        lambda: _projects(user, organization),
    )


def _projects(user: User, organization: Organization) -> dict[int, Seen]:
    found = Project.objects.visible_to(user).filter(organization=organization)
    sees_all_money = Right.SEE_MONEY in rights_in_organization(user, organization)
    priced = set() if sees_all_money else _priced(user, organization)
    seen = {}
    for row in found.order_by("start_date", "code", "pk").values_list(*_COLUMNS):
        sees_money = sees_all_money or row[0] in priced
        money = row[-2:] if sees_money else (Decimal(0), None)
        seen[row[0]] = Seen._make((*row[:-2], *money, sees_money))
    return seen


def _priced(user: User, organization: Organization) -> set[int]:
    """Projects whose money a member may see by their place in them; guests never do (see `projects/permissions.py`)."""
    guest = OrganizationMember.objects.filter(
        user=user, organization=organization, role=OrganizationRole.GUEST
    )
    members = ProjectMember.objects.current().filter(user=user, organization=organization, may_see_money=True)
    members = members.exclude(Exists(guest))
    return set(members.values_list("project", flat=True))
