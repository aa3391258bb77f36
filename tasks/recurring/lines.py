"""A plan from lines that a planner typed, one task after the other: 「点検 2日」."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from projects.permissions import Right
from tasks.models import Task, TaskLink
from tasks.plan.actions.tree import renumber
from tasks.plan.outline import OutlineRow
from tasks.plan.rescheduling import reschedule
from tasks.sheet.parsing import UnitMinutes, UnreadableError, read_duration
from tasks.sheet.text import sizes_of

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System

MOST_LINES: Final = 200
NAME_LENGTH: Final = 500
#: Ten years of days; more is a slip of the finger.
LONGEST_MINUTES: Final = 3_653 * 1_440
_LINE: Final = re.compile(r"(?P<name>.+?)[\s\u3000]+(?P<duration>\S+)")


class Typed(NamedTuple):
    """A task as it was typed."""

    name: str
    minutes: int
    is_elapsed: bool


def read_lines(text: str, sizes: UnitMinutes | None = None) -> list[Typed]:
    """The tasks of a text; empty lines are left out. Raises RuleBrokenError that names the line."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise RuleBrokenError(
            _("タスクは%(most)d行までです。多いときは、プロジェクトを元にしてください。")
            % {"most": MOST_LINES},
            field="task_lines",
        )
    return [_read(number, line, sizes or UnitMinutes()) for number, line in lines]


def _read(number: int, line: str, sizes: UnitMinutes) -> Typed:
    found = _LINE.fullmatch(line)
    try:
        if not found:
            raise UnreadableError(line)
        minutes, is_elapsed = read_duration(found["duration"], sizes)
    except UnreadableError:
        raise RuleBrokenError(
            _(
                "%(number)d行目「%(line)s」を読み取れません。「点検 2日」のように、名前と期間を空白で区切ってください。"
            )
            % {"number": number, "line": line[:40]},
            field="task_lines",
        ) from None
    if len(found["name"]) > NAME_LENGTH or minutes > LONGEST_MINUTES:
        raise RuleBrokenError(
            _("%(number)d行目が長すぎます。名前は500字、期間は10年までにしてください。") % {"number": number},
            field="task_lines",
        )
    return Typed(found["name"], minutes, is_elapsed)


def make_plan(*, project: Project, text: str, actor: User | System) -> None:
    """Fill an empty project with the tasks of a text, each after the one before; no duration is a milestone."""
    typed = read_lines(text, sizes_of(project))
    with changing(project, actor=actor, needs=Right.CREATE_PROJECT) as record:
        tasks = Task.objects.bulk_create(
            Task(
                organization_id=project.organization_id, project=project, name=each.name, row_number=number,
                duration_minutes=each.minutes, is_elapsed=each.is_elapsed, is_milestone=each.minutes == 0,
            )
            for number, each in enumerate(typed, 1)
        )  # fmt: skip
        TaskLink.objects.bulk_create(
            TaskLink(
                organization_id=project.organization_id, project=project, predecessor=before, successor=after
            )
            for before, after in pairwise(tasks)
        )
        renumber(project, [OutlineRow(task.pk, 1) for task in tasks])
        entry = record("plan.made", target=project, after={"count": len(tasks)})
        reschedule(project, record=record)
        entry.consequences = None
