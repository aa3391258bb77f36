"""Where a task lies: moved to another start, or given another end, as a bar is with a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _

from projects.errors import Refusal
from tasks.editing.rebalanced import telling
from tasks.plan.actions.place import day_words, refuse_summary, set_finish, set_start
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from projects.models import User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


class BarMovedError(Refusal):
    """The bar no longer lies where it was taken hold of: another change has moved it, or what it waits for."""

    status: ClassVar[int] = 409

    def __init__(self, task: Task) -> None:
        super().__init__(
            _(
                "「%(task)s」は、ほかの人の変更で%(start)sから%(finish)sまでになっています。図を更新しました。位置を確かめて、もう一度動かしてください。"
            )
            % {
                "task": task.name,
                "start": day_words(task.start_date or task.project.start_date),
                "finish": day_words(task.end_date or task.project.start_date),
            },
            field="start",
        )


def _look_again(task: Task, seen: tuple[int, int] | None) -> None:
    """Under the lock, so that the bar stays where it is between this look and the writing."""
    task.refresh_from_db()
    if seen is not None and task.start_minute is not None and seen != (task.start_minute, task.finish_minute):
        raise BarMovedError(task)


def move_task(
    *, task: Task, start_minute: int, actor: User | System, seen: tuple[int, int] | None = None
) -> PlanChange:
    """Let a task start no earlier than this moment; see `set_start`.

    `seen` is where the bar lay when it was taken hold of (start and finish, in minutes); raises BarMovedError if it
    lies elsewhere now.
    """
    refuse_summary(task)
    with changing_plan(task.project, actor=actor) as plan:
        _look_again(task, seen)
        set_start(plan, task, start_minute)
    task.refresh_from_db()
    return plan.change


def resize_task(
    *, task: Task, finish_minute: int, actor: User | System, seen: tuple[int, int] | None = None
) -> PlanChange:
    """Let a task last until this moment; see `set_finish`. `seen` as in `move_task`."""
    refuse_summary(task)
    with telling(task, {"finish": ""}) as told, changing_plan(task.project, actor=actor) as plan:
        _look_again(task, seen)
        set_finish(plan, task, finish_minute)
    task.refresh_from_db()
    return told(plan.change)
