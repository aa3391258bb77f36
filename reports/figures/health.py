"""How a project stands, by rules that pages can say in a sentence: its health, and its place on the risk map."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from config.web.elements import BEHIND_POINTS

if TYPE_CHECKING:
    from reports.figures.standing import Standing

#: Planned hours from which a project's impact is 中, 大, 甚大.
IMPACT_HOURS: Final = (500, 2_000, 6_000)
#: Days of its latest task from which a project is in the second, third and last column.
LATE_DAYS: Final = (1, 5, 10)
IMPACTS: Final = (_("小"), _("中"), _("大"), _("甚大"))
LATENESS: Final = (_("なし"), _("1–4日"), _("5–9日"), _("10日以上"))
CELLS: Final = tuple((impact, late) for impact in range(4) for late in range(4))


class ProjectHealth(TextChoices):
    """How an active project is doing."""

    GOOD = "good", _("順調")
    WARN = "warn", _("注意")
    LATE = "late", _("遅れ見込み")


def is_behind(standing: Standing, late: int) -> bool:
    """Whether a project counts as late: it has late tasks, or its progress trails the plan clearly."""
    return late > 0 or (standing.difference is not None and standing.difference <= -BEHIND_POINTS)


def health_of(*, over: int, is_behind: bool) -> ProjectHealth:
    """Over the end is worse than behind the plan."""
    return ProjectHealth.LATE if over else ProjectHealth.WARN if is_behind else ProjectHealth.GOOD


def risk_of(*, weight: int, worst: int) -> tuple[int, int]:
    """The cell of the risk map, (impact, lateness), each 0 to 3: planned minutes, and days of the latest task."""
    return bisect_right(IMPACT_HOURS, weight / 60), bisect_right(LATE_DAYS, worst)


def read_cell(text: str) -> tuple[int, int] | None:
    """A cell from an address, like `3-2`."""
    return next((cell for cell in CELLS if text == "{}-{}".format(*cell)), None)
