"""What all sheets of a workbook have in common: what a cell can hold, and how a sheet is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from reports.documents.contents import Report

#: The longest text of a cell.
LONGEST_TEXT: Final = 32_767
#: Excel folds no deeper.
DEEPEST: Final = 7
#: What XML cannot hold, wherever it was typed.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
A4, A3 = 9, 8


def text_of(value: str) -> str:
    """A text as a cell can hold it."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("\ufffd", lines)[:LONGEST_TEXT]


def set_up_page(sheet: Worksheet, report: Report, paper: int, *, is_wide: bool) -> None:
    """As it comes out of a printer: paper, fit to the width, what stands above and below."""
    sheet.set_paper(paper)
    if is_wide:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
    head = report.head
    sheet.set_header(f"&L{_in_margin(head.organization)}&R{_in_margin(f'{head.title} {head.subject}')}")
    revision = "" if head.revision is None else f"{head.code} {_('版')} {head.revision}"
    sheet.set_footer(f"&L{_in_margin(revision)}&C&P / &N&R{head.on:%Y/%m/%d}")
    sheet.hide_gridlines(2)


def _in_margin(text: str) -> str:
    """In a head or foot `&` begins a code; all of it may hold 255 characters."""
    return text_of(text)[:60].replace("&", "&&")
