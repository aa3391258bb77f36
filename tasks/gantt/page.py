"""What stands beside the rows of the sheet: the chart with its switches, and the pieces of it that a change draws anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.help import keys
from projects.worktime.moments import day_of
from tasks.gantt.canvas import MOST_PAST, View, with_days_off
from tasks.gantt.geometry import chart
from tasks.gantt.geometry.axis import draw_axis_tile, draw_ground_tile
from tasks.gantt.opening import THIRD, opening_day
from tasks.gantt.sections import picture_of
from tasks.gantt.window import load_window
from tasks.models import TaskLink
from tasks.plan.agreed import agreed_span
from tasks.sheet.html import SECTION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from projects.models import Project
    from tasks.gantt.geometry.rows import Canvas
    from tasks.sheet.visible import VisibleRows

#: Pieces of the axis that a chart of this width shows are sent at once; a wider one asks for the rest.
CHART_WIDTH: Final = 1600


def safe(drawn: str) -> SafeString:
    """The chart escapes what people typed where it draws it, and tests hold it to that."""
    return SafeString(drawn)


def drawn_chart(
    project: Project, visible: VisibleRows, sheet: Canvas, view: View, *, first: int, count: int, place: int,
    may_edit: bool,
) -> dict[str, Any]:  # fmt: skip
    """The chart beside some sections of rows, from `first` (counted from 0) on; a fixed number of queries.

    `place` is the uppermost row that is seen, `sheet` is not shaded yet.
    """
    scale = sheet.scale
    day = opening_day(project, visible, sheet, view, place=place)
    tiles = _tiles_around(scale.x(day), scale.zoom.days_per_tile * scale.zoom.pixels_per_day, scale.tiles)
    sheet = with_days_off(sheet, project, tiles)
    return {
        "sheet": sheet,
        "view": view,
        "axis": safe(chart.draw_axis(sheet, tiles)),
        "ground": safe(chart.draw_ground(sheet, tiles)),
        "picture": drawn_sections(project, visible, sheet, first=first, count=count),
        "words": spoken_words(may_edit=may_edit),
        "chart_menu": keys.menu_of(keys.BARS, may_edit=may_edit),
        "day": day,
        "zooms": zooms(),
        "fits": fits(),
        "past": [
            {"day": day_of(day), "show": view.without_past(day), "place": place}
            for place, day in enumerate(view.past, 1)
        ],
        "has_room_for_past": len(view.past) < MOST_PAST,
        "switches": switches(view, has_baseline=sheet.shown.baseline or agreed_span(project.pk) is not None),
    }


def drawn_sections(
    project: Project, visible: VisibleRows, sheet: Canvas, *, first: int, count: int
) -> SafeString:
    """Whole sections beside rows; `first` lies on the border of one."""
    end = min(first + count, visible.count)
    return safe(
        "".join(
            picture_of(project, visible, sheet, first=begin, count=min(SECTION, visible.count - begin))
            for begin in range(first, end, SECTION)
        )
    )


def _tiles_around(x: float, tile_width: float, count: int) -> list[int]:
    """The pieces of the axis that a screen shows when the chart opens at x."""
    left, right = x - CHART_WIDTH * THIRD, x + CHART_WIDTH * (1 - THIRD)
    return list(range(max(int(left // tile_width), 0), min(int(right // tile_width), count - 1) + 1))


def zooms() -> list[tuple[str, str]]:
    """The steps of the scale with their words."""
    return [
        ("day", pgettext("zoom", "日")),
        ("week", pgettext("zoom", "週")),
        ("month", pgettext("zoom", "月")),
        ("quarter", pgettext("zoom", "四半期")),
        ("year", pgettext("zoom", "年")),
    ]


def fits() -> list[dict[str, str]]:
    """What is brought into sight as a whole: the name by which it is asked for, symbol, word, and key on a bar."""
    return [
        {"name": "plan", "icon": "maximize", "word": _("全体を表示"), "keys": "F"},
        {"name": "rows", "icon": "focus", "word": _("選択を表示"), "keys": "Shift+F"},
    ]


def switches(view: View, *, has_baseline: bool) -> list[dict[str, Any]]:
    """The buttons of the toolbar: symbol, word, whether it is on, and the value that turns it over.

    What there is no baseline for is not offered.
    """
    offered = [
        ("critical", "route", _("クリティカル")),
        ("line", "zap", _("イナズマ線")),
        ("slack", "move-horizontal", _("余裕")),
    ]
    if has_baseline:
        offered.append(("baseline", "git-compare", _("ベースライン")))
    return [
        {"icon": icon, "word": word, "is_on": name in view.shown, "show": view.with_switch(name)}
        for name, icon, word in offered
    ]


def spoken_words(*, may_edit: bool) -> dict[str, str]:
    """What the script says; it fills the braces."""
    said = {
        "range": _("{start}–{finish}"),
        "held": _(
            "{name}をつかみました。左右の矢印キーで動かし、Shift を押しながらで期間を変えます。Enter で確定、Esc で取り消します。"
        ),
        "cancelled": _("取り消しました。元の日付のままです。"),
        "fixed": _("サマリータスクの日付は子タスクから決まるため、ここでは動かせません。"),
        "coarse": _("この目盛りでは動かせません。日、週、月のどれかに切り替えてください。"),
        "readonly": _("このプロジェクトの計画を変更する権限がありません。"),
        "zoomed": _("目盛りは{zoom}です。"),
    }
    return said | _words_of_links() if may_edit else said


def _words_of_links() -> dict[str, str]:
    """What is said while a link is drawn; kinds as the script names their ends, first of the task that is waited for."""
    return {
        "linking": _(
            "{name}からつなぎます。上下の矢印キーで相手のバーを選び、左右の矢印キーで種類を変えます。Enter で確定、Esc で取り消します。"
        ),
        "aimed": _("相手は{name}、{kind}。"),
        "unlinked": _("つなぐのをやめました。"),
        **{f"kind-{kind.value.lower()}": str(kind.label) for kind in TaskLink.Type},
    }


def drawn_tiles(sheet: Canvas, tiles: Iterable[int]) -> SafeString:
    """Pieces of the axis, and of the ground under the chart."""
    pieces = "".join(draw_axis_tile(sheet, tile) + draw_ground_tile(sheet, tile) for tile in tiles)
    return safe(f"<svg>{pieces}</svg>")


def drawn_changes(
    project: Project, visible: VisibleRows, sheet: Canvas, *, first: int, count: int, changed: Collection[int]
) -> SafeString:
    """What a change replaces in the sections beside some rows: the changed bars, every arrow and the progress line."""
    window = load_window(
        project, visible, first=first, count=count, on=day_of(sheet.today), has_baseline=sheet.shown.baseline,
        past_days=sheet.past_days,
    )  # fmt: skip
    drawn: list[str] = []
    for begin in range(first, min(first + count, visible.count), SECTION):
        rows = [row for row in window.rows if begin <= row.row < begin + SECTION]
        places = min(SECTION, visible.count - begin, first + count - begin)
        drawn += [chart.draw_moved_row(row, sheet, begin) for row in rows if row.task_id in changed]
        drawn.append(chart.draw_arrow_layer(window.links, sheet, begin, places))
        drawn.append(chart.draw_progress_layer(rows, sheet, begin, places))
    return safe(f"<svg>{''.join(drawn)}</svg>")
