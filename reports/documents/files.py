"""A report as the file that was asked for, and what the file is called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from config.web.file_names import file_name as safe_file_name
from reports.documents.contents import Head, Report
from reports.documents.csv_file import csv_file
from reports.documents.paper.file import pdf_file
from reports.documents.paper.fonts import printable
from reports.documents.workbook.file import excel_file
from reports.models import ReportFormat

MEDIA: Final[dict[str, str]] = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv; charset=utf-8",
}
LONGEST_SUBJECT: Final = 60


def make_file(
    report: Report, kind: str, *, made_at: dt.datetime, paper: str, tell: Callable[[str], None]
) -> bytes:
    """The bytes of one format."""
    if kind == ReportFormat.PDF:
        return pdf_file(report, made_at=made_at, paper=paper, tell=tell)
    tell("write")
    if kind == ReportFormat.XLSX:
        return excel_file(report, made_at=made_at, paper=paper)
    return csv_file(report, made_at=made_at)


def file_name(head: Head, kind: str) -> str:
    """What, about what, of which day: プロジェクト進捗報告_PRJ-001_20261125.pdf."""
    subject = (head.code or head.subject)[:LONGEST_SUBJECT]
    parts = (head.title, subject, f"{head.on:%Y%m%d}")
    return safe_file_name("_".join(printable(part).strip(" .").replace(" ", "") for part in parts), kind)
