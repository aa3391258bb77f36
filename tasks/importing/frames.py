"""What a table is read for: the calendar of the project that it becomes, and the people of its organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.calendars.services import rules_of
from projects.errors import RuleBrokenError
from projects.models import Calendar, Project
from projects.worktime.moments import MINUTES_PER_DAY, minute_of
from tasks.importing.table_people import meant, people_of
from tasks.interchange.sheets.frame import Frame, folded_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Organization


def frame_of(
    organization: Organization,
    project: Project | None,
    *,
    makes_people: bool = True,
    said: Mapping[str, str] | None = None,
) -> Frame:
    """For an empty project or, without one, for a new one of the organization; `said` is what becomes of people by their folded names.

    Raises RuleBrokenError without a calendar.
    """
    return Frame(
        today=timezone.localdate() if project is None else project.start_date,
        makes_people=makes_people,
        people=_people(organization),
        decided=meant(organization, said or {}),
        **_rules(organization, project),
    )


def _rules(organization: Organization, project: Project | None) -> dict[str, Any]:
    if project is None:
        calendar = Calendar.objects.filter(organization=organization, is_default=True).first()
        if calendar is None:
            raise RuleBrokenError(
                _("組織に標準カレンダーがありません。管理者にカレンダーの登録を依頼してください。")
            )
        return {"calendar_id": calendar.pk, "calendars": rules_of([calendar.pk])}
    status = project.status_on
    return {
        "calendar_id": project.calendar_id,
        "calendars": rules_of([project.calendar_id]),
        "minutes_per_day": project.minutes_per_day,
        "minutes_per_week": project.minutes_per_week,
        "days_per_month": project.days_per_month,
        "status_minute": None if status is None else minute_of(status) + MINUTES_PER_DAY,
        "honors_constraints": project.honours_constraints,
    }


def _people(organization: Organization) -> dict[str, str]:
    """Names of those whom a cell may mean, by what it may say: the whole name, or a beginning that only one has."""
    names = list(people_of(organization).values_list("name", flat=True))
    found: dict[str, str] = {}
    beginnings: dict[str, list[str]] = {}
    for name in names:
        whole = folded_name(name)
        for length in range(1, len(whole)):
            beginnings.setdefault(whole[:length], []).append(name)
    found.update({text: called[0] for text, called in beginnings.items() if len(called) == 1})
    found.update({folded_name(name): name for name in names})
    return found
