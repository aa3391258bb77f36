"""How all projects do beside their baselines: SPI × CPI, groups, and each project with its trend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web import query
from config.web.htmx import render
from config.web.pagination import paginate
from projects.context import current_organization
from reports.figures.finish import finish_of
from reports.performance.across import rows as lines
from reports.performance.across.groups import BY, grouped, key_of, total_of
from reports.performance.across.selectors import Across, across, before, expected
from reports.performance.words import Unit
from reports.portfolio.selectors import seen_projects

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.models import Organization
    from projects.requests import SignedInRequest
    from reports.portfolio.selectors import Seen

#: By what the list is ordered; what cannot be said stands last.
SORTS: Final[dict[str, Callable[[Across], Any]]] = {
    "name": lambda row: row.project.name,
    "bac": lambda row: row.value.bac,
    "pv": lambda row: row.value.pv,
    "ev": lambda row: row.value.ev,
    "ac": lambda row: row.value.ac,
    "spi": lambda row: row.spi,
    "cpi": lambda row: row.cpi,
    "eac": lambda row: expected(row.value),
    "margin": lambda row: row.margin,
    "finish": lambda row: finish_of(row.project).expected_on,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, with everything unknown left out."""

    is_money: bool
    only_active: bool
    by: str
    #: The group whose projects are listed.
    group: str | None
    sort: str
    is_descending: bool

    @classmethod
    def read(cls, asked: Any, *, sees_money: bool) -> Asked:
        """Money only for those who see some."""
        sort = asked.get("sort", "")
        by = asked.get("by", "")
        is_money = asked.get("in") == "money" and sees_money
        key = sort.lstrip("-")
        return cls(
            is_money=is_money, only_active=asked.get("view") != "all", by=by if by in BY else BY[0],
            group=query.text(asked, "group") if "group" in asked else None,
            sort=key if key in SORTS and (is_money or key != "margin") else "", is_descending=sort.startswith("-"),
        )  # fmt: skip


@require_safe
@login_required
def portfolio_performance(request: SignedInRequest) -> HttpResponse:
    """Two queries beside those of the list of projects, whatever the number of projects and the length of their history."""
    organization = current_organization(request.user)
    tree = seen_projects(request.user, organization) if organization else {}
    sees_money = any(project.sees_money for project in tree.values())
    asked = Asked.read(request.GET, sees_money=sees_money)
    context: dict[str, Any] = {
        "section": "projects", "asked": asked, "unit": Unit(asked.is_money), "sees_money": sees_money,
        "has_projects": bool(tree),
    }  # fmt: skip
    if organization is not None:
        context |= _shown(request, organization, tree, asked)
    return render(request, "reports/performance/across.html", context, partials=["across", "across-projects"])


def _shown(
    request: SignedInRequest, organization: Organization, tree: dict[int, Seen], asked: Asked
) -> dict[str, Any]:
    unit, first_month = Unit(asked.is_money), organization.fiscal_year_start_month
    found = across(tree, is_money=asked.is_money, today=timezone.localdate(), only_active=asked.only_active)
    groups = grouped(found.rows, asked.by, organization, tree)
    names = [lines.group_name(group, asked.by, first_month) for group in groups]
    addresses = ["" if group.is_rest else _address(request, group.key) for group in groups]
    listed = [
        row
        for row in found.rows
        if asked.group is None or key_of(row.project, asked.by, organization) == asked.group
    ]
    page = paginate(request, _ordered(listed, asked))
    then = before(page.items, is_money=asked.is_money, today=timezone.localdate())
    total = total_of(listed, tree)
    chosen = next(
        (name for name, group in zip(names, groups, strict=True) if group.key == asked.group), asked.group
    )
    return {
        "found": found, "chart": lines.chart(listed, unit), "listed": len(listed), "most": lines.MOST_BUBBLES,
        "groups": lines.group_lines(groups, names, addresses, unit), "chosen": chosen,
        "all_figures": lines.figures_of(total_of(found.rows, tree), unit), "count": len(found.rows),
        "page": page, "rows": lines.project_lines(page.items, then, unit), "total_figures": lines.figures_of(total, unit),
    }  # fmt: skip


def _address(request: SignedInRequest, group: str) -> str:
    """The projects of a group alone."""
    kept = {key: value for key, value in request.GET.items() if key not in ("page", "group")}
    return "?" + urlencode(kept | {"group": group})


def _ordered(rows: list[Across], asked: Asked) -> list[Across]:
    """As asked for; else those first whose worse index is the lowest."""
    key = SORTS.get(asked.sort, _worse)
    known = [(value, row) for row in rows if (value := key(row)) is not None]
    known.sort(
        key=lambda each: (each[0], each[1].project.id), reverse=asked.is_descending and bool(asked.sort)
    )
    there = {row.project.id for _value, row in known}
    return [row for _value, row in known] + [row for row in rows if row.project.id not in there]


def _worse(row: Across) -> float | None:
    return min((each for each in (row.spi, row.cpi) if each is not None), default=None)
