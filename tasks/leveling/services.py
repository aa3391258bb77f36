"""Applying a levelled plan, and taking all of its delays away: each one change, one line of the record and one step to take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from projects.errors import Refusal, StaleRevisionError
from projects.permissions import Right, require
from tasks.leveling.kept import from_json
from tasks.leveling.loading import load_input
from tasks.models import LevelingRun, Task
from tasks.plan.actions.leveling import set_leveling_delays
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project, User
    from projects.permissions import System
    from tasks.plan.outcome import PlanChange

APPLIED: Final = "leveling.applied"
CLEARED: Final = "leveling.cleared"


class Found(Protocol):
    """What is applied: delays by task, and what they were found for."""

    @property
    def revision(self) -> int: ...
    @property
    def digest(self) -> str: ...
    @property
    def within_slack(self) -> bool: ...
    @property
    def changes(self) -> Mapping[int, int]: ...


class OutdatedError(Refusal):
    """The plan, or what its people do elsewhere, is another than the one that was levelled."""

    status: ClassVar[int] = 409


def apply_leveling(*, project: Project, actor: User | System, found: Found) -> PlanChange:
    """Write the delays as one change; the dates are computed once. Nothing is recorded where there are none.

    Raises OutdatedError where the plan has been changed since it was levelled, or its people are busy otherwise, NotAllowedError, and
    what a change of the plan raises.
    """
    try:
        with changing_plan(project, actor=actor, revision=found.revision) as plan:
            if load_input(project).digest != found.digest:
                raise OutdatedError(
                    _(
                        "平準化のあとで、担当者のほかの予定、休暇またはカレンダーが変わりました。もう一度平準化してください。"
                    )
                )
            count = set_leveling_delays(plan, found.changes)
            if count:
                after = {"count": count, "within_slack": found.within_slack}
                plan.record(APPLIED, target=project, after=after)
    except StaleRevisionError as error:
        raise OutdatedError(_("平準化のあとで計画が変わりました。もう一度平準化してください。")) from error
    return plan.change


def apply_run(*, project: Project, actor: User) -> PlanChange | None:
    """Apply what the last run of a project has found; None where there is no result. Raises what `apply_leveling` does."""
    require(actor, Right.EDIT_PLAN, project)
    run = LevelingRun.objects.filter(project=project, state=LevelingRun.State.DONE).first()
    if run is None:
        return None
    with transaction.atomic():
        change = apply_leveling(project=project, actor=actor, found=from_json(run.result or {}))
        if change:
            rows = LevelingRun.objects.filter(pk=run.pk, asked_at=run.asked_at)
            rows.update(applied_revision=project.revision)
    return change


def clear_leveling(*, project: Project, actor: User | System) -> PlanChange:
    """Take all levelling delays of a plan away, as one change; nothing is recorded where there are none."""
    with changing_plan(project, actor=actor) as plan:
        delayed = Task.objects.filter(project=project, deleted_at__isnull=True).exclude(
            leveling_delay_minutes=0
        )
        count = set_leveling_delays(plan, dict.fromkeys(delayed.values_list("pk", flat=True), 0))
        if count:
            plan.record(CLEARED, target=project, after={"count": count})
    return plan.change
