"""Axes of charts and the tables behind them, as strings: a loop of a template costs more than drawing the line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from config.web import formats

if TYPE_CHECKING:
    import datetime as dt

    from reports.charts.curve import Tick


def axes(
    levels: Iterable[tuple[str, float]],
    months: Iterable[Tick],
    name: Callable[[dt.date], str] = formats.month_name,
) -> SafeString:
    """Grid lines with their labels, and the names of months (or of days) below."""
    lines = "".join(
        f'<line class="chart__grid" x1="44" x2="700" y1="{at}" y2="{at}"/>'
        f'<text x="38" y="{at}" dy="4" text-anchor="end">{escape(label)}</text>'
        for label, at in levels
    )
    names = "".join(f'<text x="{month.at}" y="195">{escape(name(month.day))}</text>' for month in months)
    # Figures and names of months or days: nothing that a person typed.
    return mark_safe(lines + names)  # nosec B308 B703


def table_rows(rows: Iterable[Sequence[str]]) -> SafeString:
    """A body whose first column is a day and whose others are figures."""
    body = "".join(
        f"<tr><td>{escape(first)}</td>" + "".join(f'<td class="num">{escape(each)}</td>' for each in figures) + "</tr>"
        for first, *figures in rows
    )  # fmt: skip
    # Every cell was escaped.
    return mark_safe(body)  # nosec B308 B703
