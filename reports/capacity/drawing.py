"""The chart of capacity: a column of what is asked for in each month, and the line of what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.html import format_html_join

from config.web import formats
from reports.charts.curve import BOTTOM, LEFT, RIGHT, TOP, Tick
from reports.charts.parts import axes
from tasks.staffing.months import first_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from reports.capacity.selectors import CapacityGroup
    from tasks.staffing.selectors import MonthWindow

#: Kinds of what is asked for, from below, as the style sheet names them.
PARTS: Final = ("committed", "likely", "roles")
#: The air on either side of a column, as a share of its month.
GAP: Final = 0.16
#: So many names of months fit below.
MOST_NAMES: Final = 12


class CapacityChart(NamedTuple):
    """Axes, columns and the line, as SVG."""

    axes: SafeString
    columns: SafeString
    line: str


def draw_capacity(group: CapacityGroup, window: MonthWindow, minutes_per_month: int) -> CapacityChart:
    """A column per month; without anything to show, the axes alone."""
    top = max([*group.capacity, *group.needed, 1]) / (minutes_per_month * 100)
    step = next(
        step * 10.0**power for power in range(-1, 6) for step in (1, 2, 5) if top <= 5 * step * 10.0**power
    )
    height = (BOTTOM - TOP) / (step * max(1, -(-top // step)) * minutes_per_month * 100)
    width = (RIGHT - LEFT) / window.length
    levels = [
        (formats.number(round(step * place, 1), 0 if step >= 1 else 1), round(BOTTOM - step * place * minutes_per_month * 100 * height, 1))
        for place in range(int(-(-top // step)) + 1)
    ]  # fmt: skip
    every = -(-window.length // MOST_NAMES)
    ticks = [
        Tick(round(LEFT + width * place + 4, 1), first_of(month))
        for place, month in enumerate(window.months)
        if place % every == 0
    ]
    return CapacityChart(axes(levels, ticks), _columns(group, width, height), _line(group, width, height))


def _columns(group: CapacityGroup, width: float, height: float) -> SafeString:
    found: list[tuple[str, ...]] = []
    for place in range(len(group.capacity)):
        bottom = float(BOTTOM)
        for part in PARTS:
            amount = getattr(group, part)[place]
            if amount <= 0:
                continue
            tall = amount * height
            bottom -= tall
            left, wide = f"{LEFT + width * (place + GAP):.1f}", f"{width * (1 - 2 * GAP):.1f}"
            found.append((part, left, f"{bottom:.1f}", wide, f"{tall:.1f}"))
    return format_html_join("", '<rect class="capacity__{}" x="{}" y="{}" width="{}" height="{}"/>', found)


def _line(group: CapacityGroup, width: float, height: float) -> str:
    """The path of what there is: level within a month, with a step to the next."""
    points: list[str] = []
    for place, there in enumerate(group.capacity):
        y = f"{BOTTOM - there * height:.1f}"
        points.append(
            f"{'L' if points else 'M'}{LEFT + width * place:.1f} {y}H{LEFT + width * (place + 1):.1f}"
        )
    return "".join(points)
