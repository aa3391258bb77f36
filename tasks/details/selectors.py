"""What one task's page and drawer show: why it lies where it lies, its neighbours, what was said and done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from projects.models import AuditEntry
from projects.permissions import Right
from projects.worktime.moments import MINUTES_PER_DAY, day_number
from tasks.allocation.overallocation import overallocated_people
from tasks.models import MAX_OUTLINE_LEVEL, Task, TaskComment, TaskProgress, TaskStatus
from tasks.plan.clocks import clock_of
from tasks.plan.constraint_days import DEADLINE, meanings_of
from tasks.plan.lateness import DaysLate
from tasks.reasons.moves import happened
from tasks.reasons.words import ALONE
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.kinds import Face
from tasks.sheet.columns.names import state_of
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.rows import row_of
from tasks.sheet.sources import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from projects.models import User
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look

#: What a page shows of lists that grow with time; the rest is in the project's history.
MOST_COMMENTS: Final = 50
MOST_ENTRIES: Final = 12
#: What the head of the drawer reads, whatever columns stand below it.
HEAD: Final = Column(
    name="head", header="", fields=("status",), annotations={"days_late": DaysLate}, sources=(PEOPLE,)
)

#: What holds a start, where no other task has to be named: the words of the reasons, but for what one line says otherwise.
_WHY: Final = ALONE | {
    "project_start": gettext_lazy("プロジェクトの開始日に合わせて始まります。"),
    "constraint": gettext_lazy("制約の日付で決まっています。"),
    "parent_constraint": gettext_lazy("上のサマリータスクの制約で決まっています。"),
    "actual": gettext_lazy("実績の日付で決まっています。"),
    "calendar": gettext_lazy("カレンダーの次の稼働日まで待っています。"),
    "resource": gettext_lazy("担当者の次の稼働日まで待っています。"),
}
#: The same with the task that decides.
_WHY_TASK: Final = {
    "predecessor": gettext_lazy("先行タスク「%(task)s」を待っています。"),
    "parent_predecessor": gettext_lazy("上のサマリータスクの先行「%(task)s」を待っています。"),
    "successor": gettext_lazy("後続タスク「%(task)s」に間に合うように置いています。"),
    "children": gettext_lazy("子タスク「%(task)s」から始まります。"),
}


def why(task: Task) -> str:
    """In one sentence, what decides the start of a task."""
    if task.driver_kind in _WHY_TASK and task.driver_task_id:
        other = Task.objects.filter(pk=task.driver_task_id, project=task.project_id).first()
        if other is not None:
            return str(_WHY_TASK[task.driver_kind]) % {"task": f"{other.wbs_code} {other.name}"}
    return str(_WHY.get(task.driver_kind, ""))


def planned_percentage(task: Task, on: date) -> int | None:
    """How far the task should be at the end of a day, by working time; unknown without dates."""
    if task.start_minute is None or task.finish_minute is None:
        return None
    until = (day_number(on) + 1) * MINUTES_PER_DAY
    if until >= task.finish_minute:
        return 100
    if until <= task.start_minute:
        return 0
    clock = clock_of(task)
    whole = clock.between(task.start_minute, task.finish_minute)
    return 100 * clock.between(task.start_minute, until) // whole if whole else 0


def details(task: Task, user: User, rights: Collection[Right], on: date) -> dict[str, Any]:
    """All that the drawer shows; a fixed number of queries."""
    project = task.project
    columns = registry.shown(Face.DRAWER, rights)
    row = row_of(task, (*columns, HEAD), on=on)
    is_own = any(share.user_id == user.pk for share in row.people)
    may_edit = Right.EDIT_PLAN in rights
    slack = task.total_slack_minutes
    planned = None if task.is_summary else planned_percentage(task, on)
    look = make_look(project, given={"planned": planned, "why": why(task)})
    state = state_of(row, look)
    return {
        "project": project,
        "task": task,
        "state": state,
        "state_label": TaskStatus(state).label,
        "facts": _facts(row, columns, look, _notes(task)),
        "over_people": overallocated_people(project.pk, task.pk)
        if row.people and task.progress_percentage < 100
        else [],
        "may_see_loads": Right.VIEW_RESOURCES in rights,
        "may_edit": may_edit,
        "may_comment": Right.COMMENT in rights,
        "may_report": not task.is_summary and (may_edit or (is_own and Right.REPORT_PROGRESS in rights)),
        "days_late": row.days_late,
        "slack": None if slack is None else formats.days(slack, project.minutes_per_day),
        "is_short": slack is not None and slack < 0 and task.progress_percentage < 100,
        "parents": _parents(task),
        "neighbours": _neighbours(task),
        "comments": _comments(task),
        "reports": _reports(task),
        "entries": _entries(task),
    }


def _notes(task: Task) -> dict[str, str]:
    """What stands below a fact, by the name of its column."""
    return {
        "deadline" if kind == DEADLINE else "constraint": said for kind, said in meanings_of(task).items()
    }


def _facts(row: Row, columns: Iterable[Column], look: Look, notes: dict[str, str]) -> list[dict[str, Any]]:
    """What each column says of the task; one that says nothing is left out."""
    found = []
    for column in columns:
        # nosemgrep: markup-of-words  -- each column escapes what people typed
        said = SafeString(column.fact_of(row, look))
        if said:
            note = notes.get(column.name, "")
            found.append({"name": column.name, "header": column.header, "html": said, "note": note})
    return found


def _parents(task: Task) -> list[dict[str, Any]]:
    """The summaries above, outermost first: one query up the tree."""
    prefixes = ["parent__" * steps for steps in range(1, MAX_OUTLINE_LEVEL)]
    columns = [f"{prefix}{name}" for prefix in prefixes for name in ("id", "wbs_code", "name")]
    values = Task.objects.filter(pk=task.pk).values_list(*columns)[0]
    found = [values[at : at + 3] for at in range(0, len(values), 3)]
    return [{"pk": pk, "code": code, "name": name} for pk, code, name in reversed(found) if pk]


def _neighbours(task: Task) -> dict[str, int | None]:
    """The tasks in the rows above and below."""
    number = task.row_number or 0
    found = dict(
        Task.objects.filter(project=task.project_id, row_number__in=[number - 1, number + 1]).values_list(
            "row_number", "pk"
        )
    )
    return {"above": found.get(number - 1), "below": found.get(number + 1)}


def _comments(task: Task) -> list[TaskComment]:
    """The latest, oldest of them first."""
    rows = TaskComment.objects.filter(task=task, deleted_at__isnull=True).select_related("author")
    return list(rows.order_by("-created_at", "-pk")[:MOST_COMMENTS])[::-1]


def _reports(task: Task) -> list[TaskProgress]:
    rows = TaskProgress.objects.filter(task=task).select_related("recorded_by")
    return list(rows.order_by("-recorded_at", "-pk")[:5])


def _entries(task: Task) -> list[dict[str, Any]]:
    rows = AuditEntry.objects.filter(project=task.project_id, target_type="task", target_id=task.pk)
    latest = rows.select_related("actor").order_by("-sequence")[:MOST_ENTRIES]
    return [
        {
            "who": entry.actor.display_name if entry.actor else entry.system_name or _("システム"),
            "key": entry.actor_id or 0,
            "what": happened(entry),
            "detail": _change(entry),
            "at": entry.happened_at,
        }
        for entry in latest
    ]


def _change(entry: AuditEntry) -> str:
    """Before → after, where one figure or name says it."""
    before, after = entry.before or {}, entry.after or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ""
    if "progress_percentage" in after:
        return f"{before.get('progress_percentage', 0)}% → {after['progress_percentage']}%"
    if "actual_work_minutes" in after:
        return f"{formats.hours(before.get('actual_work_minutes', 0))} → {formats.hours(after['actual_work_minutes'])}"
    if set(after) == {"name"} and before.get("name"):
        return f"{before['name']} → {after['name']}"
    return ""
