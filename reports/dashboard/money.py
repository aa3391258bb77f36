"""How much of their budgets projects have used, for those who may see money.

A project answers for its sub-projects too: its budget holds theirs, so its cost and progress hold theirs as well.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from projects import caching
from projects.models.projects import MAX_LEVELS
from reports.figures.by_project import by_project
from reports.portfolio.selectors import Portfolio, Seen, portfolio, viewer_key
from tasks.plan.costs import Cost, planned_costs

if TYPE_CHECKING:
    from projects.models import Organization, User


class Budget(NamedTuple):
    """One project's budget and what has become of it."""

    project_id: int
    name: str
    budget: Decimal
    spent: Decimal
    expected: Decimal
    progress: int
    #: How many of its people have no rate for some of their work: the cost is too low by theirs.
    unpriced: int

    @property
    def percentage(self) -> int | None:
        """The part that is used."""
        return round(100 * self.spent / self.budget) if self.budget else None

    @property
    def left(self) -> Decimal:
        """What the plan leaves of the budget; negative when it costs more."""
        return self.budget - self.expected

    @property
    def is_over(self) -> bool:
        """Whether the plan costs more than there is."""
        return self.expected > self.budget


class Money(NamedTuple):
    """Budgets of the projects under way, the most strained first, and all of them together."""

    budgets: list[Budget]
    budget: Decimal
    spent: Decimal
    #: How many people have no rate for some of their work: costs are too low by theirs.
    unpriced: int

    @property
    def percentage(self) -> int | None:
        """The part of all budgets that is used."""
        return round(100 * self.spent / self.budget) if self.budget else None


def money_of(organization_id: int, seen: Portfolio) -> Money | None:
    """None for a user who sees no money anywhere."""
    priced = {pk: each for pk, each in seen.projects.items() if each.sees_money}
    if not priced:
        return None
    costs = costs_of_organization(organization_id)
    families = _families(priced)
    budgets = [
        _budget(project, families[project.id], costs, seen.standing(project).progress)
        for project in seen.active()
        if project.sees_money and project.budget
    ]
    budgets.sort(
        key=lambda each: (
            not each.is_over,
            each.progress - (each.percentage or 0),
            -each.budget,
            each.project_id,
        )
    )
    whole = [each for each in budgets if not _is_inside(priced[each.project_id], priced)]
    return Money(
        budgets,
        sum((each.budget for each in whole), Decimal(0)),
        sum((each.spent for each in whole), Decimal(0)),
        max((each.unpriced for each in budgets), default=0),
    )


def budget_of(user: User, organization: Organization, project_id: int) -> Budget | None:
    """One project's budget as the dashboard counts it, whatever its state; None where its money is not seen."""
    return budgets_of(user, organization).get(project_id)


def budgets_of(user: User, organization: Organization) -> dict[int, Budget]:
    """The same of every project whose money the user sees; remembered until a list shows something else."""

    def gather() -> dict[int, Budget]:
        seen = portfolio(user, organization)
        priced = {pk: each for pk, each in seen.projects.items() if each.sees_money}
        costs, families = costs_of_organization(organization.pk), _families(priced)
        return {
            pk: _budget(each, families[pk], costs, seen.standing(each).progress)
            for pk, each in priced.items()
        }

    key = f"budgets:{viewer_key(user, organization)}"
    return caching.per_organization(organization.pk, "project:list", key, gather)


#: Everything besides a plan that its cost hangs on.
_PRICES: Final = """
SELECT md5(string_agg(concat_ws(':', rate.resource_id, rate.valid_from, rate.cost_per_hour, resource.kind), ',' ORDER BY rate.id))
  FROM resource_rates rate JOIN resources resource ON resource.id = rate.resource_id WHERE rate.organization_id = %s
"""


def costs_of_organization(organization_id: int) -> dict[int, Cost]:
    """Costs of all plans of an organization; remembered until one of them, or a price, changes."""

    def gather() -> dict[int, Cost]:
        return by_project(organization_id, "costs", planned_costs, stamp=stamp_of_prices(organization_id))

    return caching.per_organization(organization_id, "project:list", "costs", gather)


def stamp_of_prices(organization_id: int) -> str:
    """Another text when a price of the organization has changed; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PRICES, [organization_id])
        return cursor.fetchone()[0] or ""


def _families(projects: dict[int, Seen]) -> dict[int, list[Seen]]:
    """Each project with all below it; cancelled ones add nothing to those above, as with progress."""
    families: dict[int, list[Seen]] = defaultdict(list)
    for project in projects.values():
        at, steps = project, 0
        while steps < MAX_LEVELS:
            families[at.id].append(project)
            if at.status == "cancelled" or at.parent_id not in projects:
                break
            at, steps = projects[at.parent_id], steps + 1
    return families


def _budget(project: Seen, family: list[Seen], costs: dict[int, Cost], progress: int) -> Budget:
    shares = [costs[each.id] for each in family if each.id in costs]
    return Budget(
        project.id, project.name, project.budget,
        sum((cost.to_date for cost in shares), Decimal(0)), sum((cost.total for cost in shares), Decimal(0)),
        progress, max((cost.unpriced for cost in shares), default=0),
    )  # fmt: skip


def _is_inside(project: Seen, projects: dict[int, Seen]) -> bool:
    """Whether a budget above already holds this one."""
    at, steps = projects.get(project.parent_id or 0), 0
    while at is not None and steps < MAX_LEVELS:
        if at.is_active and at.budget:
            return True
        at, steps = projects.get(at.parent_id or 0), steps + 1
    return False
