"""Schedules are set up and ended by those who edit the project; the record has both."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web import formats
from projects.changes import changing_organization
from projects.errors import RuleBrokenError
from projects.models import Project
from projects.permissions import Right, System, require
from reports.documents.services import ACTOR
from reports.models import ReportSchedule
from reports.schedules.days import next_day
from tasks.models.recurring import MOST_PERIODS
from tasks.recurring.rules import read_rule
from tasks.recurring.services import checked_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import User

#: More than a project's round of reports needs; the list has no pages.
MOST_SCHEDULES: Final = 20
DAY: Final = dt.timedelta(days=1)
#: Two schedules that agree in these would mail the same twice.
_SAME: Final = ("kind", "format", "paper", "rule", "recipient_ids")


def add_schedule(
    *, project: Project, actor: User, values: Mapping[str, Any], today: dt.date
) -> ReportSchedule:
    """Have a report made by a rule from today on. Raises NotAllowedError and RuleBrokenError.

    No new revision of the plan: figures are taken away, none is changed.
    """
    require(actor, Right.EDIT_PROJECT, project)
    with changing_organization(project.organization, actor=System(ACTOR, user=actor)) as record:
        schedule = ReportSchedule(
            organization_id=project.organization_id, project=project, added_by=actor, **values
        )
        schedule.rule = checked_rule(schedule.rule, schedule.first_on)
        _check_others(schedule)
        rule = read_rule(schedule.rule, most=MOST_PERIODS)
        schedule.next_on = next_day(rule, schedule.first_on, after=today - DAY)
        if schedule.next_on is None:
            raise RuleBrokenError(
                _("この繰り返しは %(day)s より前に終わります。最初の日か回数を変えてください。")
                % {"day": formats.day(today)},
                field="rule",
            )
        schedule.save()
        record("report.schedule_added", target=schedule, after=_plain(schedule))
    return schedule


def _check_others(schedule: ReportSchedule) -> None:
    """No more than a project may have, and none twice; two at once, as of a button pressed twice, wait for each other."""
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=schedule.project_id)
    others = list(ReportSchedule.objects.filter(project=schedule.project_id))
    if any(all(getattr(each, name) == getattr(schedule, name) for name in _SAME) for each in others):
        raise RuleBrokenError(_("同じ定期配信がすでに登録されています。"))
    if len(others) >= MOST_SCHEDULES:
        raise RuleBrokenError(
            _("定期配信は1つのプロジェクトに%(most)d件までです。不要なものをやめてから登録してください。")
            % {"most": MOST_SCHEDULES}
        )


def remove_schedule(*, schedule: ReportSchedule, actor: User) -> None:
    """Make no more of it; reports that were made stay with those who have them."""
    require(actor, Right.EDIT_PROJECT, schedule.project)
    with changing_organization(schedule.organization, actor=System(ACTOR, user=actor)) as record:
        record("report.schedule_removed", target=schedule, before=_plain(schedule))
        schedule.delete()


def _plain(schedule: ReportSchedule) -> dict[str, Any]:
    return {
        "project": schedule.project_id, "kind": schedule.kind, "format": schedule.format, "rule": schedule.rule,
        "recipients": len(schedule.recipient_ids),
    }  # fmt: skip
