"""Changing what a milestone promises, and saying that it was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from tasks.editing.cells import end_of
from tasks.editing.fields import edit_task
from tasks.progress.services import report_progress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from projects.models import User
    from tasks.models import Task


def revise_milestone(
    *, task: Task, changes: Mapping[str, Any], achieved_on: date | None, today: date, actor: User,
    revision: int | None = None,
) -> None:  # fmt: skip
    """Set what was promised, and whether it was reached: all of it or nothing. No day means: not reached."""
    with changing(task.project, actor=actor, revision=revision):
        edit_task(task=task, changes=changes, actor=actor)
        if achieved_on is not None:
            achieve_milestone(task=task, on=achieved_on, today=today, actor=actor)
        elif task.progress_percentage == 100:
            reopen_milestone(task=task, actor=actor)


def achieve_milestone(*, task: Task, on: date, today: date, actor: User) -> None:
    """Say on which day a milestone was reached; those that wait for it start from there."""
    _require_milestone(task)
    if on > today:
        raise RuleBrokenError(
            _("達成日は今日（%(today)s）までの日にしてください。") % {"today": f"{today:%Y/%m/%d}"}, field="achieved_on"
        )  # fmt: skip
    moment = end_of(task, on)
    if task.progress_percentage == 100 and task.actual_finish_minute == moment:
        return
    report_progress(task=task, percentage=100, actor=actor, finished_minute=moment)


def reopen_milestone(*, task: Task, actor: User) -> None:
    """Take back that a milestone was reached."""
    _require_milestone(task)
    report_progress(task=task, percentage=0, actor=actor)


def _require_milestone(task: Task) -> None:
    if not task.is_milestone:
        raise RuleBrokenError(_("「%(task)s」はマイルストーンではありません。") % {"task": task.name})
