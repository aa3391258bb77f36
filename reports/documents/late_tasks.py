"""The late tasks of a project with what to know before one decides: what each holds up, its slack, the last word on it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web import formats
from config.web.markdown import as_line
from reports.documents.contents import Is, Mark, ReportColumn, ReportTable, TableRow
from tasks.models import Assignment, Task, TaskComment, TaskLink

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.models import Project

_COLUMNS: Final = (
    "pk", "wbs_code", "name", "parent__name", "end_date", "progress_percentage", "is_critical", "total_slack_minutes", "days_late"
)  # fmt: skip
#: So much of a comment is shown; the rest is at the task.
LONGEST_WORD: Final = 60


def late_table(project: Project, on: dt.date, *, limit: int) -> ReportTable:
    """The latest first; five queries."""
    late = Task.objects.filter(project=project, deleted_at__isnull=True).late(on=on)
    rows: list[tuple[Any, ...]] = list(
        late.order_by("-days_late", "row_number", "pk").values_list(*_COLUMNS)[: limit + 1]  # type: ignore[misc]  # the plugin does not see what late() adds
    )
    shown = rows[:limit]
    ids = [row[0] for row in shown]
    people, pushed, words = people_of(ids), _pushed(ids), _words(ids)
    lines = [
        TableRow(
            (code, named(name, parent), people.get(pk, ""), finish, days, progress,
             _measure(project, is_critical, slack, pushed.get(pk, [])), words.get(pk, "")),
            mark=Mark.LATE, target_id=pk,
        )
        for pk, code, name, parent, finish, progress, is_critical, slack, days in shown
    ]  # fmt: skip
    columns = (
        ReportColumn("WBS", width=9), ReportColumn(_("遅れているタスク"), width=25, grows=True), ReportColumn(_("担当"), width=14),
        ReportColumn(_("終了"), Is.DAY, 12), ReportColumn(_("遅れ"), Is.DELAY, 7), ReportColumn(_("進捗"), Is.PERCENT, 9),
        ReportColumn(_("影響と対策"), width=26), ReportColumn(_("最新のコメント"), width=20),
    )  # fmt: skip
    note = _("遅れの大きい %(count)s件です。") % {"count": limit} if len(rows) > limit else ""
    return ReportTable(
        "late",
        _("遅延タスクと対策"),
        columns,
        lines,
        _("遅れているタスクはありません。"),
        note,
        leads_to="tasks:task_detail",
    )


def named(name: str, parent: str | None) -> str:
    """A task with what it is a part of: 詳細設計（販売管理）. Plans have many of one name."""
    return _("%(name)s（%(parent)s）") % {"name": name, "parent": parent} if parent else name


def people_of(ids: Collection[int]) -> dict[int, str]:
    """Who works on each of these tasks, by its id."""
    names: dict[int, list[str]] = defaultdict(list)
    rows = Assignment.objects.filter(task__in=ids).order_by("pk").values_list("task_id", "resource__name")
    for task_id, name in rows:
        names[task_id].append(name)
    return {task_id: _("、").join(found) for task_id, found in names.items()}


def _pushed(ids: Collection[int]) -> dict[int, list[str]]:
    """Names of the unfinished tasks that wait for each of these."""
    waiting: dict[int, list[str]] = defaultdict(list)
    rows = TaskLink.objects.filter(
        predecessor__in=ids, successor__progress_percentage__lt=100, successor__deleted_at__isnull=True
    )
    for task_id, name in rows.order_by("successor__start_minute", "pk").values_list(
        "predecessor_id", "successor__name"
    ):
        waiting[task_id].append(name)
    return waiting


def _words(ids: Collection[int]) -> dict[int, str]:
    """The last comment on each."""
    rows = (
        TaskComment.objects.filter(task__in=ids, deleted_at__isnull=True)
        .order_by("task_id", "-created_at", "-pk")
        .distinct("task_id")
        .values_list("task_id", "author__display_name", "body")
    )
    return {task_id: f"{author}: {as_line(body, LONGEST_WORD)}" for task_id, author, body in rows}


def _measure(project: Project, is_critical: bool, slack: Any, waiting: list[str]) -> str:
    """What the delay means, and so what is worth doing about it."""
    parts = []
    if is_critical:
        parts.append(_("クリティカルパス上です。短縮しないと完了日が遅れます。"))
    elif slack and slack > 0:
        parts.append(
            _("余裕が %(slack)s残っています。") % {"slack": formats.days(slack, project.minutes_per_day)}
        )
    if len(waiting) == 1:
        parts.append(_("「%(name)s」が待っています。") % {"name": waiting[0]})
    elif waiting:
        parts.append(
            _("「%(name)s」ほか%(count)s件が待っています。") % {"name": waiting[0], "count": len(waiting) - 1}
        )
    # English parts the sentences by a space, which Japanese does without.
    return "".join(parts).rstrip()
