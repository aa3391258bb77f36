"""Rows of late tasks as escaped strings, for the list and the dashboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import elements, formats

if TYPE_CHECKING:
    from reports.late.selectors import Choice, LateRow, TaskPerson


def _pattern(name: str) -> str:
    """An address like others, so that it is built once and not for every row."""
    return reverse(name, args=[0]).replace("/0/", "/{}/")


def late_rows(rows: Iterable[LateRow], *, is_short: bool = False) -> SafeString:
    """The body of the table; a short one has no columns for finish and progress."""
    to_task, to_project = _pattern("tasks:task_detail"), _pattern("reports:project_overview")
    critical = elements.status("critical", _("クリティカル"))
    lines = [_row(row, to_task, to_project, critical, is_short=is_short) for row in rows]
    # Everything typed by a person was escaped in `_row`.
    return mark_safe("".join(lines))  # nosec B308 B703


def options(choices: Iterable[Choice], chosen: int) -> SafeString:
    """What a filter offers, each with the number of its late tasks."""
    return format_html_join(
        "", '<option value="{}"{}>{} ({})</option>',
        ((each.id, SafeString(" selected") if each.id == chosen else "", each.name, f"{each.tasks:,}") for each in choices),
    )  # fmt: skip


def _row(row: LateRow, to_task: str, to_project: str, critical: str, *, is_short: bool) -> str:
    name, project = escape(row.label), escape(row.project)
    words = ngettext("%(days)s日", "%(days)s日", row.days) % {"days": row.days}
    finish = f'<td class="num col-desk">{formats.day_dense(row.end_date)}</td>'
    progress = f'<td class="num col-desk">{formats.percent(row.progress)}</td>'
    return (
        f'<tr><td class="w-fill"><a class="cut" href="{to_task.format(row.id)}" title="{name}">{name}</a></td>'
        f'<td class="{"col-wide" if is_short else "col-desk"} w-third"><a class="cut quiet" href="{to_project.format(row.project_id)}"'
        f' title="{project}">{project}</a></td>'
        f'<td class="col-desk">{people(row.people)}</td>'
        f'<td class="{"col-desk" if is_short else ""}">{critical if row.is_critical else ""}</td>'
        f"{'' if is_short else finish}"
        f'<td class="num is-late">{words}</td>'
        f"{'' if is_short else progress}</tr>"
    )


def people(found: Sequence[TaskPerson]) -> str:
    """The first of those on a task, and how many more there are."""
    if not found:
        return f'<span class="faint">{formats.NONE}</span>'
    first = elements.person(found[0].name, found[0].id)
    more = f'<span class="faint">+{len(found) - 1}</span>' if len(found) > 1 else ""
    return f'<span class="cell">{first}{more}</span>'
