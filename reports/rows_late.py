"""Rows of late tasks as escaped strings, for the list and the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import elements, formats

if TYPE_CHECKING:
    from tasks.models import Task


def _pattern(name: str) -> str:
    """An address like others, so that it is built once and not for every row."""
    return reverse(name, args=[0]).replace("/0/", "/{}/")


def late_rows(tasks: Iterable[Task], *, is_short: bool = False) -> SafeString:
    """The body of the table; a short one has no columns for finish and progress."""
    to_task, to_project = _pattern("tasks:task_detail"), _pattern("reports:project_overview")
    critical = elements.status("critical", _("クリティカル"))
    rows = [_row(task, to_task, to_project, critical, is_short=is_short) for task in tasks]
    # Everything typed by a person was escaped in `_row`.
    return mark_safe("".join(rows))  # nosec B308 B703


def _row(task: Task, to_task: str, to_project: str, critical: str, *, is_short: bool) -> str:
    name, project = escape(f"{task.wbs_code} {task.name}"), escape(task.project.name)
    days = task.days_late  # type: ignore[attr-defined]  # annotated by the selector
    words = ngettext("%(days)s日", "%(days)s日", days) % {"days": days}
    finish = f'<td class="num col-desk">{formats.day_dense(task.end_date)}</td>'
    progress = f'<td class="num col-desk">{formats.percent(task.progress_percentage)}</td>'
    return (
        f'<tr><td class="w-fill"><a class="cut" href="{to_task.format(task.pk)}" title="{name}">{name}</a></td>'
        f'<td class="{"col-wide" if is_short else "col-desk"} w-third"><a class="cut quiet" href="{to_project.format(task.project_id)}"'
        f' title="{project}">{project}</a></td>'
        f'<td class="col-desk">{_people(task)}</td>'
        f'<td class="{"col-desk" if is_short else ""}">{critical if task.is_critical else ""}</td>'
        f"{'' if is_short else finish}"
        f'<td class="num is-late">{words}</td>'
        f"{'' if is_short else progress}</tr>"
    )


def _people(task: Task) -> str:
    resources = [assignment.resource for assignment in task.assignments.all()]
    if not resources:
        return f'<span class="faint">{formats.NONE}</span>'
    first = elements.person(resources[0].name, resources[0].pk)
    more = f'<span class="faint">+{len(resources) - 1}</span>' if len(resources) > 1 else ""
    return f'<span class="cell">{first}{more}</span>'
