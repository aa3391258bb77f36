"""The schedules of a project, as its page lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.models import User
from reports.documents.kinds import report_kinds
from reports.models import ReportSchedule
from tasks.models.recurring import MOST_PERIODS
from tasks.recurring.rules import read_rule
from tasks.recurring.words import words_of

if TYPE_CHECKING:
    from projects.models import Project


def lines_of(project: Project) -> list[dict[str, Any]]:
    """Two queries; a project has no more than `MOST_SCHEDULES`. Each: schedule, title, words of its days, names of people."""
    rows = ReportSchedule.objects.filter(project=project).select_related("added_by")
    schedules = list(rows.order_by("next_on", "pk"))
    ids = {pk for schedule in schedules for pk in schedule.recipient_ids}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    kinds = report_kinds()
    return [
        {
            "schedule": schedule, "title": kinds[schedule.kind].title if schedule.kind in kinds else schedule.kind,
            "words": words_of(read_rule(schedule.rule, most=MOST_PERIODS)),
            "people": _("、").join(names[pk] for pk in schedule.recipient_ids if pk in names),
        }
        for schedule in schedules
    ]  # fmt: skip
