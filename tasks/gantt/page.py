"""What the Gantt page shows around its chart: where it opens, its switches, its pages without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.worktime.moments import MINUTES_PER_DAY, day_of
from tasks.gantt.canvas import View, make_canvas, with_days_off
from tasks.gantt.geometry import chart
from tasks.gantt.geometry.axis import draw_axis_tile, draw_ground_tile
from tasks.gantt.sections import section_of
from tasks.gantt.window import first_unfinished, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projects.models import Project
    from tasks.gantt.geometry.rows import Canvas
    from tasks.gantt.sections import Section
    from tasks.gantt.window import ChartWindow
    from tasks.sheet.columns.column import Column
    from tasks.sheet.visible import VisibleRows

#: Rows in the first answer and in a section: what a screen of 1440 px shows, and under 60 kB.
SECTION: Final = 36
#: Rows of context above the one that the chart opens at.
ABOVE: Final = 2
#: Pieces of the axis that a chart of this width shows are sent at once; a wider one asks for the rest.
CHART_WIDTH: Final = 1600
#: The day that the address names lies this far from the left edge of the chart.
THIRD: Final = 0.34


def safe(drawn: str) -> SafeString:
    """The chart escapes what people typed where it draws it, and tests hold it to that."""
    return SafeString(drawn)


def drawn_page(
    project: Project, visible: VisibleRows, view: View, columns: tuple[Column, ...]
) -> dict[str, Any]:
    """The pieces of a page whose plan has rows; a fixed number of queries."""
    row = _opening_row(project, visible, view)
    first = min(max(row - ABOVE, 0), max(visible.count - SECTION, 0))
    sheet = make_canvas(project, view, columns)
    scale = sheet.scale
    day = _opening_day(project, sheet, view)
    tiles = _tiles_around(scale.x(day), scale.zoom.days_per_tile * scale.zoom.pixels_per_day, scale.tiles)
    sheet = with_days_off(sheet, project, tiles)
    section = section_of(project, visible, sheet, columns, first=first, count=SECTION)
    return {
        "sheet": sheet,
        "columns": columns,
        "table": safe(section.table),
        "axis": safe(chart.draw_axis(sheet, tiles)),
        "ground": safe(chart.draw_ground(sheet, tiles)),
        "picture": safe(section.picture),
        "words": spoken_words(),
        "section_rows": SECTION,
        "row": max(row - ABOVE, 0),
        "day": day,
        "day_iso": day_of(day).isoformat(),
        "pages": _pages(first, visible.count),
        "zooms": zooms(),
        "switches": switches(view),
    }


def _opening_row(project: Project, visible: VisibleRows, view: View) -> int:
    """Counted from 0. An address counts from 1, and names the first row that is seen."""
    if view.task_id is not None:
        place = place_of(project, visible, view.task_id)
        if place is not None:
            return place
    if view.row is not None:
        return min(max(view.row - 1, 0), visible.count - 1) + ABOVE
    return first_unfinished(project, visible)


def _opening_day(project: Project, sheet: Canvas, view: View) -> int:
    """The day asked for, else today where the plan has begun and not long ended, else its first day."""
    last = sheet.scale.first_day + sheet.scale.days - 1
    day = sheet.today if view.day is None else view.day
    if sheet.scale.first_day <= day <= last:
        return day
    return (
        project.planned_start_minute // MINUTES_PER_DAY
        if project.planned_start_minute
        else sheet.scale.first_day
    )


def _tiles_around(x: float, tile_width: float, count: int) -> list[int]:
    """The pieces of the axis that a screen shows when the chart opens at x."""
    left, right = x - CHART_WIDTH * THIRD, x + CHART_WIDTH * (1 - THIRD)
    return list(range(max(int(left // tile_width), 0), min(int(right // tile_width), count - 1) + 1))


def _pages(first: int, total: int) -> dict[str, int | None]:
    """Rows at which the pages before and behind begin, for those who read without scripts."""
    return {
        "first": first + 1,
        "last": min(first + SECTION, total),
        "before": max(first - SECTION, 0) + 1 if first > 0 else None,
        "behind": first + SECTION + 1 if first + SECTION < total else None,
    }


def zooms() -> list[tuple[str, str]]:
    """The steps of the scale with their words."""
    return [
        ("day", pgettext("zoom", "日")),
        ("week", pgettext("zoom", "週")),
        ("month", pgettext("zoom", "月")),
        ("quarter", pgettext("zoom", "四半期")),
        ("year", pgettext("zoom", "年")),
    ]


def switches(view: View) -> list[dict[str, Any]]:
    """The buttons of the toolbar: symbol, word, whether it is on, and the value that turns it over."""
    offered = [
        ("critical", "route", _("クリティカル")),
        ("line", "zap", _("イナズマ線")),
        ("slack", "move-horizontal", _("余裕")),
    ]
    return [
        {"icon": icon, "word": word, "is_on": name in view.shown, "show": view.with_switch(name)}
        for name, icon, word in offered
    ]


def spoken_words() -> dict[str, str]:
    """What the script says; it fills the braces."""
    return {
        "range": _("{start}–{finish}"),
        "held": _(
            "{name}をつかみました。左右の矢印キーで動かし、Shift を押しながらで期間を変えます。Enter で確定、Esc で取り消します。"
        ),
        "cancelled": _("取り消しました。元の日付のままです。"),
        "fixed": _("サマリータスクの日付は子タスクから決まるため、ここでは動かせません。"),
        "coarse": _("この目盛りでは動かせません。日、週、月のどれかに切り替えてください。"),
        "readonly": _("このプロジェクトの計画を変更する権限がありません。"),
    }


def frame_attributes(project: Project, visible: VisibleRows, sheet: Canvas) -> dict[str, int]:
    """By these the script sees that it looks at another state of the plan."""
    return {
        "revision": project.revision,
        "first_day": sheet.scale.first_day,
        "days": sheet.scale.days,
        "total": visible.count,
    }


def drawn_section(section: Section) -> SafeString:
    """Both halves of a section: its rows of the table and its picture."""
    return safe(f"<table>{section.table}</table>{section.picture}")


def drawn_tiles(sheet: Canvas, tiles: Iterable[int]) -> SafeString:
    """Pieces of the axis, and of the ground under the chart."""
    pieces = "".join(draw_axis_tile(sheet, tile) + draw_ground_tile(sheet, tile) for tile in tiles)
    return safe(f"<svg>{pieces}</svg>")


def drawn_changes(
    window: ChartWindow, sheet: Canvas, shown: Iterable[range], changed: frozenset[int]
) -> SafeString:
    """What a change replaces in the sections that are shown: changed rows, and every arrow and the line.

    `window` spans the sections from the first to the last of them.
    """
    table: list[str] = []
    picture: list[str] = []
    for section in shown:
        rows = window.rows[section.start - window.first : section.stop - window.first]
        for row in rows:
            if row.task_id in changed:
                line, bar = chart.draw_moved_row(row, sheet, section.start)
                table.append(line)
                picture.append(bar)
        picture.append(chart.draw_arrow_layer(window.links, sheet, section.start, len(rows)))
        picture.append(chart.draw_progress_layer(rows, sheet, section.start))
    return safe(f"<table>{''.join(table)}</table><svg>{''.join(picture)}</svg>")
