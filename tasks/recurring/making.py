"""Making the projects of recurring templates, each period once: the worker that inserts its row makes it, no other can.

Two clocks, a restart in the middle, a clock that was set back: all meet the row that is there already.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web import formats
from projects.errors import Refusal, RuleBrokenError
from projects.lifecycle.services import create_project
from projects.models import OrganizationMember, OrganizationRole, Project, User
from projects.notifications.notify import Message, notify_many
from projects.permissions import System
from projects.rls import scope
from projects.worktime.errors import WorktimeError
from tasks.copying.services import copy_project
from tasks.models import RecurringPeriod, RecurringProject
from tasks.plan.refusals import refused
from tasks.recurring.lines import make_plan
from tasks.recurring.periods import Office, Period, is_due, periods_of, unmoved_periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

logger = logging.getLogger(__name__)

ACTOR: Final = System("make_recurring_projects")
#: After the first failure, later runs try so many times more; then a planner has to look.
MOST_RETRIES: Final = 3
ADMINS_TOLD: Final = 20
State = RecurringPeriod.State

#: The claim: a new row, or a failed one that may be tried again. A worker that waits here for another one's end finds
#: the row made and gets nothing.
_CLAIM: Final = """
INSERT INTO recurring_periods AS period
       (organization_id, recurring_id, period_on, starts_on, state, reason, attempt_count, updated_at)
VALUES (%s, %s, %s, %s, 'made', '', 1, %s)
ON CONFLICT (recurring_id, period_on) DO UPDATE
   SET state = 'made', reason = '', starts_on = excluded.starts_on,
       attempt_count = period.attempt_count + 1, updated_at = excluded.updated_at
 WHERE period.state = 'failed' AND period.attempt_count <= %s
RETURNING period.id
"""
_FAIL: Final = """
INSERT INTO recurring_periods AS period
       (organization_id, recurring_id, period_on, starts_on, state, reason, attempt_count, updated_at)
VALUES (%s, %s, %s, %s, 'failed', %s, 1, %s)
ON CONFLICT (recurring_id, period_on) DO UPDATE
   SET reason = excluded.reason, attempt_count = period.attempt_count + 1, updated_at = excluded.updated_at
 WHERE period.state = 'failed'
RETURNING period.id
"""


@dataclass(frozen=True, slots=True)
class MakingRun:
    """What one run did: periods by their new state."""

    states: Mapping[str, int]

    def count(self, state: str) -> int:
        """How many came to this state."""
        return self.states.get(state, 0)


def make_recurring_projects(*, today: date) -> MakingRun:
    """Make every period that is due in any organization, each in a transaction of its own."""
    states: Counter[str] = Counter()
    with scope.every_organization():
        active = RecurringProject.objects.filter(is_active=True)
        templates = list(active.order_by("organization", "pk").values_list("organization", "pk"))
    for organization_id, recurring_id in templates:
        with scope.scope([organization_id]):
            due = due_days(recurring_id, today)
        for day in due:
            with scope.scope([organization_id]):
                row = make_period(recurring_id=recurring_id, on=day, today=today, actor=ACTOR)
            if row is not None:
                states[row.state] += 1
    return MakingRun(states)


def due_days(recurring_id: int, today: date) -> list[date]:
    """The named days of a template whose time has come and that is not made, skipped or given up."""
    template = RecurringProject.objects.filter(pk=recurring_id, is_active=True).first()
    if template is None:
        return []
    rows = {row.period_on: row for row in RecurringPeriod.objects.filter(recurring=template)}
    return [
        period.on
        for period in _periods(template)
        if is_due(period, template, today) and _is_open(rows.get(period.on), period, today)
    ]


def _periods(template: RecurringProject) -> list[Period]:
    """A calendar without work makes the period fail, with its reason, and not the run."""
    try:
        return periods_of(template, Office(template.organization_id))
    except WorktimeError:
        return unmoved_periods(template)


def _is_open(row: RecurringPeriod | None, period: Period, today: date) -> bool:
    if row is None:
        return True
    return row.state == State.FAILED and row.attempt_count <= MOST_RETRIES and period.ends_on >= today


def make_period(
    *, recurring_id: int, on: date, today: date, actor: User | System, most_retries: int = MOST_RETRIES
) -> RecurringPeriod | None:
    """Make the project of one period, or note why not; None when there was nothing to do any more."""
    try:
        with transaction.atomic():
            return _claim_and_make(recurring_id, on, today, actor, most_retries)
    except OperationalError:
        raise  # the database is away: the job comes again
    except Refusal as refusal:
        reason = str(refusal)
    except WorktimeError as error:
        reason = str(refused(error))
    except Exception:
        logger.exception("a recurring project could not be made", extra={"recurring": recurring_id})
        reason = _("思わぬ不具合で作成できませんでした。続くときは運用者に連絡してください。")
    return _fail(recurring_id, on, reason)


def _claim_and_make(
    recurring_id: int, on: date, today: date, actor: User | System, most_retries: int
) -> RecurringPeriod | None:
    # Edits of the template and other makers wait here; none of them sees half a period.
    templates = RecurringProject.objects.select_for_update(no_key=True, of=("self",))
    template = templates.select_related("organization", "leader").filter(pk=recurring_id).first()
    if template is None or (not template.is_active and actor is ACTOR):
        return None  # deleted or paused meanwhile
    found = [each for each in periods_of(template, Office(template.organization_id)) if each.on == on]
    if not found:
        return None  # the rule was changed meanwhile
    period = found[0]
    row = _claim(template, period, most_retries)
    if row is None:
        return None
    if period.ends_on < today:
        row.state = State.SKIPPED
        row.reason = _("期間（%(period)s）が過ぎていたため、作成しませんでした。") % {
            "period": formats.day_range(period.starts_on, period.ends_on)
        }
    else:
        row.project = _make_project(template, period, actor)
        _tell_made(template, period, row)
    row.save(update_fields=["state", "reason", "project", "updated_at"])
    return row


def _claim(template: RecurringProject, period: Period, most_retries: int) -> RecurringPeriod | None:
    values = [
        template.organization_id, template.pk, period.on, period.starts_on, timezone.now(), most_retries
    ]  # fmt: skip
    return _written(_CLAIM, values)


def _written(statement: str, values: list[Any]) -> RecurringPeriod | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    return RecurringPeriod.objects.get(pk=found[0]) if found else None


# -- the project ---------------------------------------------------------------------------------------------


def _make_project(template: RecurringProject, period: Period, actor: User | System) -> Project:
    _check_leader(template)
    _check_code(template, period)
    source = template.source
    if source is not None:
        return copy_project(
            project=source, code=period.code, name=period.name, start=period.starts_on, end=period.ends_on,
            actor=actor, leader=template.leader, copies_people=template.copies_people, budget=template.budget,
            description=template.description,
        )  # fmt: skip
    if not template.task_lines.strip():
        raise RuleBrokenError(
            _(
                "元にするプロジェクトがもうありません。編集の画面で、別のプロジェクトかタスクを指定してください。"
            )
        )
    project = create_project(
        organization=template.organization,
        actor=actor,
        leader=template.leader,
        fields={
            "code": period.code,
            "name": period.name,
            "start_date": period.starts_on,
            "end_date": period.ends_on,
            "budget": template.budget,
            "description": template.description,
        },
    )
    make_plan(project=project, text=template.task_lines, actor=actor)
    return project


def _is_there(template: RecurringProject) -> bool:
    members = OrganizationMember.objects.filter(organization=template.organization_id)
    return template.leader.is_active and members.filter(user=template.leader_id).exists()


def _check_leader(template: RecurringProject) -> None:
    if not _is_there(template):
        raise RuleBrokenError(
            _("リーダーの%(name)sさんは、もう組織にいません。編集の画面で、別の人をリーダーにしてください。")
            % {"name": template.leader.display_name}
        )


def _check_code(template: RecurringProject, period: Period) -> None:
    """Deleted projects count too: one of them may come back."""
    taken = Project.objects.filter(organization=template.organization_id, code=period.code)
    owner = taken.order_by("pk").values_list("name", flat=True).first()
    if owner is not None:
        raise RuleBrokenError(
            _(
                "コード %(code)s は「%(owner)s」が使っています。そのコードを変えるか、この回を見送ってください。"
            )
            % {"code": period.code, "owner": owner}
        )


# -- what people are told ------------------------------------------------------------------------------------


def _fail(recurring_id: int, on: date, reason: str) -> RecurringPeriod | None:
    """Note the reason in a transaction of its own, and tell the leader once; a period that was made stays made."""
    with transaction.atomic():
        template = (
            RecurringProject.objects.select_related("organization", "leader").filter(pk=recurring_id).first()
        )
        if template is None:
            return None
        values = [template.organization_id, recurring_id, on, None, reason[:300], timezone.now()]
        row = _written(_FAIL, values)
        if row is not None:
            _tell(template, "recurring.failed", on, _responsible(template), reason=reason)
        return row


def _tell_made(template: RecurringProject, period: Period, row: RecurringPeriod) -> None:
    _tell(template, "recurring.made", period.on, [template.leader_id], count=1)


def _tell(template: RecurringProject, kind: str, on: date, users: Iterable[int], **facts: object) -> None:
    notify_many(
        Message(
            user_id, kind, f"{kind}:{template.pk}:{on}", template.organization_id,
            facts={"template": template.name, **facts}, by_id=None,
        )
        for user_id in users
    )  # fmt: skip


def _responsible(template: RecurringProject) -> list[int]:
    """The leader; where they have gone, the admins."""
    if _is_there(template):
        return [template.leader_id]
    admins = OrganizationMember.objects.filter(
        organization=template.organization_id, role=OrganizationRole.ADMIN, user__is_active=True
    )
    return list(admins.order_by("pk").values_list("user", flat=True)[:ADMINS_TOLD])
