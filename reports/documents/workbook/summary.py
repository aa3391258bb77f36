"""The first sheet of a workbook: what the report is about, to whom it goes, its figures and what was written for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.web.markdown import as_text
from reports.documents.contents import Letter, Mark
from reports.documents.workbook.sheets import A4, set_up_page, text_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from reports.documents.contents import Report
    from reports.documents.workbook.looks import Looks

#: Widths of the columns, in characters: names, values, notes, and a box for each seal.
WIDTHS: Final = (22, 24, 46)
SEAL: Final = 11
#: Rows below the head of a seal that its box takes.
BOX: Final = 3
LINE: Final = 18  # points
#: Half-width letters on one line of a written text, which stands below the values and the notes.
_LETTERS: Final = 62


def fill_summary(
    sheet: Worksheet, report: Report, looks: Looks, made_at: dt.datetime, write: Callable[..., None]
) -> None:
    """Row by row; `write` puts a value of a kind into a cell."""
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, text_of(report.head.title), looks.title)
    about = _about(report, made_at)
    for row, (label, value) in enumerate(about, 2):
        sheet.write_string(row, 0, label, looks.head)
        sheet.write_string(row, 1, text_of(value))
    row = len(about) + 3
    if report.letter is not None:
        _write_seals(sheet, report.letter, looks)
        row = _write_words(sheet, report.letter, looks, row)
    for at, fact in enumerate(report.facts, row):
        sheet.write_string(at, 0, fact.label, looks.head)
        look = looks.cell(fact.kind, Mark.LATE if fact.is_late else Mark.NONE)
        write(sheet, at, 1, fact.value, fact.kind, look)
        sheet.write_string(at, 2, text_of(fact.note or fact.unit), looks.quiet)
    set_up_page(sheet, report, A4, is_wide=report.letter is not None)


def _about(report: Report, made_at: dt.datetime) -> list[tuple[str, str]]:
    about = [
        (pgettext("report", "対象"), " ".join(filter(None, (report.head.code, report.head.subject)))),
        (_("組織"), report.head.organization),
        *(report.letter.lines if report.letter else ()),
        (_("作成日時"), f"{timezone.localtime(made_at):%Y/%m/%d %H:%M}"),
    ]
    if report.head.revision is not None:
        about.append((_("版"), str(report.head.revision)))
    return about


def _write_seals(sheet: Worksheet, letter: Letter, looks: Looks) -> None:
    for place, seal in enumerate(letter.seals, len(WIDTHS)):
        sheet.set_column(place, place, SEAL)
        sheet.write_string(2, place, text_of(seal), looks.seal)
        sheet.merge_range(3, place, 2 + BOX, place, "", looks.seal)


def _write_words(sheet: Worksheet, letter: Letter, looks: Looks, row: int) -> int:
    """A row each, as high as its text; the row below them."""
    for at, words in enumerate(letter.words, row):
        text = text_of(as_text(words.text))
        lines = sum(1 + _width(line) // _LETTERS for line in text.split("\n"))
        sheet.set_row(at, LINE * max(lines, 2))
        sheet.write_string(at, 0, words.title, looks.head)
        sheet.merge_range(at, 1, at, len(WIDTHS) - 1, "", looks.words)
        sheet.write_string(at, 1, text, looks.words)
    return row + len(letter.words) + 1


def _width(text: str) -> int:
    """In letters of half width."""
    return sum(1 if letter.isascii() else 2 for letter in text)
