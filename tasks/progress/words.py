"""What is said of a report of progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.web import formats
from tasks.plan.actions.progress import WORK

if TYPE_CHECKING:
    from projects.models import AuditEntry
    from tasks.models import Task


def said_of(report: AuditEntry, task: Task) -> str:
    """How far the task is now, and the sum of its hours: as the record has it, whatever the form showed before."""
    before: dict[str, Any] = report.before or {}
    after: dict[str, Any] = report.after or {}
    progress = formats.percent(task.progress_percentage)
    if WORK not in after:
        return _("報告しました：進捗 %(progress)s") % {"progress": progress}
    return _("報告しました：進捗 %(progress)s、実績工数 %(sum)s") % {
        "progress": progress, "sum": sum_of(before[WORK], after[WORK])
    }  # fmt: skip


def taken_back(task: Task) -> str:
    """That a report was taken back, and where the task stands again."""
    return _("報告を元に戻しました：進捗 %(progress)s、実績工数 %(hours)s") % {
        "progress": formats.percent(task.progress_percentage), "hours": formats.hours(task.actual_work_minutes)
    }  # fmt: skip


def sum_of(before: int, after: int) -> str:
    """Minutes of work as a sum: 3.5h + 6h = 9.5h."""
    sign = "+" if after >= before else "−"
    added = formats.hours(abs(after - before))
    return f"{formats.hours(before)} {sign} {added} = {formats.hours(after)}"
