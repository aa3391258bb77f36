"""Sections of the chart as they are drawn, kept for all who see them alike.

A section is asked for by all users who open the same plan, and drawing it costs more than all the rest of the answer (decision 0006).
It holds no form and no token, and nothing of a person but what is in its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from projects.caching import digest, generation, per_revision
from projects.worktime.moments import day_of
from tasks.gantt.geometry import chart
from tasks.gantt.window import load_window

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.gantt.geometry.rows import Canvas
    from tasks.sheet.columns.column import Column
    from tasks.sheet.visible import VisibleRows


class Section(NamedTuple):
    """Both halves of some rows, as markup: their lines of the table and their picture."""

    table: str
    picture: str


def section_of(
    project: Project, visible: VisibleRows, sheet: Canvas, columns: tuple[Column, ...], *, first: int, count: int
) -> Section:  # fmt: skip
    """The rows from `first` (counted from 0) on; the six queries of a window and those of its columns, or none."""

    def draw() -> Section:
        today = day_of(sheet.today)
        window = load_window(project, visible, first=first, count=count, on=today, columns=columns)
        return Section(
            chart.draw_table_section(window.rows, sheet, first),
            chart.draw_chart_section(window.rows, window.links, sheet, first),
        )

    return per_revision(project, _name(project, visible, sheet, columns, rows=f"{first}-{count}"), draw)


def _name(
    project: Project, visible: VisibleRows, sheet: Canvas, columns: tuple[Column, ...], *, rows: str
) -> str:
    """Everything a section hangs on beside the plan: who sees it by what they may see, have closed and read it in.

    Names of people, days off and the load of other plans change with the organization, as they do in the page's ETag.
    """
    scale = sheet.scale
    looks = (
        scale.zoom.name, sheet.shown, sheet.status_day, sheet.today, [column.name for column in columns],
        sorted(visible.collapsed), visible.hidden, get_language(), sorted(settings.FEATURES.items()),
    )  # fmt: skip
    # Days by their numbers: a stray date at the end of all calendars has room behind it, which no date can name.
    days = f"{scale.first_day}..{scale.first_day + scale.days - 1}"
    return f"gantt:{days}:{rows}:{digest(repr(looks))}:g{generation(project.organization_id)}"
