"""Which change moved a task last."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import BooleanField, F, Func, Q, Value
from django.utils.translation import gettext as _

from projects.actions import action_named
from projects.changes import LISTED_MOVES
from projects.models import AuditEntry
from tasks.models import Task
from tasks.plan.clocks import clock_of

#: So many of the latest changes are searched for the one that moved a task last: a tenth of a second for one that never moved.
SEARCHED_ENTRIES: Final = 20_000


class Moved(NamedTuple):
    """The change that moved a task last: who made it, what it was made to, and by how many working days it moved."""

    entry: AuditEntry
    who: str
    what: str
    target: Task | None
    days: float
    #: How many tasks moved, where the record lists so few of them that this one may or may not be among them.
    unlisted: int = 0

    @property
    def earlier(self) -> float:
        """The days of a move to the front."""
        return -self.days


class _Exists(Func):
    """Whether a path leads anywhere in a JSON value."""

    function = "jsonb_path_exists"
    template = "%(function)s(%(expressions)s::jsonpath)"
    output_field = BooleanField()


def is_searched_whole(task: Task) -> bool:
    """Whether the search reaches back to the beginning of the record."""
    return bool(task.project.audit_sequence <= SEARCHED_ENTRIES)


def moved_last(task: Task) -> Moved | None:
    """The latest change after which the task lay elsewhere, among the latest of its project."""
    since = task.project.audit_sequence - SEARCHED_ENTRIES
    # In the order of the index, so that the search ends at the first one that is found.
    entries = AuditEntry.objects.filter(project=task.project_id, sequence__gt=since).order_by("-sequence")
    # Containment is four times as quick as the path, but finds the number among the dates, too (as a lax path would).
    is_listed = Q(consequences__contains={"moves": [[task.pk]]}) & Q(
        _Exists(F("consequences"), Value(f"strict $.moves[*] ? (@[0] == {task.pk})"))
    )
    may_be_left_out = Q(consequences__count__gt=LISTED_MOVES)
    found = entries.filter(is_listed | may_be_left_out).select_related("actor").first()
    if found is None or found.consequences is None:
        return None
    move = next((move for move in found.consequences["moves"] if move[0] == task.pk), None)
    target = None
    if found.target_type == "task" and found.target_id not in {None, task.pk}:
        target = Task.objects.filter(pk=found.target_id, project=task.project_id, deleted_at=None).first()
    who = _("%(name)sさん") % {"name": found.actor.display_name} if found.actor else _("自動の処理")
    what = happened(found)
    if move is None:
        return Moved(found, who, what, target, 0, found.consequences["count"])
    return Moved(found, who, what, target, _days_between(task, move))


def _days_between(task: Task, move: list[int | None]) -> float:
    """Working days from where the start was to where it went; of the finish where the start stayed."""
    _pk, start_before, finish_before, start, finish = move
    before, after = (start_before, start) if start_before != start else (finish_before, finish)
    if before is None or after is None:
        return 0.0
    minutes: int = clock_of(task).between(before, after)
    return minutes / int(task.project.minutes_per_day)


def happened(entry: AuditEntry) -> str:
    """What an entry says where its task need not be named."""
    action = action_named(entry.action)
    return str(action.short) or str(action.sentence).format(what=_("タスク"))
