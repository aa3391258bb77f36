"""Dates that cannot be kept: what a row says about negative slack, from what it holds by itself.

The chain from a row to a date elsewhere takes the whole plan (`why_held`); a row names the date where it is its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import ends_on
from tasks.models import Constraint, Task
from tasks.plan.constraint_days import constraint_day
from tasks.scheduling.constraint_types import MUST, NO_LATER

if TYPE_CHECKING:
    from projects.models import Project

#: What is read of a task, in the order of `NegativeSlack`.
COLUMNS: Final = (
    "is_summary", "is_active", "progress_percentage", "start_minute", "finish_minute", "total_slack_minutes",
    "deadline_minute", "constraint_type", "constraint_minute", "driver_kind",
)  # fmt: skip


class NegativeSlack(NamedTuple):
    """Where a task lies, and what it has to keep."""

    is_summary: bool
    is_active: bool
    progress: int
    start: int | None
    finish: int | None
    slack: int | None
    deadline: int | None
    constraint: str
    moment: int | None
    driver: str


class NegativeSlackLine(NamedTuple):
    """A task whose own date cannot be kept, as a list names it."""

    task_id: int
    label: str
    negative_slack: NegativeSlack


def missed_dates(project: Project, *, limit: int) -> list[NegativeSlackLine]:
    """Tasks whose own deadline or constraint cannot be kept, the tightest first; those before them only wait for these."""
    own = Q(deadline_minute__lt=F("finish_minute"))
    for kind, end in NO_LATER.items():
        # Between two shifts what the date holds lies before it, at the end of the last one.
        is_reached = Q((f"{end}_minute__gte", F("constraint_minute"))) | Q(driver_kind="constraint")
        own |= Q(is_reached, constraint_type=kind, is_summary=False)
    if project.honours_constraints:
        own |= Q(constraint_type__in=MUST, is_summary=False)
    rows = Task.objects.filter(
        own, project=project, deleted_at__isnull=True, is_active=True, progress_percentage__lt=100,
        total_slack_minutes__lt=0,
    ).order_by("total_slack_minutes", "row_number")  # fmt: skip
    found = rows.values_list("pk", "wbs_code", "name", *COLUMNS)[:limit]
    return [
        NegativeSlackLine(pk, f"{code} {name}".strip(), NegativeSlack(*rest))
        for pk, code, name, *rest in found
    ]


def negative_slack_words(one: NegativeSlack, project: Project) -> str:
    """How many days are missing, and for which date; nothing where a task can be kept, or is done."""
    if one.slack is None or one.slack >= 0 or one.progress >= 100 or not one.is_active:
        return ""
    facts = {"slack": formats.days(one.slack, project.minutes_per_day)}
    if _misses_deadline(one):
        facts["day"] = formats.day_dense(ends_on(one.deadline))
        return _("余裕 %(slack)s：期限 %(day)s に間に合いません。") % facts
    if one.is_summary:
        return ""  # its children say so
    if _held_by_constraint(one, project):
        facts |= {
            "kind": str(Constraint(one.constraint).label),
            "day": formats.day_dense(constraint_day(one.constraint, one.moment)),
        }
        return _("余裕 %(slack)s：制約「%(kind)s」%(day)s と依存関係が両立しません。") % facts
    return _("余裕 %(slack)s：後続の期限か制約に間に合いません。") % facts


def _misses_deadline(one: NegativeSlack) -> bool:
    return one.deadline is not None and one.finish is not None and one.finish > one.deadline


def _held_by_constraint(one: NegativeSlack, project: Project) -> bool:
    """Whether the own constraint is what cannot be kept together with the links."""
    if one.moment is None:
        return False
    if one.constraint in MUST:
        return bool(project.honours_constraints)
    end = NO_LATER.get(one.constraint)
    held = one.start if end == "start" else one.finish
    return end is not None and held is not None and (held >= one.moment or one.driver == "constraint")
