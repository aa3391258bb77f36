"""人日 and 人月: how much work a day and a month of one person are, as an organization counts them.

Only work is told in them. A day of a duration is another thing: it follows the project's calendar, and comes with a plan file
(`minutes_per_day` of `Project`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from config.web import formats

if TYPE_CHECKING:
    from projects.models import Project


class PersonTime(NamedTuple):
    """What an organization has set; operators edit it in the admin of organizations."""

    minutes_per_day: int = 480
    days_per_month: int = 20

    @property
    def minutes_per_month(self) -> int:
        """Minutes of work in one 人月."""
        return self.minutes_per_day * self.days_per_month

    def in_days(self, minutes: int | None) -> str:
        """Minutes of work as 40人日."""
        return formats.person_days(minutes, self.minutes_per_day)

    def in_months(self, minutes: int | None) -> str:
        """Minutes of work as 2.0人月."""
        return formats.person_months(minutes, self.minutes_per_month)


def person_time_of(project: Project) -> PersonTime:
    """That of the project's organization; one query where it is not there yet."""
    return PersonTime(project.organization.minutes_per_day, project.organization.days_per_month)
