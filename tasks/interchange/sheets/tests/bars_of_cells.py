"""Layouts whose days are columns: 方眼紙, weeks, months, hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from tasks.interchange.sheets.tests.layout import layout, task
from tasks.interchange.sheets.tests.making import Paper, Place, by_openpyxl, by_xlsxwriter

APRIL = [date(2026, 4, 1) + timedelta(at) for at in range(30)]


def weekends(
    days: Sequence[date], first: int, rows: Iterable[int], colour: str = "D9D9D9"
) -> dict[Place, str]:
    return {(row, first + at): colour for row in rows for at, each in enumerate(days) if each.weekday() >= 5}


def drawn(
    days: Sequence[date],
    first: int,
    row: int,
    start: int,
    finish: int,
    colour: str = "4472C4",
    *,
    over: bool = False,
) -> dict[Place, str]:
    """A bar from one day of April to another; weekends stay grey unless it runs over them."""
    return {
        (row, first + at): colour
        for at, each in enumerate(days)
        if start <= each.day <= finish and (over or each.weekday() < 5)
    }


@layout("squared paper with fills only", [
    task(1, "掘削", "4/1-4/7", "一班"), task(1, "配筋", "4/8-4/10", "二班"), task(1, "型枠", "4/10-4/14", "一班"), task(1, "打設", "4/15-4/15", "二班"), task(1, "養生", "4/16-4/24", "一班"),
])  # fmt: skip
def squared() -> bytes:
    rows: list[list[Any]] = [
        ["2026年4月 工程表"],
        [],
        ["工事", "班", *(each.day for each in APRIL)],
        ["", "", *("月火水木金土日"[each.weekday()] for each in APRIL)],
    ]
    rows += [
        [name, team]
        for name, team in (
            ("掘削", "一班"),
            ("配筋", "二班"),
            ("型枠", "一班"),
            ("打設", "二班"),
            ("養生", "一班"),
        )
    ]
    rows[1] = ["", "", "4月"]
    rows[2][0], rows[2][1] = "作業", "担当"
    fills = weekends(APRIL, 3, range(3, 10))
    for row, (start, finish) in enumerate(((1, 7), (8, 10), (10, 14), (15, 15), (16, 24)), 5):
        fills |= drawn(APRIL, 3, row, start, finish)
    return by_openpyxl(Paper(rows, name="工程表", merges=["C2:AF2"], fills=fills))


@layout(
    "bars over weekends, days as days",
    [
        task(1, "試運転", "4/1-4/12", "保全"),
        task(1, "調整", "4/13-4/17", "保全"),
        task(1, "引渡し", "4/20-4/20", "保全", milestone=True),
    ],
)
def over_weekends() -> bytes:
    rows: list[list[Any]] = [
        ["タスク", "担当", *APRIL],
        ["試運転", "保全"],
        ["調整", "保全"],
        ["引渡し", "保全", *[None] * 19, "◆"],
    ]
    fills = drawn(APRIL, 3, 2, 1, 12, "70AD47", over=True) | drawn(APRIL, 3, 3, 13, 17, "70AD47")
    return by_xlsxwriter(Paper(rows, fills=fills, formats={(1, at): "d" for at in range(3, 33)}))


@layout(
    "planned and actual in two colours of one row, told by a legend",
    [task(1, "塗装", "4/1-4/3"), task(1, "乾燥", "4/6-4/8"), task(1, "検品", "4/9-4/10")],
)
def two_colours() -> bytes:
    rows: list[list[Any]] = [
        ["凡例", None, "予定", None, "実績"],
        [],
        ["作業", *APRIL],
        ["塗装"],
        ["乾燥"],
        ["検品"],
    ]
    fills: dict[Place, str] = {(1, 2): "9DC3E6", (1, 4): "F4B183"}
    fills |= (
        drawn(APRIL, 2, 4, 1, 3, "9DC3E6")
        | drawn(APRIL, 2, 5, 6, 8, "9DC3E6")
        | drawn(APRIL, 2, 6, 9, 10, "9DC3E6")
    )
    fills |= drawn(APRIL, 2, 4, 6, 7, "F4B183") | drawn(APRIL, 2, 5, 9, 10, "F4B183")
    return by_openpyxl(Paper(rows, fills=fills))


@layout(
    "arrows",
    [
        task(1, "教育", "4/1-4/6", "人事"),
        task(1, "配属", "4/7-4/7", "人事"),
        task(1, "面談", "4/8-4/14", "課長"),
    ],
)
def arrows() -> bytes:
    def line(start: int, finish: int) -> list[Any]:
        return [
            ("→" if start < each.day < finish else "●")
            if start <= each.day <= finish and each.weekday() < 5
            else None
            for each in APRIL
        ]

    return by_openpyxl(Paper([
        ["新人受入　2026年4月"], [None, None, "4月"], ["項目", "担当", *(each.day for each in APRIL)], ["教育", "人事", *line(1, 6)], ["配属", "人事", *line(7, 7)], ["面談", "課長", *line(8, 14)],
    ]))  # fmt: skip


def _weeks() -> list[date]:
    return [date(2026, 4, 6) + timedelta(7 * at) for at in range(8)]


@layout("weeks only, which are doubtful", [task(1, "募集", "4/6-4/17"), task(1, "面接", "4/20-5/1"), task(1, "内定", "5/4-5/8")],
        marked={(at, name) for at in range(3) for name in ("start", "finish")})  # fmt: skip
def weeks_only() -> bytes:
    fills = {(2, 2): "FFC000", (2, 3): "FFC000", (3, 4): "FFC000", (3, 5): "FFC000", (4, 6): "FFC000"}
    return by_xlsxwriter(
        Paper(
            [["作業", *_weeks()], ["募集"], ["面接"], ["内定"]],
            fills=fills,
            formats={(1, at): "m/d" for at in range(2, 10)},
        )
    )


@layout("months of a fiscal year, which are doubtful", [task(1, "計画策定", "4/1-5/31", "企画課"), task(1, "実証", "6/1-10/31", "企画課"), task(1, "評価", "+1/1-+3/31", "企画課")],
        marked={(at, name) for at in range(3) for name in ("start", "finish")})  # fmt: skip
def months_only() -> bytes:
    months = [f"{(at + 3) % 12 + 1}月" for at in range(12)]
    return by_openpyxl(Paper([
        ["令和8年度 事業計画"], ["事業項目", "担当課", *months], ["計画策定", "企画課", "■", "■"], ["実証", "企画課", None, None, *["■"] * 5], ["評価", "企画課", *[None] * 9, "■", "■", "■"],
    ], name="年間予定"))  # fmt: skip


@layout(
    "thirds of months beside days in cells",
    [task(1, "発注", "4/3-4/8"), task(1, "据付", "4/13-5/8"), task(1, "検収", "5/29-5/29")],
)
def thirds() -> bytes:
    return by_openpyxl(Paper([
        ["設備更新 2026年度"], ["項目", "開始", "終了", "4月", None, None, "5月", None, None], [None, None, None, "上", "中", "下", "上", "中", "下"],
        ["発注", "4/3", "4/8", "→"], ["据付", "4/13", "5/8", None, "→", "→", "→"], ["検収", "5/29", "5/29", *[None] * 5, "→"],
    ], merges=["A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:I2"]))  # fmt: skip


@layout("hours of each day without a column of work", [
    task(1, "調査", "4/1-4/3", "谷", work_hours=12.0), task(1, "集計", "4/6-4/7", "谷", work_hours=15.5), task(1, "報告", "4/8-4/8", "堀", work_hours=4.0),
])  # fmt: skip
def hours() -> bytes:
    def worked(**at: float) -> list[Any]:
        return [at.get(f"d{each.day}") for each in APRIL]

    return by_openpyxl(Paper([
        ["作業時間計画（単位：時間）"], ["作業", "担当", *APRIL], ["調査", "谷", *worked(d1=4, d2=4, d3=4)], ["集計", "谷", *worked(d6=8, d7=7.5)], ["報告", "堀", *worked(d8=4)], ["合計", None, *worked(d1=4, d2=4, d3=4, d6=8, d7=7.5, d8=4)],
    ], formats={(2, at): "m/d" for at in range(3, 33)}))  # fmt: skip


@layout(
    "pairs of rows with names written twice",
    [task(1, "設計", "4/1-4/3", "南"), task(1, "製作", "4/6-4/10", "北")],
)
def pairs() -> bytes:
    rows: list[list[Any]] = [
        ["作業", "担当", "予実", *APRIL],
        ["設計", "南", "計画"],
        ["設計", "南", "実績"],
        ["製作", "北", "計画"],
        ["製作", "北", "実績"],
    ]
    fills = (
        drawn(APRIL, 4, 2, 1, 3)
        | drawn(APRIL, 4, 3, 2, 7, "FF9999")
        | drawn(APRIL, 4, 4, 6, 10)
        | drawn(APRIL, 4, 5, 8, 9, "FF9999")
    )
    return by_xlsxwriter(Paper(rows, fills=fills))


@layout("merged bars with words in them", [task(1, "配管", "4/1-4/7"), task(1, "試験", "4/8-4/10")])
def merged_bars() -> bytes:
    rows: list[list[Any]] = [["作業", *APRIL], ["配管", "配管工事"], ["試験", *[None] * 7, "圧力試験"]]
    return by_openpyxl(Paper(rows, fills={(2, 2): "8EA9DB", (3, 9): "8EA9DB"}, merges=["B2:H2", "I3:K3"]))


@layout(
    "banded rows and a coloured column of today",
    [
        task(1, "清書", "4/1-4/3"),
        task(1, "押印", "4/6-4/7"),
        task(1, "提出", "4/8-4/8"),
        task(1, "控え", "4/9-4/10"),
    ],
)
def banded() -> bytes:
    rows: list[list[Any]] = [["作業", *APRIL], ["清書"], ["押印"], ["提出"], ["控え"]]
    fills: dict[Place, str] = {(row, at): "F2F2F2" for row in (3, 5) for at in range(1, 32)}
    fills |= {(row, 15): "FFFF00" for row in range(1, 6)} | weekends(APRIL, 2, range(1, 6), "FCE4D6")
    for row, (start, finish) in enumerate(((1, 3), (6, 7), (8, 8), (9, 10)), 2):
        fills |= drawn(APRIL, 2, row, start, finish, "305496")
    return by_openpyxl(Paper(rows, fills=fills))


@layout(
    "a bar in two pieces is doubtful",
    [task(1, "巡回", "4/1-4/17"), task(1, "点検", "4/6-4/10")],
    marked={(0, "start"), (0, "finish")},
)
def in_pieces() -> bytes:
    fills = drawn(APRIL, 2, 2, 1, 3) | drawn(APRIL, 2, 2, 13, 17) | drawn(APRIL, 2, 3, 6, 10)
    return by_openpyxl(Paper([["作業", *APRIL], ["巡回"], ["点検"]], fills=fills))
