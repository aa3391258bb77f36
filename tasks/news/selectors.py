"""What others have changed of a plan since a revision: which rows, which of their cells, who and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from projects.actions import PREDECESSORS, Values, action_named
from projects.models import AuditEntry
from tasks.models import PlanStepRow
from tasks.sheet.columns.custom import is_custom
from tasks.sheet.columns.registry import registry
from tasks.undo.keyed import KEYED
from tasks.undo.rows import PEOPLE, TASKS

if TYPE_CHECKING:
    from datetime import datetime

    from projects.models import Project
    from tasks.models import PlanLook

#: So many entries of the record are read, the newest; who was away for months is told that there is more.
MOST_ENTRIES: Final = 2_000
MOST_ROWS: Final = 20_000


@dataclass
class News:
    """One task that looks different: by whom last, when, and in which columns; none of them means all of the row."""

    who: str
    at: datetime
    columns: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class NewsOfPlan:
    """All of a plan."""

    since: datetime | None
    tasks: dict[int, News]
    #: Whether there is more than was read.
    is_cut: bool


def news_of(project: Project, look: PlanLook) -> NewsOfPlan:
    """What others have changed since the last visit of the one who looks. Two queries.

    From the record, which has everything; of a change of many rows at once its step says which cells they were.
    """
    entries = list(_entries(project, look)[:MOST_ENTRIES])
    found: dict[int, News] = {}
    for entry in reversed(entries):
        who = entry.actor.display_name if entry.actor else entry.system_name
        if entry.target_type == "task" and entry.target_id is not None:
            _add(found, entry.target_id, who, entry.happened_at, _columns_of(entry))
        for move in (entry.consequences or {}).get("moves", []):
            _add(found, move[0], who, entry.happened_at, {"start", "finish"})
    for task_id, who, at, names in _of_steps(project, look):
        _add(found, task_id, who, at, names)
    return NewsOfPlan(look.since_at, found, len(entries) == MOST_ENTRIES)


def _entries(project: Project, look: PlanLook) -> Any:
    others = ~Q(actor=look.user_id) | Q(actor__isnull=True)
    rows = AuditEntry.objects.filter(others, project=project, revision__gt=look.since_revision)
    return rows.select_related("actor").order_by("-sequence")


def _of_steps(project: Project, look: PlanLook) -> list[tuple[int, str, datetime, set[str]]]:
    rows = PlanStepRow.objects.filter(
        step__project=project, step__revision__gt=look.since_revision, kind__in=[TASKS, PEOPLE]
    ).exclude(step__user=look.user_id)
    values = rows.order_by("pk").values_list(
        "kind", "row_id", "before", "after", "step__user__display_name", "step__happened_at"
    )
    found = []
    for kind, row_id, before, after, who, at in values[:MOST_ROWS]:
        if kind == TASKS:
            found.append((row_id, who, at, _shown_in(before or {}, after or {})))
        else:
            task_id = (before or after or {}).get("task_id")
            found += [(task_id, who, at, {"assignees"})] if task_id else []
    return found


def _shown_in(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The columns of the sheet that show what was written of a row."""
    found = {_column(name) for name in after.keys() - KEYED} - {""}
    for holder in KEYED & after.keys():
        was, became = before.get(holder) or {}, after[holder] or {}
        found |= {name for name in was.keys() | became.keys() if was.get(name) != became.get(name)}
    return found


def _add(found: dict[int, News], task_id: int, who: str, at: datetime, columns: set[str]) -> None:
    news = found.get(task_id)
    if news is None:
        found[task_id] = News(who, at, columns)
        return
    news.columns |= columns
    if at >= news.at:
        news.who, news.at = who, at


def _columns_of(entry: AuditEntry) -> set[str]:
    values = action_named(entry.action).values
    if values is Values.LINKS:
        return {"predecessors"}
    if values is Values.UNITS:
        return {"assignees"}
    after = entry.after if isinstance(entry.after, dict) else {}
    return {_column(name) for name in after} - {""}


@cache
def _column(name: str) -> str:
    """The column of the sheet that shows a field; a custom field is called by its column."""
    if is_custom(name):
        return name
    return _BY_FIELD.get(name) or next((column.name for column in registry if name in column.fields), "")


#: Fields whose column shows what is made of them.
_BY_FIELD: Final = {
    "start_minute": "start", "finish_minute": "finish", "constraint_minute": "start", "actual_start_minute": "start",
    "actual_finish_minute": "finish", PREDECESSORS: "predecessors",
}  # fmt: skip
