"""What holds a task from behind: how far it may slip, and the deadline, constraint or end of the project that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import ends_on
from tasks.plan.constraint_days import constraint_day, plan_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.models import Task
    from tasks.reasons.words import ReasonWords
    from tasks.scheduling.explain.negative_slack import LateDriver

#: Of a chain of successors so many are shown; its last one always is.
MOST_STEPS: Final = 20


class HeldStep(NamedTuple):
    """One task of the chain, until when it has to be done, and what asks for that."""

    task: Task
    late: str
    reason: str


class Held(NamedTuple):
    """The slack of a task, and what makes it what it is."""

    slack: str
    is_short: bool
    sentence: str
    #: The task whose date holds, where it is another one.
    cause: Task | None
    steps: list[HeldStep]
    more: int


def held_by(task: Task, chain: Sequence[LateDriver], words: ReasonWords) -> Held | None:
    """What holds a task; nothing once it is done."""
    if task.progress_percentage >= 100 or not chain:
        return None
    shown = [*chain[: MOST_STEPS - 1], chain[-1]] if len(chain) > MOST_STEPS else list(chain)
    slack = words.plan.tasks[task.pk].total_slack
    last = chain[-1]
    owner_id = last.via_id or last.task_id
    return Held(
        slack=formats.days(slack, words.day),
        is_short=slack < 0,
        sentence=_sentence(last, words, is_own=owner_id == task.pk),
        cause=words.tasks.get(owner_id) if owner_id != task.pk and last.kind != "project_finish" else None,
        steps=[_step(one, words) for one in shown],
        more=len(chain) - len(shown),
    )


def asked_about(chain: Sequence[LateDriver]) -> set[int]:
    """The tasks whose names a chain needs."""
    shown = [*chain[: MOST_STEPS - 1], *chain[-1:]]
    return {pk for one in shown for pk in (one.task_id, one.by_id, one.via_id) if pk is not None}


def _sentence(last: LateDriver, words: ReasonWords, *, is_own: bool) -> str:
    """What the end of the chain says, as the reason of the slack."""
    owner = words.tasks[last.via_id or last.task_id]
    facts = {"task": words.name(owner.pk), "day": "", "kind": owner.get_constraint_type_display()}
    if last.kind == "deadline" and owner.deadline_minute is not None:
        facts["day"] = formats.day(ends_on(owner.deadline_minute))
        if is_own:
            return _("このタスクの期限 %(day)s で決まっています。") % facts
        return _("「%(task)s」の期限 %(day)s で決まっています。") % facts
    if last.kind == "constraint" and owner.constraint_minute is not None:
        facts["day"] = formats.day(constraint_day(owner.constraint_type, owner.constraint_minute))
        if is_own:
            return _("このタスクの制約「%(kind)s」%(day)s で決まっています。") % facts
        return _("「%(task)s」の制約「%(kind)s」%(day)s で決まっています。") % facts
    if last.kind == "given":
        facts["day"] = formats.day(words.plan.tasks[last.task_id].start)
        if is_own:
            return _("このタスクの日付が実績か手動で決まっています。")
        return _("「%(task)s」の日付 %(day)s が実績か手動で決まっています。") % facts
    return _("プロジェクトの終了 %(day)s で決まっています。") % {
        "day": formats.day(ends_on(words.plan.finish))
    }


def _step(one: LateDriver, words: ReasonWords) -> HeldStep:
    return HeldStep(
        words.tasks[one.task_id], plan_moment(words.plan.tasks[one.task_id].late_finish), _asks(one, words)
    )


def _asks(one: LateDriver, words: ReasonWords) -> str:
    """What asks for the late date of one task."""
    owner = words.tasks[one.via_id or one.task_id]
    if one.kind == "successor" and one.by_id is not None:
        return _("後続「%(task)s」を遅らせないため。") % {"task": words.name(one.by_id)}
    if one.kind == "children" and one.by_id is not None:
        return _("子タスク「%(task)s」を遅らせないため。") % {"task": words.name(one.by_id)}
    if one.kind == "deadline" and owner.deadline_minute is not None:
        return _("期限は %(day)s です。") % {"day": formats.day(ends_on(owner.deadline_minute))}
    if one.kind == "constraint" and owner.constraint_minute is not None:
        facts = {
            "kind": owner.get_constraint_type_display(),
            "day": formats.day(constraint_day(owner.constraint_type, owner.constraint_minute)),
        }
        return _("制約は「%(kind)s」%(day)s です。") % facts
    if one.kind == "given":
        return _("日付が実績か手動で決まっています。")
    return _("プロジェクトは %(day)s に終わります。") % {"day": formats.day(ends_on(words.plan.finish))}
