"""Workbooks and tables of our own, as bytes that a user uploads."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

HEAD = ("WBS", "タスク名", "担当者", "開始日", "終了日", "進捗率", "先行タスク")
#: Monday to Friday of a week of April, the one after it, and a weekend.
ROWS: tuple[tuple[Any, ...], ...] = (
    ("1", "準備", None, None, None, None, None),
    ("1.1", "調査", "茜部 陽斗", date(2026, 4, 6), date(2026, 4, 8), 1, None),
    ("1.2", "設計", "森", date(2026, 4, 9), date(2026, 4, 10), 0.5, "1.1"),
    ("2", "移行", None, date(2026, 4, 11), date(2026, 4, 12), None, None),
    ("3", "公開", None, date(2026, 4, 13), "未定", None, None),
)


def workbook(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> bytes:
    """A workbook with one sheet, named WBS, with a title above its table."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "WBS"
    sheet.append(["基幹更改 作業計画"])
    sheet.append(list(head))
    for row in rows or ROWS:
        sheet.append([datetime.combine(each, time()) if isinstance(each, date) else each for each in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def redmine_csv() -> bytes:
    """An export of Redmine as Excel in Japan opens it: CP932, parents and links by the numbers of tickets."""
    lines = (
        "#,トラッカー,ステータス,題名,担当者,開始日,期日,予定工数,進捗率,親チケット,関連するチケット",
        '301,機能,新規,新しい窓口,,2026/04/06,2026/04/17,,0,,""',
        '302,機能,進行中,受付の画面,茜部 陽斗,2026/04/06,2026/04/08,16,50,301,"ブロック先 #303"',
        '303,機能,新規,受付の帳票,森,2026/04/09,2026/04/10,8,0,301,"ブロック元 #302"',
    )
    return "\r\n".join(lines).encode("cp932")


def table_upload(content: bytes, name: str = "kikan.xlsx") -> SimpleUploadedFile:
    """As a browser sends it."""
    return SimpleUploadedFile(name, content)
