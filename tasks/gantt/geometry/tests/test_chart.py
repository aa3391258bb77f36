import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from tasks.gantt.geometry import chart
from tasks.gantt.geometry.rows import ChartRow, Kind, Shown
from tasks.gantt.geometry.scale import ZOOMS
from tasks.gantt.geometry.tests.drawing import link, make_row, make_sheet

NASTY = "<i>'\"&\x01"


def rows_from(first: int, count: int) -> list[ChartRow]:
    kinds: tuple[Kind, ...] = ("summary", "task", "task", "milestone")
    return [
        make_row(
            row=row,
            days=(row, row + 9),
            kind=kinds[row % 4],
            name=NASTY,
            who=NASTY,
            progress=row % 5 * 25,
            is_critical=row % 3 == 0,
            is_manual=row % 7 == 0,
            late_days=row % 2,
            slack_days=9,
            deadline_day=row,
            baseline_days=(row, row + 8),
        )
        for row in range(first, first + count)
    ]


class TestSection:
    @pytest.mark.parametrize("zoom", ZOOMS)
    def test_is_well_formed_at_every_zoom(self, zoom: str) -> None:
        rows = rows_from(100, 12)
        links = [link(one, two) for one, two in pairwise(rows)]
        sheet = make_sheet(zoom, status_day=105, shown=Shown(slack=True))
        picture = ET.fromstring(chart.draw_chart_section(rows, links, sheet, 100))
        assert len(picture.findall("./svg/g[@class='gantt-bars']/g")) == 12

    def test_puts_each_row_where_the_table_has_it(self) -> None:
        picture = chart.draw_chart_section([make_row(row=103)], [], make_sheet(), 100)
        assert re.search(r'<g id="bar-104" data-at="\d+-\d+" transform="translate\(0 96\)">', picture)

    def test_stays_small(self) -> None:
        rows = [
            make_row(
                row=row,
                days=(row, row + 9),
                name="会計連携インターフェース設計",
                who="浅葱 れん",
                progress=40,
            )
            for row in range(40)
        ]
        sheet = make_sheet()
        drawn = chart.draw_chart_section(rows, [], sheet, 0)
        assert len(drawn.encode()) / len(rows) < 650


class TestFrame:
    @pytest.mark.parametrize("zoom", ZOOMS)
    def test_is_well_formed_at_every_zoom(self, zoom: str) -> None:
        sheet = make_sheet(zoom, status_day=3)
        axis = ET.fromstring(chart.draw_axis(sheet, range(sheet.scale.tiles)))
        ground = ET.fromstring(chart.draw_ground(sheet, range(sheet.scale.tiles)))
        assert axis.get("width") == ground.get("width") == str(sheet.scale.width)

    def test_does_not_grow_with_the_span_of_the_plan(self) -> None:
        sheet = make_sheet()
        assert len(chart.draw_axis(sheet, [0]).encode()) < 6000
