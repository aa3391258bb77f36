"""課題・リスク as a table of regular reports: what is to be looked after, what is done about it, by whom and until when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from config.web.markdown import as_line
from reports.documents.contents import Is, Mark, ReportColumn, ReportTable, TableRow
from tasks.issues.selectors import Asked, listed, of_project

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.models import ProjectIssue

MOST_ISSUES: Final = 10
#: So much of a measure is shown; the rest is in the list of the project.
LONGEST_MEASURE: Final = 80
NOT_OVER: Final = Asked(is_all=False, kind="", cell=None)


def issue_table(project: Project, on: dt.date) -> ReportTable:
    """What is not over, the gravest first, as the project's own list has it; one query, another where it was cut."""
    rows = listed(of_project(project), NOT_OVER)
    found = list(rows[: MOST_ISSUES + 1])
    note = ""
    if len(found) > MOST_ISSUES:
        note = _("全 %(count)s件のうち、重い順に %(shown)s件です。") % {
            "count": rows.count(), "shown": MOST_ISSUES
        }  # fmt: skip
    columns = (
        ReportColumn(_("種類"), width=8), ReportColumn(_("件名"), width=28, grows=True),
        ReportColumn(_("重さ"), Is.COUNT, 7), ReportColumn(_("対応者"), width=14),
        ReportColumn(_("期限"), Is.DAY, 12), ReportColumn(_("状態"), width=9), ReportColumn(_("対策"), width=34),
    )  # fmt: skip
    return ReportTable(
        "issues", _("課題・リスク"), columns, [_line(issue, on) for issue in found[:MOST_ISSUES]],
        _("対応の要る課題やリスクはありません。"), note,
    )  # fmt: skip


def _line(issue: ProjectIssue, on: dt.date) -> TableRow:
    owner = issue.owner.display_name if issue.owner else ""
    values = (
        issue.get_kind_display(), issue.title, issue.score, owner, issue.due_on,
        issue.get_state_display(), as_line(issue.measure, LONGEST_MEASURE),
    )  # fmt: skip
    return TableRow(values, mark=Mark.LATE if issue.is_late(on) else Mark.NONE)
