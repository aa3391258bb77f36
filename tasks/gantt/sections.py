"""Pictures of the chart as they are drawn, section by section, kept for all who see them alike.

A section is asked for by all users who open the same plan, and drawing it costs more than all the rest of the answer (decision 0006).
It holds no form and no token, and nothing of a person but what is in its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language

from projects.caching import digest, generation, per_revision
from projects.worktime.moments import day_of
from tasks.gantt.geometry import chart
from tasks.gantt.window import load_window

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.gantt.geometry.rows import Canvas
    from tasks.sheet.visible import VisibleRows


def picture_of(project: Project, visible: VisibleRows, sheet: Canvas, *, first: int, count: int) -> str:
    """What stands beside the rows from `first` (counted from 0) on, as markup; the six queries of a window, or none."""

    def draw() -> str:
        window = load_window(
            project,
            visible,
            first=first,
            count=count,
            on=day_of(sheet.today),
            has_baseline=sheet.shown.baseline,
            past_days=sheet.past_days,
        )
        return chart.draw_chart_section(window.rows, window.links, sheet, first, count)

    return per_revision(project, _name(project, visible, sheet, rows=f"{first}-{count}"), draw)


def _name(project: Project, visible: VisibleRows, sheet: Canvas, *, rows: str) -> str:
    """Everything a section hangs on beside the plan: who sees it by what they may see, have closed and read it in.

    Names of people, days off and the load of other plans change with the organization, as they do in the page's ETag.
    """
    scale = sheet.scale
    looks = (
        scale.zoom.name, sheet.shown, sheet.status_day, sheet.past_days, sheet.today,
        sorted(visible.collapsed), visible.hidden, visible.ordered, get_language(), sorted(settings.FEATURES.items()),
    )  # fmt: skip
    # Days by their numbers: a stray date at the end of all calendars has room behind it, which no date can name.
    days = f"{scale.first_day}..{scale.first_day + scale.days - 1}"
    return f"gantt:{days}:{rows}:{digest(repr(looks))}:g{generation(project.organization_id)}"
