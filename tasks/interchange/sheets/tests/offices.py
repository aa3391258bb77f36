"""Layouts of tables as offices make them."""

from __future__ import annotations

from datetime import date

from tasks.interchange.sheets.tests.layout import layout, task
from tasks.interchange.sheets.tests.making import Paper, as_text, by_openpyxl, by_xlsxwriter


def d(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


@layout("flat list of a department", [
    task(1, "棚卸準備", "4/1-4/3", "青木", progress=100, duration_days=3),
    task(1, "実地棚卸", "4/6-4/7", "青木,西田", progress=40, duration_days=2, predecessors=[(0, "FS", 0)]),
    task(1, "差異調査", "4/8-4/10", "西田", duration_days=3, predecessors=[(1, "FS", 1)]),
])  # fmt: skip
def flat() -> bytes:
    return by_xlsxwriter(Paper([
        ["No", "タスク名", "担当者", "開始予定日", "終了予定日", "日数", "進捗率", "先行No"],
        [1, "棚卸準備", "青木", d(4, 1), d(4, 3), 3, 1, None],
        [2, "実地棚卸", "青木、西田", d(4, 6), d(4, 7), 2, 0.4, 1],
        [3, "差異調査", "西田", d(4, 8), d(4, 10), 3, 0, "2FS+1日"],
    ], formats={(row, 7): "0%" for row in (2, 3, 4)}))  # fmt: skip


@layout("planned and actual columns with plain words", [
    task(1, "現地測量", "5/11-5/13", "測量班", progress=100), task(1, "図面作成", "5/14-5/20", "設計課", progress=30),
])  # fmt: skip
def planned_and_actual() -> bytes:
    return by_openpyxl(Paper([
        ["道路改良 進行表"], [],
        ["項番", "作業内容", "担当課", "開始予定日", "完了予定日", "開始日", "完了日", "進捗(%)"],
        [1, "現地測量", "測量班", d(5, 11), d(5, 13), d(5, 12), d(5, 14), 100],
        [2, "図面作成", "設計課", d(5, 14), d(5, 20), d(5, 15), None, 30],
    ], name="進行表"))  # fmt: skip


@layout("three rows of head", [
    task(1, "調達", ""), task(2, "仕様書作成", "4/6-4/10", "井口", work_hours=24.0), task(2, "入札公告", "4/13-4/24", "契約係", work_hours=16.0),
])  # fmt: skip
def three_rows() -> bytes:
    return by_openpyxl(Paper([
        ["機器調達スケジュール（2026年度）"],
        ["分類", "作業", "担当", "計画", None, None, "実績", None],
        [None, None, None, "期間", None, "工数", "開始", "終了"],
        [None, None, None, "開始", "終了", "(人日)", None, None],
        ["調達", "仕様書作成", "井口", "4/6", "4/10", 3, "4/6", None],
        [None, "入札公告", "契約係", "4/13", "4/24", 2, None, None],
    ], name="予定", merges=["A2:A4", "B2:B4", "C2:C4", "D2:F2", "D3:E3", "G2:H2", "G3:G4", "H3:H4"]))  # fmt: skip


@layout("codes as figures, the tenth too", [
    task(1, "準備", ""), *[task(2, f"作業{at}", f"6/{at}-6/{at}") for at in range(1, 12)], task(2, "まとめ", "6/15-6/16", predecessors=[(10, "FS", 0)]),
])  # fmt: skip
def codes_as_figures() -> bytes:
    rows = [
        [1.1 if at == 10 else float(f"1.{at}"), f"作業{at}", d(6, at), d(6, at), None] for at in range(1, 12)
    ]
    return by_xlsxwriter(Paper([
        ["WBS", "タスク", "開始", "終了", "先行WBS"], [1, "準備", None, None, None], *rows, [1.12, "まとめ", d(6, 15), d(6, 16), "1.10"],
    ]))  # fmt: skip


@layout("codes with hyphens in a column of numbers", [
    task(1, "計画"), task(2, "体制検討", "7/1-7/2", "本田"), task(2, "予算化", "7/3-7/6", "本田"), task(1, "実行"), task(2, "発注", "7/7-7/8", "島"),
])  # fmt: skip
def codes_with_hyphens() -> bytes:
    return as_text([
        ["番号", "項目", "担当", "着手日", "完了日"], ["1", "計画"], ["1-1", "体制検討", "本田", "2026.7.1", "2026.7.2"],
        ["1-2", "予算化", "本田", "2026.7.3", "2026.7.6"], ["2", "実行"], ["2-1", "発注", "島", "2026.7.7", "2026.7.8"],
    ], "cp932")  # fmt: skip


@layout("numbers before names", [
    task(1, "基本方針"), task(2, "現状分析", "8/3-8/5"), task(3, "聞き取り", "8/3-8/4"), task(2, "方針案", "8/6-8/7"), task(1, "公表", "8/20-8/20"),
])  # fmt: skip
def numbers_before_names() -> bytes:
    return by_openpyxl(Paper([
        ["実施項目", "開始日", "終了日"], ["１．基本方針", None, None], ["（１）現状分析", d(8, 3), d(8, 5)], ["①聞き取り", d(8, 3), d(8, 4)],
        ["（２）方針案", d(8, 6), d(8, 7)], ["２．公表", d(8, 20), d(8, 20)],
    ]))  # fmt: skip


@layout("indents of cells", [
    task(1, "開発"), task(2, "画面", "9/1-9/4"), task(3, "入力画面", "9/1-9/2"), task(3, "一覧画面", "9/3-9/4"), task(2, "帳票", "9/7-9/8"),
])  # fmt: skip
def indents() -> bytes:
    return by_xlsxwriter(Paper([
        ["作業項目", "開始", "終了"], ["開発"], ["画面", d(9, 1), d(9, 4)], ["入力画面", d(9, 1), d(9, 2)], ["一覧画面", d(9, 3), d(9, 4)], ["帳票", d(9, 7), d(9, 8)],
    ], indents={(3, 1): 1, (4, 1): 2, (5, 1): 2, (6, 1): 1}))  # fmt: skip


@layout("days since 1904", [task(1, "点検", "4/1-4/2"), task(1, "修理", "4/3-4/8")])
def since_1904() -> bytes:
    return by_xlsxwriter(
        Paper([["作業", "開始日", "終了日"], ["点検", d(4, 1), d(4, 2)], ["修理", d(4, 3), d(4, 8)]]),
        is_1904=True,
    )


@layout("days since 1904 by another program", [task(1, "点検", "4/1-4/2"), task(1, "修理", "4/3-4/8")])
def since_1904_again() -> bytes:
    return by_openpyxl(
        Paper([["作業", "開始日", "終了日"], ["点検", d(4, 1), d(4, 2)], ["修理", d(4, 3), d(4, 8)]]),
        is_1904=True,
    )


@layout("days without a year over New Year", [
    task(1, "企画", "10/5-11/6"), task(1, "制作", "11/9-12/18"), task(1, "公開準備", "12/21-+1/15"), task(1, "公開", "+1/18-+1/18"), task(1, "振り返り", "+2/1-+2/5"),
])  # fmt: skip
def over_new_year() -> bytes:
    return by_openpyxl(Paper([
        ["サイト公開計画　2026年10月～"], ["タスク", "開始", "終了"], ["企画", "10/5", "11/6"], ["制作", "11/9", "12/18"], ["公開準備", "12/21", "1/15"], ["公開", "1月18日", "1月18日"], ["振り返り", "2/1", "2/5"],
    ]))  # fmt: skip


@layout("both days in one cell", [
    task(1, "会場手配", "5/11-5/15", "総務"), task(1, "案内発送", "5/18-5/20", "広報"), task(1, "開催", "6/5-6/5", "全員"), task(1, "精算", "6/8-6/12", "経理"),
])  # fmt: skip
def both_days() -> bytes:
    return by_openpyxl(Paper([
        ["2026年度 総会準備"], ["No.", "実施事項", "実施期間", "担当"], [1, "会場手配", "5/11～5/15", "総務"], [2, "案内発送", "5月18日〜5月20日", "広報"], [3, "開催", "6/5", "全員"], [4, "精算", "6/8～12", "経理"],
    ]))  # fmt: skip


@layout("work in person-days of 7.5 hours", [
    task(1, "設計", "4/6-4/10", work_hours=37.5, progress=50), task(1, "製造", "4/13-4/24", work_hours=150.0, progress=25), task(1, "試験", "4/27-4/28", work_hours=7.5),
])  # fmt: skip
def person_days() -> bytes:
    return by_xlsxwriter(Paper([
        ["見積（1人日＝7.5時間、1人月＝20人日）"], ["工程名", "開始", "終了", "工数", "進捗"],
        ["設計", d(4, 6), d(4, 10), "5人日", 0.5], ["製造", d(4, 13), d(4, 24), "1人月", 0.25], ["試験", d(4, 27), d(4, 28), "1人日", 0],
    ]))  # fmt: skip


@layout("a bare figure of work is doubtful", [task(1, "試作", "4/6-4/8", work_hours=24.0), task(1, "評価", "4/9-4/10", work_hours=16.0)],
        marked={(0, "work_hours"), (1, "work_hours")})  # fmt: skip
def bare_work() -> bytes:
    return by_openpyxl(
        Paper(
            [["作業", "開始", "終了", "工数"], ["試作", d(4, 6), d(4, 8), 3], ["評価", d(4, 9), d(4, 10), 2]]
        )
    )


@layout(
    "old and hidden sheets beside the plan", [task(1, "移行準備", "4/6-4/8"), task(1, "移行", "4/9-4/10")]
)
def sheets_beside() -> bytes:
    head = ["タスク", "開始", "終了"]
    return by_openpyxl(
        Paper([["はじめに"], ["この資料は移行計画です"]], name="表紙"),
        Paper([head, ["古い準備", d(3, 2), d(3, 4)], ["古い移行", d(3, 5), d(3, 6)]], name="WBS（旧）"),
        Paper([head, ["移行準備", d(4, 6), d(4, 8)], ["移行", d(4, 9), d(4, 10)]], name="WBS"),
        Paper(
            [
                head,
                ["隠した作業", d(4, 6), d(4, 8)],
                ["隠した作業2", d(4, 9), d(4, 10)],
                ["隠した作業3", d(4, 9), d(4, 10)],
            ],
            name="計画作業用",
            is_hidden=True,
        ),
        Paper(
            [["No", "課題", "担当", "期限", "状況"], [1, "会議室がない", "森", d(4, 7), "対応中"]],
            name="課題管理",
        ),
    )


@layout("a head on each page, totals and notes", [
    task(1, "足場", "6/1-6/3", "A社", duration_days=3), task(1, "塗装", "6/4-6/10", "B社", duration_days=5), task(1, "清掃", "6/11-6/11", "C社", duration_days=1),
])  # fmt: skip
def heads_again() -> bytes:
    head = ["No.", "工事名", "業者", "着工", "完工", "日数"]
    return by_openpyxl(Paper([
        ["改修工事工程"], head, [1, "足場", "A社", d(6, 1), d(6, 3), 3], [2, "塗装", "B社", d(6, 4), d(6, 10), 5], [None, "小計", None, None, None, 8], head,
        [3, "清掃", "C社", d(6, 11), d(6, 11), 1], [None, "合計", None, None, None, 9], [], ["※ 雨天の場合は順延する。"], ["備考", "鍵は管理室で受け取る。"],
    ]))  # fmt: skip


@layout("ditto marks", [
    task(1, "原稿", "7/1-7/3", "編集部"), task(1, "校正", "7/6-7/7", "編集部"), task(1, "印刷", "7/8-7/14", "印刷所"), task(1, "製本", "7/8-7/15", "印刷所"),
])  # fmt: skip
def dittos() -> bytes:
    return by_openpyxl(Paper([
        ["作業", "担当", "開始", "終了"], ["原稿", "編集部", d(7, 1), d(7, 3)], ["校正", "〃", d(7, 6), d(7, 7)], ["印刷", "印刷所", d(7, 8), d(7, 14)], ["製本", "同上", "〃", d(7, 15)],
    ]))  # fmt: skip


@layout("links by names and their followers", [
    task(1, "要件", "4/1-4/3"), task(1, "設計", "4/6-4/8", predecessors=[(0, "FS", 0)]), task(1, "実装", "4/9-4/15", predecessors=[(1, "FS", 0)]), task(1, "配布", "4/16-4/16", predecessors=[(1, "FS", 0), (2, "FS", 0)]),
])  # fmt: skip
def links_by_names() -> bytes:
    return by_openpyxl(Paper([
        ["タスク", "開始", "終了", "前提タスク", "後続タスク"], ["要件", d(4, 1), d(4, 3), None, "設計"], ["設計", d(4, 6), d(4, 8), "要件", "実装、配布"], ["実装", d(4, 9), d(4, 15), "設計", None], ["配布", d(4, 16), d(4, 16), "実装", None],
    ]))  # fmt: skip


@layout("headings that are bold", [
    task(1, "準備"), task(2, "場所探し", "4/1-4/7", "林"), task(2, "契約", "4/8-4/9", "林"), task(1, "移転"), task(2, "梱包", "4/20-4/21", "全員"), task(2, "搬送", "4/22-4/22", "運送業者"),
])  # fmt: skip
def bold_headings() -> bytes:
    return by_openpyxl(Paper([
        ["タスク", "担当", "開始", "終了"], ["【準備】"], ["場所探し", "林", d(4, 1), d(4, 7)], ["契約", "林", d(4, 8), d(4, 9)], ["【移転】"], ["梱包", "全員", d(4, 20), d(4, 21)], ["搬送", "運送業者", d(4, 22), d(4, 22)],
    ], bold=[(2, 1), (5, 1)], fills={(2, 1): "DDDDDD", (5, 1): "DDDDDD"}))  # fmt: skip


@layout("a phase in each row", [
    task(1, "設計"), task(2, "画面設計", "4/1-4/3", progress=100), task(2, "DB設計", "4/6-4/8", progress=0), task(1, "開発"), task(2, "画面開発", "4/9-4/15"), task(2, "結合", "4/16-4/17"),
])  # fmt: skip
def phase_in_each_row() -> bytes:
    return by_xlsxwriter(Paper([
        ["フェーズ", "タスク名", "開始日", "期限日", "ステータス"], ["設計", "画面設計", d(4, 1), d(4, 3), "完了"], ["設計", "DB設計", d(4, 6), d(4, 8), "未着手"], ["開発", "画面開発", d(4, 9), d(4, 15), "進行中"], ["開発", "結合", d(4, 16), d(4, 17), "保留"],
    ], name="Schedule"))  # fmt: skip


@layout("a category that comes and goes", [
    task(1, "画面A", "4/1-4/3"), task(1, "帳票A", "4/6-4/8"), task(1, "画面B", "4/9-4/10"),
])  # fmt: skip
def category() -> bytes:
    return by_openpyxl(Paper([
        ["No", "カテゴリ", "作業名", "開始", "終了"], [1, "画面", "画面A", d(4, 1), d(4, 3)], [2, "帳票", "帳票A", d(4, 6), d(4, 8)], [3, "画面", "画面B", d(4, 9), d(4, 10)],
    ]))  # fmt: skip


@layout("weekdays in days, one of them wrong", [task(1, "説明会", "4/1-4/2"), task(1, "募集", "4/3-4/10"), task(1, "抽選", "4/13-4/13")],
        marked={(1, "finish")})  # fmt: skip
def weekdays() -> bytes:
    return by_openpyxl(Paper([
        ["2026年 募集日程"], ["行事", "開始", "終了"], ["説明会", "4/1(水)", "4/2(木)"], ["募集", "4月3日（金）", "4月10日（木）"], ["抽選", "4/13（月）", "4/13（月）"],
    ]))  # fmt: skip


@layout(
    "eras in CP932",
    [
        task(1, "申請", "4/1-4/10", "窓口"),
        task(1, "審査", "4/13-5/29", "審査課"),
        task(1, "交付", "6/1-6/1", "窓口"),
    ],
)
def eras() -> bytes:
    return as_text([["手続名称", "項目", "担当課", "開始年月日", "終了年月日"], ["", "申請", "窓口", "令和8年4月1日", "令和８年４月１０日"], ["", "審査", "審査課", "R8.4.13", "R08/05/29"], ["", "交付", "窓口", "令8.6.1", "20260601"]], "cp932")  # fmt: skip


@layout(
    "no head at all",
    [
        task(1, "床の養生", "4/1-4/1", "佐々木"),
        task(1, "壁の塗装", "4/2-4/6", "佐々木"),
        task(1, "天井の塗装", "4/7-4/8", "須藤"),
    ],
)
def no_head() -> bytes:
    return as_text([["床の養生", "佐々木", "2026/4/1", "2026/4/1"], ["壁の塗装", "佐々木", "2026/4/2", "2026/4/6"], ["天井の塗装", "須藤", "2026/4/7", "2026/4/8"]])  # fmt: skip


@layout("marks before names", [
    task(1, "キックオフ", "4/1-4/1", milestone=True), task(1, "調査", "4/2-4/10"), task(1, "中間報告", "4/13-4/13", milestone=True), task(1, "最終報告", "4/30-4/30", milestone=True),
])  # fmt: skip
def marks() -> bytes:
    return by_openpyxl(Paper([["タスク", "開始", "終了"], ["◆キックオフ", d(4, 1), d(4, 1)], ["調査", d(4, 2), d(4, 10)], ["★中間報告", d(4, 13), d(4, 13)], ["▲最終報告", d(4, 30), d(4, 30)]]))  # fmt: skip


@layout("words that are no days", [
    task(1, "選定", "-", "森"), task(1, "契約", "4/20-", "森"), task(1, "納品", "-5/29", "森"),
], marked={(0, "start"), (0, "finish"), (1, "finish"), (2, "start")})  # fmt: skip
def no_days() -> bytes:
    return by_openpyxl(Paper([["タスク", "担当", "開始日", "終了日"], ["選定", "森", "4月中旬", "調整中"], ["契約", "森", d(4, 20), "2026/4/31"], ["納品", "森", "契約後", d(5, 29)]]))  # fmt: skip


@layout("an office's template in English", [
    task(1, "Phase 1 Planning"), task(2, "Kickoff", "4/1-4/1", "Ann", progress=100), task(2, "Budget", "4/2-4/8", "Bob", progress=60), task(1, "Phase 2 Build"), task(2, "Prototype", "4/9-4/22", "Cid"),
])  # fmt: skip
def english_template() -> bytes:
    return by_xlsxwriter(Paper([
        ["Office move"], ["Project start:", d(4, 1)], [], ["TASK", "ASSIGNED TO", "PROGRESS", "START", "END"],
        ["Phase 1 Planning"], ["Kickoff", "Ann", 1, d(4, 1), d(4, 1)], ["Budget", "Bob", 0.6, d(4, 2), d(4, 8)], ["Phase 2 Build"], ["Prototype", "Cid", 0, d(4, 9), d(4, 22)],
    ], name="ProjectSchedule", fills={(5, at): "B7C9E2" for at in range(1, 6)} | {(8, at): "C6E0B4" for at in range(1, 6)},
        formats={(row, 3): "0%" for row in (6, 7, 9)}))  # fmt: skip
