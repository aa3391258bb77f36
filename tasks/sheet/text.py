"""The text of a cell: what the WBS shows, what editing begins with, and what a form was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.plan.link_text import predecessors_text
from tasks.sheet.parsing import UnitMinutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from projects.models import Project


def duration_text(minutes: int, *, is_elapsed: bool, minutes_per_day: int) -> str:
    """5日, 3h, 経過5日; 5d, 3h, 5ed."""
    if not is_elapsed:
        return _spelled(minutes, minutes_per_day)
    spelled = _spelled(minutes, MINUTES_PER_DAY)
    amount = spelled.rstrip("日dhm")
    # Planners know it as 5ed in English.
    return _("経過%(amount)s%(unit)s") % {"amount": amount, "unit": spelled[len(amount) :]}


def _spelled(minutes: int, day: int) -> str:
    """Days, and below one of them hours or minutes where they are rounder.

    Exact, since what is shown is what editing begins with: 90 minutes are not 0.2 days.
    """
    if minutes >= day or minutes * 10 % day == 0:
        return formats.exact_days(minutes, day)
    if minutes * 10 % 60 == 0:
        return formats.hours(minutes)
    return f"{minutes}m"


def day_text(day: date | None) -> str:
    """2026/11/24, or nothing."""
    return "" if day is None else formats.day_plain(day)


def work_text(minutes: int) -> str:
    """320h, or nothing where no work is planned."""
    return formats.hours(minutes) if minutes else ""


def people_text(shares: Iterable[tuple[str, Any]]) -> str:
    """藍沢 湊、茜部 陽斗[50%]."""
    return _("、").join(name if units == 100 else f"{name}[{float(units):g}%]" for name, units in shares)


def names_text(names: Sequence[str]) -> str:
    """Who works on a task, where there is little room: 藍沢 湊、茜部 陽斗ほか2人."""
    if len(names) > 3:
        return _("%(names)sほか%(count)d人") % {"names": _("、").join(names[:2]), "count": len(names) - 2}
    return _("、").join(names)


def sizes_of(project: Project) -> UnitMinutes:
    """How long a day, a week and a month of a duration are in this project; of work it is `person_time_of`."""
    return UnitMinutes(
        project.minutes_per_day, project.minutes_per_week, project.minutes_per_day * project.days_per_month
    )


def links_text(project: Project, rows: Iterable[tuple[Any, ...]]) -> str:
    """3, 5SS+2d, from tuples (row, type, kind, minutes, percent, unit)."""
    return predecessors_text(project, list(rows)) if rows else ""
