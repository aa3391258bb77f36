"""What the engine refuses, said to a planner: names instead of ids, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.worktime.errors import WorktimeError
from tasks.models import Constraint, Task
from tasks.scheduling import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class PlanRefusedError(RuleBrokenError):
    """The engine cannot make a plan of this; `task_ids` are the tasks to look at."""

    def __init__(self, message: str, task_ids: tuple[int, ...] = (), *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.task_ids = task_ids


class DatesRefusedError(RuleBrokenError):
    """The new dates are not what was asked for. It says what the first task meets; `refusals` are those of all."""

    def __init__(self, refusals: Sequence[tuple[int, RuleBrokenError]]) -> None:
        first = refusals[0][1]
        super().__init__(first.message, field=first.field)
        self.refusals = refusals


def _names(task_ids: Iterable[int]) -> list[str]:
    ids = list(task_ids)[:50]
    found = {
        pk: _("「%(name)s」") % {"name": f"{wbs} {name}".strip()}
        for pk, wbs, name in Task.objects.filter(pk__in=ids).values_list("pk", "wbs_code", "name")
    }
    return [found.get(pk, f"#{pk}") for pk in ids]


def refused(error: errors.NetworkError | WorktimeError) -> PlanRefusedError:
    """The same refusal with names, in the reader's language."""
    if isinstance(error, WorktimeError):
        return PlanRefusedError(
            _(
                "カレンダーに稼働時間がないため、日程を計算できません。カレンダーの勤務時間を確認してください。"
            )
        )
    names = _names(error.task_ids)
    match error:
        case errors.CircularLinks():
            circle = " → ".join([*names, names[0]])
            text = _("依存関係が輪になります：%(circle)s。どれか1つの依存関係を外してください。") % {
                "circle": circle
            }
        case errors.LinkToItself():
            text = _("%(task)sは自分自身を待てません。別のタスクを先行タスクにしてください。") % {
                "task": names[0]
            }
        case errors.LinkToAncestor():
            text = _(
                "%(before)sと%(after)sは親子なので、依存関係を付けられません。子タスクどうしをつないでください。"
            ) % {"before": names[0], "after": names[1]}
        case errors.DuplicateLink():
            text = _(
                "%(after)sは%(before)sをすでに待っています。同じ2つのタスクの依存関係は1つだけにしてください。"
            ) % {"before": names[0], "after": names[1]}
        case errors.ImpossibleConstraint():
            text = _(
                "%(task)sは制約「%(kind)s」のため、先行%(before)sを待たずに始まります。制約の日付を動かすか、依存関係を外してください。"
            ) % {
                "task": names[0], "before": names[1], "kind": Constraint(error.constraint_type).label
            }  # fmt: skip
        case errors.DateOutOfRange():
            text = _(
                "%(task)sの日付、期間、ラグのどれかが長すぎます。1874年から2271年までに収まるように直してください。"
            ) % {"task": names[0]}
        case _:
            text = _("日程を計算できません（%(tasks)s）：%(reason)s") % {
                "tasks": _("、").join(names),
                "reason": str(error),
            }
    return PlanRefusedError(text, error.task_ids)
