"""Layouts that are met less often."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from openpyxl.utils import get_column_letter

from tasks.interchange.sheets.tests.layout import layout, task
from tasks.interchange.sheets.tests.making import Paper, Place, as_text, by_openpyxl, by_xlsxwriter


def d(month: int, number: int) -> date:
    return date(2026, month, number)


BOTH = ("start", "finish")


@layout("a plan that was revised", [task(1, "設計", "4/2-4/6", "森"), task(1, "製造", "4/6-4/8", "林")])
def revised() -> bytes:
    return by_openpyxl(Paper([
        ["作業", "担当", "当初計画", None, "変更後", None], [None, None, "開始", "終了", "開始", "終了"], ["設計", "森", d(4, 1), d(4, 3), d(4, 2), d(4, 6)], ["製造", "林", d(4, 6), d(4, 8), None, None],
    ], merges=["C1:D1", "E1:F1"]))  # fmt: skip


@layout(
    "a head of the project above, a small table below",
    [task(1, "現状調査", "4/1-4/2", "森", progress=100), task(1, "方針案", "4/3-4/6", "林")],
)
def above_and_below() -> bytes:
    return by_openpyxl(Paper([
        ["プロジェクト名", "基幹更改"], ["作成日", d(3, 20)], ["期間", "2026/4/1～2026/6/30"], [], ["No", "タスク", "担当", "開始", "終了", "状態"],
        [1, "現状調査", "森", d(4, 1), d(4, 2), "完了"], [2, "方針案", "林", d(4, 3), d(4, 6), "作業中"], [], ["担当別集計"], ["担当", "件数"], ["森", 1], ["林", 1],
    ]))  # fmt: skip


@layout(
    "quarters",
    [task(1, "整備", "4/1-6/30", "森"), task(1, "展開", "7/1-12/31", "林")],
    marked={(at, name) for at in (0, 1) for name in BOTH},
)
def quarters() -> bytes:
    return by_openpyxl(Paper([["施策", "担当", "2026年度", None, None, None], [None, None, "1Q", "2Q", "3Q", "4Q"], ["整備", "森", "■"], ["展開", "林", None, "■", "■"]], merges=["C1:F1"]))  # fmt: skip


@layout(
    "weeks by their number",
    [task(1, "調査", "4/1-4/14", "森"), task(1, "設計", "4/15-5/7", "林")],
    marked={(at, name) for at in (0, 1) for name in BOTH},
)
def numbered_weeks() -> bytes:
    return by_xlsxwriter(Paper([
        ["2026年"], ["タスク", "担当", "4月", None, None, None, None, "5月", None, None, None], [None, None, *(f"第{at}週" for at in (1, 2, 3, 4, 5, 1, 2, 3, 4))],
        ["調査", "森", "●", "●"], ["設計", "林", None, None, "●", "●", "●", "●"],
    ], merges=["C2:G2", "H2:K2"]))  # fmt: skip


@layout("two cells a day, the month in the title", [task(1, "設計", "4/1-4/3"), task(1, "製造", "4/6-4/7")])
def two_cells() -> bytes:
    days: list[Any] = [part for at in range(1, 11) for part in (at, None)]
    fills: dict[Place, str] = {(3, at): "4472C4" for at in range(3, 9)} | {
        (4, at): "4472C4" for at in range(13, 17)
    }
    merges = [f"{get_column_letter(at)}2:{get_column_letter(at + 1)}2" for at in range(3, 23, 2)]
    return by_openpyxl(
        Paper(
            [["作業予定表　2026年4月"], ["作業", None, *days], ["設計"], ["製造"]], merges=merges, fills=fills
        )
    )


@layout(
    "signs of plan and of actual work in one row", [task(1, "設計", "4/1-4/2"), task(1, "製造", "4/7-4/8")]
)
def two_signs() -> bytes:
    return by_openpyxl(Paper([
        ["□：予定　■：実績　　2026年4月"], ["作業", *range(1, 11)], ["設計", "□", "□", "■", "■"], ["製造", *[None] * 6, "□", "□"],
    ]))  # fmt: skip


@layout(
    "planned above and actual below, without a column that says so",
    [task(1, "設計", "4/1-4/3", "森"), task(1, "製造", "4/6-4/8", "林")],
)
def upper_and_lower() -> bytes:
    days = [d(4, 1) + timedelta(at) for at in range(14)]
    fills: dict[Place, str] = (
        {(3, at): "4472C4" for at in (3, 4, 5)}
        | {(4, at): "ED7D31" for at in (4, 5)}
        | {(5, at): "4472C4" for at in (8, 9, 10)}
    )
    return by_openpyxl(Paper([["工程表（上段：予定　下段：実績）"], ["作業", "担当", *days], ["設計", "森"], [], ["製造", "林"], []], merges=["A3:A4", "B3:B4", "A5:A6", "B5:B6"], fills=fills))  # fmt: skip


@layout("relations that block, parents behind their children", [
    task(1, "親", "4/1-4/10", progress=10), task(2, "公開", "4/10-4/10", "田", predecessors=[(2, "FS", 0)]),
    task(2, "試験", "4/6-4/8", "田", progress=30, work_hours=12.5, predecessors=[(3, "FS", 2)]), task(2, "準備", "4/1-4/2", "林", progress=100, work_hours=4.0),
])  # fmt: skip
def blocking() -> bytes:
    return as_text([
        ["#", "プロジェクト", "トラッカー", "ステータス", "優先度", "題名", "担当者", "開始日", "期日", "進捗率", "予定工数", "親チケット", "関連するチケット"],
        [12, "P", "タスク", "新規", "通常", "公開", "田", "2026/04/10", "2026/04/10", 0, "", 10, "次のチケットにブロックされている #11"],
        [11, "P", "タスク", "進行中", "通常", "試験", "田", "2026/04/06", "2026/04/08", 30, "12.5", 10, "次のチケットをブロック #12, 次のチケットに後続 #9 (2日)"],
        [10, "P", "機能", "新規", "通常", "親", "", "2026/04/01", "2026/04/10", 10, "", "", ""],
        [9, "P", "タスク", "終了", "通常", "準備", "林", "2026/04/01", "2026/04/02", 100, "4", 10, "次のチケットに先行 #11 (2日)"],
    ], "cp932")  # fmt: skip


@layout("Jira in Japanese", [
    task(1, "決済刷新"), task(2, "要件", "4/6-4/9", "佐", progress=100, work_hours=32.0), task(2, "実装", "4/10-4/16", "伊", work_hours=16.0, predecessors=[(1, "FS", 0)]),
])  # fmt: skip
def jira_ja() -> bytes:
    return as_text([
        ["要約", "課題キー", "課題 ID", "親 ID", "課題タイプ", "ステータス", "担当者", "報告者", "期限", "初期見積もり", "内向き課題リンク (Blocks)", "外向き課題リンク (Blocks)", "カスタムフィールド (Start date)"],
        ["決済刷新", "K-1", "100", "", "エピック", "To Do", "", "佐", "", "", "", "", ""],
        ["要件", "K-2", "101", "100", "タスク", "完了", "佐", "佐", "2026/04/09 00:00", "115200", "", "K-3", "2026/04/06 00:00"],
        ["実装", "K-3", "102", "100", "タスク", "進行中", "伊", "佐", "2026/04/16 00:00", "57600", "K-2", "", "2026/04/10 00:00"],
    ])  # fmt: skip


@layout(
    "OpenProject in Japanese",
    [
        task(1, "設計", "4/1-4/10", progress=40),
        task(2, "画面", "4/1-4/3", "森", progress=50, work_hours=16.0),
    ],
)
def openproject_ja() -> bytes:
    return as_text([
        ["ID", "種類", "件名", "ステータス", "担当者", "親", "開始日", "終了日", "作業", "進捗率 (%)"],
        [1, "フェーズ", "設計", "進行中", "", "", "2026-04-01", "2026-04-10", "", 40], [2, "タスク", "画面", "進行中", "森", 1, "2026-04-01", "2026-04-03", "16h", 50],
    ])  # fmt: skip


@layout("outlines over narrow columns below one head", [
    task(1, "計画"), task(2, "方針決定", "4/1-4/30", "総務"), task(2, "物件"), task(3, "調査", "5/7-5/29", "加藤"), task(3, "契約", "7/10-7/10", "総務", milestone=True), task(1, "実施"), task(2, "移転", "+1/8-+1/13", "全員"),
])  # fmt: skip
def narrow() -> bytes:
    return by_xlsxwriter(Paper([
        ["移転計画 2026年度"], ["No", "作業項目", None, None, None, "担当", "開始", "終了"], [1, "計画"], [2, None, "方針決定", None, None, "総務", "4/1", "4/30"], [3, None, "物件"],
        [4, None, None, "調査", None, "加藤", "5/7", "5/29"], [5, None, None, "★契約", None, "総務", "7/10", "7/10"], [6, "実施"], [7, None, "移転", None, None, "全員", "1/8", "1/13"],
    ], merges=["B2:E2"]))  # fmt: skip


@layout(
    "two figures for the year, days first", [task(1, "Survey", "4/13-4/15"), task(1, "Draft", "4/16-4/17")]
)
def short_day_first() -> bytes:
    return as_text(
        [["Task", "Start", "End"], ["Survey", "13/04/26", "15/04/26"], ["Draft", "16/04/26", "17/04/26"]]
    )


@layout("a range of numbers is asked for", [task(1, "甲", "4/1-4/2"), task(1, "乙", "4/1-4/2"), task(1, "丙", "4/3-4/3"), task(1, "丁", "4/6-4/6", predecessors=[(2, "SS", 1), (1, "FF", 0)])],
        marked={(2, "predecessors")})  # fmt: skip
def ranges() -> bytes:
    return by_openpyxl(Paper([
        ["No", "作業", "開始", "終了", "先行"], [1, "甲", "26/4/1", "26/4/2", None], [2, "乙", "26/4/1", "26/4/2", None], [3, "丙", "26/4/3", "26/4/3", "1～2"], [4, "丁", "26/4/6", "26/4/6", "3SS+1日、2FF"],
    ]))  # fmt: skip


@layout(
    "levels in words",
    [
        task(1, "全体", "4/1-4/14", duration_days=10.0),
        task(2, "設計", "4/1-4/7", duration_days=5.0),
        task(3, "画面", "4/1-4/3", duration_days=3.0),
        task(2, "製造", "4/8-4/14", duration_days=5.0),
    ],
)
def levels_in_words() -> bytes:
    return by_openpyxl(Paper([
        ["作業レベル", "作業名", "期間", "開始日", "終了日"], ["レベル1", "全体", "10日", d(4, 1), d(4, 14)], ["レベル2", "設計", "5日", d(4, 1), d(4, 7)], ["レベル3", "画面", "3日", d(4, 1), d(4, 3)], ["レベル2", "製造", "1週", d(4, 8), d(4, 14)],
    ]))  # fmt: skip


@layout(
    "pairs of rows with days in cells, progress in the lower one",
    [task(1, "設計", "6/1-6/3", "森", progress=100), task(1, "製造", "6/4-6/10", "林", progress=40)],
)
def pairs_with_days() -> bytes:
    return by_openpyxl(Paper([
        ["No", "作業", "担当", "区分", "開始", "終了", "進捗"], [1, "設計", "森", "予定", d(6, 1), d(6, 3), None], [None, None, None, "実績", d(6, 1), d(6, 4), "100%"],
        [2, "製造", "林", "予定", d(6, 4), d(6, 10), None], [None, None, None, "実績", d(6, 5), None, "40%"],
    ], merges=["A2:A3", "B2:B3", "C2:C3", "A4:A5", "B4:B5", "C4:C5"]))  # fmt: skip


@layout(
    "person-days of each day, with a sum that is no code",
    [task(1, "調査", "4/1-4/2", "森", work_hours=16.0), task(1, "整理", "4/3-4/8", "林", work_hours=12.0)],
)
def days_of_work() -> bytes:
    days = [d(4, 1) + timedelta(at) for at in range(8)]
    return by_openpyxl(
        Paper(
            [
                ["単位：人日"],
                ["作業", "担当", "計", *days],
                ["調査", "森", 2, 1, 1],
                ["整理", "林", 1.5, None, None, 0.5, None, None, None, None, 1],
            ]
        )
    )


@layout("days with their weekdays as heads", [task(1, "受付", "4/1-4/2"), task(1, "審査", "4/3-4/6")])
def days_as_texts() -> bytes:
    return by_openpyxl(
        Paper(
            [
                ["2026年度"],
                ["作業", "4/1(水)", "4/2(木)", "4/3(金)", "4/6(月)", "4/7(火)"],
                ["受付", "○", "○"],
                ["審査", None, None, "○", "○"],
            ]
        )
    )


@layout("days below one month", [task(1, "塗装", "4/1-4/2"), task(1, "乾燥", "4/3-4/6")])
def days_below_a_month() -> bytes:
    return by_openpyxl(Paper([
        ["作業", "2026年4月"], [None, *(f"{at}日" for at in range(1, 8))], ["塗装", "━", "━"], ["乾燥", None, None, "━", None, None, "━"],
    ], merges=["A1:A2", "B1:H1"]))  # fmt: skip


@layout(
    "sums of groups",
    [
        task(1, "設計"),
        task(2, "基本", "", "森", work_hours=16.0),
        task(2, "詳細", "", "林", work_hours=24.0),
        task(1, "製造"),
        task(2, "実装", "", "森", work_hours=8.0),
    ],
)
def sums_of_groups() -> bytes:
    return by_openpyxl(Paper([["工程", "作業", "担当", "工数(人日)"], ["設計", "基本", "森", 2], [None, "詳細", "林", 3], ["設計 計", None, None, 5], ["製造", "実装", "森", 1], ["総計", None, None, 6]]))  # fmt: skip


@layout(
    "a day of the title is no head",
    [
        task(1, "Scope", "4/1-4/3", "Ann", progress=50, duration_days=3.0),
        task(1, "Go-live", "4/6-4/6", "Ann", milestone=True, duration_days=0.0, predecessors=[(0, "FS", 0)]),
    ],
)
def day_of_the_title() -> bytes:
    return by_xlsxwriter(Paper([
        ["Project Plan FY2026"], ["Updated", d(3, 1)], ["#", "Task", "Owner", "Start", "Finish", "Duration (days)", "% Complete", "Depends on", "Notes"],
        [1, "Scope", "Ann", d(4, 1), d(4, 3), 3, 0.5, None, "see 2025 plan"], [2, "Go-live", "Ann", d(4, 6), d(4, 6), 0, 0, "1", None],
    ], formats={(row, 7): "0%" for row in (4, 5)}))  # fmt: skip


@layout(
    "codes of letters",
    [
        task(1, "準備"),
        task(2, "調査", "4/1-4/2"),
        task(2, "計画", "4/3-4/6", predecessors=[(1, "FS", 0)]),
        task(1, "実行"),
        task(2, "施工", "4/7-4/8", predecessors=[(2, "FS", 0)]),
    ],
)
def codes_of_letters() -> bytes:
    return by_openpyxl(Paper([["コード", "作業", "開始", "終了", "先行"], ["A", "準備"], ["A-1", "調査", d(4, 1), d(4, 2), None], ["A-2", "計画", d(4, 3), d(4, 6), "A-1"], ["B", "実行"], ["B-1", "施工", d(4, 7), d(4, 8), "A-2"]]))  # fmt: skip


@layout(
    "bars that all rows share", [task(1, "甲", "4/1-4/3"), task(1, "乙", "4/1-4/3"), task(1, "丙", "4/1-4/3")]
)
def shared_bars() -> bytes:
    days = [d(4, 1) + timedelta(at) for at in range(10)]
    return by_openpyxl(
        Paper(
            [["作業", *days], ["甲"], ["乙"], ["丙"]],
            fills={(row, at): "4472C4" for row in (2, 3, 4) for at in (2, 3, 4)},
        )
    )


@layout(
    "years, months and days above each other",
    [task(1, "移行準備", "12/28-12/29"), task(1, "移行", "12/31-+1/2")],
)
def years_months_days() -> bytes:
    return by_openpyxl(Paper([
        ["No", "作業", "2026年", None, None, None, "2027年", None, None, None], [None, None, "12月", None, None, None, "1月", None, None, None], [None, None, 28, 29, 30, 31, 1, 2, 3, 4],
        [1, "移行準備", "■", "■"], [2, "移行", None, None, None, "■", "■", "■"],
    ], merges=["A1:A3", "B1:B3", "C1:F1", "G1:J1", "C2:F2", "G2:J2"]))  # fmt: skip


@layout(
    "chapters",
    [
        task(1, "第1章 準備"),
        task(2, "調査", "4/1-4/2"),
        task(2, "手配", "4/3-4/6"),
        task(1, "第2章 実施"),
        task(2, "本番", "4/7-4/7"),
    ],
)
def chapters() -> bytes:
    return as_text([["作業", "開始", "終了"], ["第1章 準備", "", ""], ["1.1 調査", "2026/4/1", "2026/4/2"], ["1.2 手配", "2026/4/3", "2026/4/6"], ["第2章 実施", "", ""], ["2.1 本番", "2026/4/7", "2026/4/7"]])  # fmt: skip


@layout(
    "Roman numbers",
    [
        task(1, "準備"),
        task(2, "調査", "4/1-4/2"),
        task(2, "手配", "4/3-4/6"),
        task(1, "実施"),
        task(2, "本番", "4/7-4/7"),
    ],
)
def romans() -> bytes:
    return as_text([["業務", "開始", "終了"], ["Ⅰ　準備", "", ""], ["1. 調査", "2026/4/1", "2026/4/2"], ["2. 手配", "2026/4/3", "2026/4/6"], ["Ⅱ　実施", "", ""], ["1. 本番", "2026/4/7", "2026/4/7"]], "cp932")  # fmt: skip


@layout(
    "days of tasks that also stand in the head",
    [task(1, "清書", "4/1-4/2"), task(1, "配布", "4/3-4/6"), task(1, "回収", "4/7-4/7")],
)
def days_in_both() -> bytes:
    days = [d(4, 1) + timedelta(at) for at in range(14)]
    return by_openpyxl(
        Paper(
            [
                ["作業", "開始", "終了", *days],
                ["清書", d(4, 1), d(4, 2)],
                ["配布", d(4, 3), d(4, 6)],
                ["回収", d(4, 7), d(4, 7)],
            ]
        )
    )


@layout(
    "a bar elsewhere than the days in cells",
    [task(1, "清書", "4/1-4/2"), task(1, "配布", "4/3-4/6")],
    marked={(1, "start"), (1, "finish")},
)
def bar_elsewhere() -> bytes:
    days = [d(4, 1) + timedelta(at) for at in range(21)]
    fills: dict[Place, str] = {(2, 4): "4472C4", (2, 5): "4472C4"} | {
        (3, at): "4472C4" for at in range(17, 21)
    }
    return by_openpyxl(
        Paper(
            [["作業", "開始", "終了", *days], ["清書", d(4, 1), d(4, 2)], ["配布", d(4, 3), d(4, 6)]],
            fills=fills,
        )
    )


@layout(
    "Asana in Japanese",
    [task(1, "会場", "4/1-4/2", "森"), task(1, "招待", "4/3-4/6", "林", predecessors=[(0, "FS", 0)])],
)
def asana_ja() -> bytes:
    return as_text([
        ["タスクID", "作成日", "完了日", "最終更新日", "名前", "セクション/列", "担当者", "担当者のメール", "開始日", "期日", "タグ", "メモ", "プロジェクト", "親タスク", "ブロック元 (依存関係)"],
        ["1", "2026-03-01", "2026-04-02", "2026-04-02", "会場", "準備", "森", "a@example.com", "2026-04-01", "2026-04-02", "", "", "P", "", ""],
        ["2", "2026-03-01", "", "2026-03-02", "招待", "準備", "林", "b@example.com", "2026-04-03", "2026-04-06", "", "", "P", "", "会場"],
    ])  # fmt: skip


@layout(
    "periods without an end",
    [task(1, "準備", "4/1-4/3", "森"), task(1, "運用", "4/20-", "森")],
    marked={(1, "finish")},
)
def open_periods() -> bytes:
    return by_openpyxl(
        Paper(
            [
                ["2026年度"],
                ["作業", "日程", "担当"],
                ["準備", "4/1(水)～4/3(金)", "森"],
                ["運用", "4/20～", "森"],
            ]
        )
    )
