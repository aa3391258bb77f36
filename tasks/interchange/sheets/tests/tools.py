"""Layouts of exports: Microsoft Project, ticket tools, planners."""

from __future__ import annotations

from datetime import date

from tasks.interchange.sheets.tests.layout import layout, task
from tasks.interchange.sheets.tests.making import Paper, as_text, by_xlsxwriter


@layout("Microsoft Project in Japanese", [
    task(1, "建屋", "4/1-4/14", duration_days=10.0), task(2, "基礎", "4/1-4/7", "現場A,現場B", duration_days=5.0), task(2, "上棟", "4/8-4/8", "現場A", duration_days=1.0, predecessors=[(1, "FS", 0)]),
    task(2, "屋根", "4/10-4/14", "屋根業者", duration_days=3.0, predecessors=[(2, "FS", 1)]), task(2, "完成", "4/14-4/14", milestone=True, duration_days=0.0, predecessors=[(3, "FF", 0)]),
])  # fmt: skip
def project_ja() -> bytes:
    return by_xlsxwriter(Paper([
        ["ID", "アクティブ", "タスク モード", "タスク名", "期間", "開始日", "終了日", "先行タスク", "アウトライン レベル", "リソース名"],
        [1, "はい", "自動スケジュール", "建屋", "10 日", "2026年4月1日(水)", "2026年4月14日(火)", None, 1, None],
        [2, "はい", "自動スケジュール", "基礎", "5 日", "2026年4月1日(水)", "2026年4月7日(火)", None, 2, "現場A[50%],現場B"],
        [3, "はい", "自動スケジュール", "上棟", "1 日?", "2026年4月8日(水)", "2026年4月8日(水)", "2", 2, "現場A"],
        [4, "はい", "自動スケジュール", "屋根", "3 日", "2026年4月10日(金)", "2026年4月14日(火)", "3FS+1 日", 2, "屋根業者"],
        [5, "はい", "自動スケジュール", "完成", "0 日", "2026年4月14日(火)", "2026年4月14日(火)", "4FF", 2, None],
    ], name="タスク_テーブル"))  # fmt: skip


@layout("Microsoft Project in English", [
    task(1, "House", "4/6-4/17", duration_days=10.0), task(2, "Footing", "4/6-4/10", "Mason", duration_days=5.0, progress=100), task(2, "Frame", "4/13-4/17", "Carpenter,Helper", duration_days=5.0, predecessors=[(1, "SS", 5)], progress=20),
])  # fmt: skip
def project_en() -> bytes:
    return as_text([
        ["ID", "Task Mode", "Task Name", "Duration", "Start", "Finish", "Predecessors", "% Complete", "Resource Names", "Outline Level"],
        ["1", "Auto Scheduled", "House", "10 days", "Mon 4/6/26", "Fri 4/17/26", "", "0%", "", "1"],
        ["2", "Auto Scheduled", "Footing", "1 wk", "Mon 4/6/26", "Fri 4/10/26", "", "100%", "Mason", "2"],
        ["3", "Auto Scheduled", "Frame", "5 days?", "Mon 4/13/26", "Fri 4/17/26", "2SS+5 days", "20%", "Carpenter,Helper[50%]", "2"],
    ])  # fmt: skip


@layout("Redmine in English, the newest first", [
    task(1, "Move the office", "4/1-4/17"), task(2, "Pack", "4/1-4/3", "Ken", progress=100, work_hours=16.0), task(2, "Carry", "4/6-4/7", "Mai", work_hours=8.0, predecessors=[(1, "FS", 0)]),
])  # fmt: skip
def redmine_en() -> bytes:
    return as_text([
        ["#", "Project", "Tracker", "Parent task", "Status", "Priority", "Subject", "Author", "Assignee", "Updated", "Start date", "Due date", "Estimated time", "% Done", "Related issues"],
        [50, "Move", "Task", "", "New", "Normal", "Move the office", "Ken", "", "2026-03-30 10:00", "2026-04-01", "2026-04-17", "", 0, ""],
        [51, "Move", "Task", 50, "Closed", "Normal", "Pack", "Ken", "Ken", "2026-03-30 10:00", "2026-04-01", "2026-04-03", "16.00", 100, "Precedes #52"],
        [52, "Move", "Task", 50, "New", "Normal", "Carry", "Ken", "Mai", "2026-03-30 10:00", "2026-04-06", "2026-04-07", "8.00", 0, "Follows #51, Related to #50"],
    ])  # fmt: skip


@layout("Backlog in English, children first", [
    task(1, "Shop", ""), task(2, "Cart", "4/1-4/3", "Ito", progress=100, work_hours=12.0), task(2, "Payment", "4/6-4/10", "Abe", work_hours=20.5),
])  # fmt: skip
def backlog_en() -> bytes:
    return as_text([
        ["ID", "Key ID", "Key", "Issue Type", "Subject", "Description", "Status", "Milestone", "Assignee", "Parent issue", "Start Date", "Due Date", "Estimated Hours", "Actual Hours"],
        ["9", "2", "SHOP-2", "Task", "Cart", "two\nlines", "Closed", "v1", "Ito", "SHOP-1", "2026/04/01", "2026/04/03", "12", ""],
        ["10", "3", "SHOP-3", "Task", "Payment", "", "In Progress", "v1", "Abe", "SHOP-1", "2026/04/06", "2026/04/10", "20.5", ""],
        ["8", "1", "SHOP-1", "Task", "Shop", "", "Open", "v1", "", "", "", "", "", ""],
    ], "utf-8-sig", is_quoted=True)  # fmt: skip


@layout("Jira with parents by key and days in figures", [
    task(1, "Portal", ""), task(2, "Login", "4/13-4/15", "Sato", work_hours=8.0, progress=100), task(2, "Profile", "4/16-4/17", "Kato", work_hours=4.0, predecessors=[(1, "FS", 0)]),
])  # fmt: skip
def jira() -> bytes:
    return as_text([
        ["Issue Type", "Issue key", "Issue id", "Summary", "Assignee", "Status", "Parent key", "Start date", "Due date", "Original estimate", "Inward issue link (Blocks)"],
        ["Epic", "PO-1", "1", "Portal", "", "To Do", "", "", "", "", ""],
        ["Story", "PO-2", "2", "Login", "Sato", "Done", "PO-1", "13/Apr/26", "15/Apr/26", "28800", ""],
        ["Story", "PO-3", "3", "Profile", "Kato", "In Progress", "PO-1", "16/Apr/26", "17/Apr/26", "14400", "PO-2"],
    ])  # fmt: skip


@layout("OpenProject", [
    task(1, "Fair", "4/1-4/30", progress=20), task(2, "Stand", "4/1-4/10", "Mori", work_hours=24.0, progress=50), task(2, "Opening", "4/30-4/30", "Mori", milestone=True),
])  # fmt: skip
def openproject() -> bytes:
    return as_text([
        ["ID", "Type", "Subject", "Status", "Assignee", "Parent", "Start date", "Finish date", "Estimated time", "% Complete"],
        ["11", "Phase", "Fair", "In progress", "", "", "2026-04-01", "2026-04-30", "", "20"],
        ["12", "Task", "Stand", "In progress", "Mori", "11", "2026-04-01", "2026-04-10", "24.0 h", "50"],
        ["13", "Milestone", "Opening", "New", "Mori", "11", "2026-04-30", "2026-04-30", "", "0"],
    ], "utf-8-sig", ";")  # fmt: skip


@layout("Asana", [
    task(1, "Book venue", "4/1-4/3", "Aoi"), task(2, "Compare offers", "4/1-4/2", "Aoi"), task(1, "Invite", "4/6-4/7", "Ren", predecessors=[(0, "FS", 0)]),
])  # fmt: skip
def asana() -> bytes:
    return as_text([
        ["Task ID", "Created At", "Completed At", "Last Modified", "Name", "Section/Column", "Assignee", "Assignee Email", "Start Date", "Due Date", "Tags", "Notes", "Projects", "Parent task", "Blocked By (Dependencies)", "Blocking (Dependencies)"],
        ["120111", "2026-03-01", "", "2026-03-02", "Book venue", "To do", "Aoi", "aoi@example.com", "2026-04-01", "2026-04-03", "", "", "Party", "", "", "Invite"],
        ["120112", "2026-03-01", "", "2026-03-02", "Compare offers", "", "Aoi", "aoi@example.com", "2026-04-01", "2026-04-02", "", "", "", "Book venue", "", ""],
        ["120113", "2026-03-01", "", "2026-03-02", "Invite", "To do", "Ren", "ren@example.com", "2026-04-06", "2026-04-07", "", "", "Party", "", "Book venue", ""],
    ])  # fmt: skip


@layout("a planner with a column of levels", [
    task(1, "店舗開発", "4/1-4/30"), task(2, "物件調査", "4/1-4/10", "宮", progress=80), task(2, "賃貸契約", "4/13-4/15", "宮", progress=0), task(1, "開店", "6/1-6/1", milestone=True),
])  # fmt: skip
def brabio() -> bytes:
    return as_text([
        ["階層", "種別", "タスク名", "開始日", "終了日", "進捗(%)", "担当者", "メモ"], ["1", "タスク", "店舗開発", "2026/04/01", "2026/04/30", "", "", ""],
        ["2", "タスク", "物件調査", "2026/04/01", "2026/04/10", "80", "宮", ""], ["2", "タスク", "賃貸契約", "2026/04/13", "2026/04/15", "0", "宮", ""], ["1", "マイルストーン", "開店", "2026/06/01", "2026/06/01", "", "", "オープン"],
    ], "utf-8-sig")  # fmt: skip


@layout("Unicode text of Excel", [task(1, "製図", "4/1-4/3", "岸"), task(1, "加工", "4/6-4/8", "岸,辻")])
def unicode_text() -> bytes:
    return as_text([["作業", "担当", "開始", "終了"], ["製図", "岸", "2026/4/1", "2026/4/3"], ["加工", "岸\n辻", "2026/4/6", "2026/4/8"]], "utf-16", "\t")  # fmt: skip


@layout("days before months", [task(1, "Survey", "4/13-4/17", "Lea"), task(1, "Draft", "5/4-5/6", "Tom")])
def day_first() -> bytes:
    return as_text([["Task", "Owner", "Start", "End"], ["Survey", "Lea", "13/04/2026", "17/04/2026"], ["Draft", "Tom", "04/05/2026", "06/05/2026"]], "utf-8", ";")  # fmt: skip


@layout("an order of figures that nothing tells", [task(1, "Survey", "4/5-4/6"), task(1, "Draft", "4/7-4/8")],
        marked={(0, "start"), (0, "finish"), (1, "start"), (1, "finish")})  # fmt: skip
def no_order() -> bytes:
    return as_text(
        [
            ["Task", "Start", "End"],
            ["Survey", "04/05/2026", "04/06/2026"],
            ["Draft", "04/07/2026", "04/08/2026"],
        ]
    )


@layout("short years in Japanese", [task(1, "査定", "4/6-4/7"), task(1, "見積", "4/8-4/10")])
def short_years() -> bytes:
    return as_text(
        [
            ["タスク名", "開始日", "終了日"],
            ["査定", "26/04/06", "26/04/07"],
            ["見積", "26/04/08", "26/04/10"],
        ],
        "euc_jp",
    )


@layout("Lychee with followers", [
    task(1, "事前調査", "4/1-4/3", "久保", progress=100, work_hours=10.0), task(1, "本調査", "4/6-4/14", "久保", work_hours=30.0, predecessors=[(0, "FS", 0)]),
])  # fmt: skip
def lychee() -> bytes:
    return as_text([
        ["#", "トラッカー", "題名", "ステータス", "担当者", "開始日", "期日", "予定工数", "進捗率", "先行", "後続"],
        ["7", "タスク", "事前調査", "終了", "久保", "2026/04/01", "2026/04/03", "10.0", "100", "", "8"], ["8", "タスク", "本調査", "進行中", "久保", "2026/04/06", "2026/04/14", "30.0", "0", "7", ""],
    ], "cp932")  # fmt: skip


@layout("keys of the plan's own", [
    task(1, "受注", "4/1-4/1"), task(1, "生産", "4/2-4/10", predecessors=[(0, "FS", 0)]), task(1, "出荷", "4/13-4/13", predecessors=[(1, "FS", 0), (0, "FS", 3)]),
])  # fmt: skip
def own_keys() -> bytes:
    return by_xlsxwriter(Paper([
        ["タスクID", "タスク名", "開始日", "終了日", "先行タスクID"], ["T-01", "受注", date(2026, 4, 1), date(2026, 4, 1), None], ["T-02", "生産", date(2026, 4, 2), date(2026, 4, 10), "T-01"], ["T-03", "出荷", date(2026, 4, 13), date(2026, 4, 13), "T-02, T-01+3日"],
    ]))  # fmt: skip
