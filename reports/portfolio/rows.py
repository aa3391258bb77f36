"""Rows of the project list as escaped strings: fifty of them through a template cost more than their queries."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from config.web import elements, formats
from projects.models import ProjectStatus
from reports.portfolio.listing import ProjectRow

_OVER = frozenset({ProjectStatus.COMPLETED, ProjectStatus.CANCELLED})
_NONE = f'<span class="faint">{formats.NONE}</span>'


def project_rows(rows: Iterable[ProjectRow], *, sees_money: bool) -> SafeString:
    """The body of the table."""
    labels = {value: str(label) for value, label in ProjectStatus.choices}
    # An address like another one, so that it is built once and not for every row.
    address = reverse("reports:project_overview", args=[0]).replace("/0/", "/{}/")
    return mark_safe("".join(_row(row, labels, address, sees_money) for row in rows))  # nosec B308 B703


def _row(row: ProjectRow, labels: dict[str, str], address: str, sees_money: bool) -> str:
    project, name = row.project, escape(row.project.name)
    css = ' class="row--done"' if project.status in _OVER else ""
    money = f'<td class="num col-desk">{formats.yen(project.budget)}</td>' if sees_money else ""
    meter = elements.meter(*row.standing) if project.task_count or row.standing.progress else _NONE
    return (
        f"<tr{css}>"
        f'<th scope="row"><span class="tree" data-level="{row.level}">'
        f'<a class="cut" href="{address.format(project.pk)}" title="{name}">{name}</a></span></th>'
        f'<td class="nowrap faint col-desk code">{escape(project.code)}</td>'
        f"<td>{elements.status(project.status, labels[project.status])}</td>"
        f'<td class="w-meter">{meter}</td>'
        f'<td class="num">{elements.count(row.late)}</td>'
        f'<td class="col-desk">{_leaders(row)}</td>'
        f'<td class="num quiet col-desk">{formats.day_range(project.start_date, project.end_date)}</td>'
        f"{money}</tr>"
    )


def _leaders(row: ProjectRow) -> str:
    if not row.leaders:
        return formats.NONE
    first = elements.person(row.leaders[0].display_name, row.leaders[0].pk)
    return f'{first} <span class="faint">+{len(row.leaders) - 1}</span>' if len(row.leaders) > 1 else first
