"""Which tasks wait for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.storing import made
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.models import TaskLink
from tasks.plan.link_text import LAG_FIELDS, TypedLink

if TYPE_CHECKING:
    from tasks.models import Task
    from tasks.plan.unit import PlanUnit

#: Ten years of lag in either direction; beyond it the text is a slip.
LONGEST_LAG = 10 * 366 * MINUTES_PER_DAY


def set_links(plan: PlanUnit, task: Task, typed: Sequence[TypedLink]) -> None:
    """Replace what a task waits for; the rows of the links are row numbers. Raises RuleBrokenError."""
    wanted = _resolve(plan, task, typed)
    current = plan.rows.links(task)
    before = {str(pk): _plain(link) for pk, link in current.items()}
    _store(plan, task, current, wanted)
    plan.record(
        "link.changed", target=task, before=before,
        after={str(pk): list(link[1:]) for pk, link in wanted.items()},
    )  # fmt: skip
    plan.touch(task)


def _plain(link: TaskLink) -> list[Any]:
    return [getattr(link, name) for name in LAG_FIELDS]


def _resolve(plan: PlanUnit, task: Task, typed: Sequence[TypedLink]) -> dict[int, TypedLink]:
    rows = plan.rows.ids_of([link.row for link in typed])
    wanted: dict[int, TypedLink] = {}
    for link in typed:
        if link.row not in rows:
            raise RuleBrokenError(
                _("%(row)d 行目のタスクはありません。左端の行番号を確認してください。") % {"row": link.row},
                field="predecessors",
            )
        if rows[link.row] == task.pk:
            raise RuleBrokenError(
                _("タスクは自分自身を待てません。別の行番号を入力してください。"), field="predecessors"
            )
        if rows[link.row] in wanted:
            raise RuleBrokenError(
                _("%(row)d 行目が2回入力されています。1回だけにしてください。") % {"row": link.row},
                field="predecessors",
            )
        if abs(link.lag_minutes) > LONGEST_LAG or abs(link.lag_percent) > 10_000:
            raise RuleBrokenError(_("ラグは10年以内で入力してください。"), field="predecessors")
        wanted[rows[link.row]] = link
    return wanted


def _store(plan: PlanUnit, task: Task, current: dict[int, TaskLink], wanted: dict[int, TypedLink]) -> None:
    new, changed = [], []
    for predecessor_id, typed in wanted.items():
        values: dict[str, Any] = dict(zip(LAG_FIELDS, typed[1:], strict=True))
        link = current.get(predecessor_id)
        if link is None:
            new.append(
                made(
                    TaskLink,
                    organization_id=task.organization_id,
                    project_id=task.project_id,
                    successor_id=task.pk,
                    predecessor_id=predecessor_id,
                    **values,
                )
            )
        elif _plain(link) != list(typed[1:]):
            for name, value in values.items():
                setattr(link, name, value)
            changed.append(link)
    gone = [link for pk, link in current.items() if pk not in wanted]
    plan.rows.put_links(task, gone=gone, new=new, changed=changed)
