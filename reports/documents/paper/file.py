"""A report as a PDF: what stands in the margins, the title, and the parts in their order."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web import formats
from config.web.inks import inked
from reports.documents.contents import Is
from reports.documents.paper.chart import draw_chart
from reports.documents.paper.curve import draw_curve
from reports.documents.paper.earned_curve import draw_earned_curve
from reports.documents.paper.fonts import printable
from reports.documents.paper.list import TITLE, draw_list
from reports.documents.paper.sheets import A3, A4, A4_PORTRAIT, Paper, page_rules
from reports.documents.paper.typesetter import typeset
from reports.documents.wording import FIGURES, is_bad, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.documents.contents import Report, ReportTable, TableRow, Value

#: More columns than this do not fit on A4: 18 weeks of utilization, and four beside them.
COLUMNS_ON_A4: Final = 22
#: Levels that a name is moved in for.
DEEPEST: Final = 4
#: Letters of a name in a margin.
_LONGEST: Final = 70


def pdf_file(
    report: Report,
    *,
    made_at: dt.datetime,
    paper: str = "a4",
    tell: Callable[[str], None] = lambda step: None,
) -> bytes:
    """The bytes of the file; the same for the same report and moment. `tell` hears of the steps."""
    size, pictures = _paper(report, paper), dict[str, bytes]()
    tell("draw")
    body = _flowing(report, pictures) if report.is_flowing else _drawn(report, size, pictures)
    html = render_to_string(
        "reports/documents/paper.html",
        {
            "report": report,
            "facts": [(fact, write(fact.value, fact.kind)) for fact in report.facts],
            "made_at": made_at,
            "paper": size.name,
            "language": translation.get_language() or "ja",
            "body": SafeString(body),
            "is_flowing": report.is_flowing,
            "letter": report.letter,
        },
    )
    tell("typeset")
    return typeset(html, _style(report, made_at), pictures, tell)


def _paper(report: Report, paper: str) -> Paper:
    if paper == "a3":
        return A3
    if report.is_flowing:
        return A4_PORTRAIT
    if len(report.tables[0].columns) > COLUMNS_ON_A4:
        return A3
    return A4


def _drawn(report: Report, paper: Paper, pictures: dict[str, bytes]) -> str:
    """Long tables, and the chart behind them."""
    pages = [
        draw_list(table, paper, pictures, below=TITLE if report.facts else TITLE / 2)
        for table in report.tables
    ]
    if report.plan is not None and report.plan.rows:
        pages.append(draw_chart(report.plan, pictures))
    return "".join(pages)


def _flowing(report: Report, pictures: dict[str, bytes]) -> str:
    """Short tables, one below the other."""
    if report.curve is not None:
        pictures["curve"] = draw_curve(report.curve)
    if report.earned is not None:
        pictures["earned"] = draw_earned_curve(report.earned)
    return render_to_string(
        "reports/documents/paper_parts.html",
        {
            "curve": report.curve,
            "earned": report.earned,
            "figures": FIGURES,
            "tables": [(table, _rows(table)) for table in report.tables],
        },
    )


def _shares(table: ReportTable) -> str:
    """Widths of the columns, for the style sheet."""
    whole = sum(column.width for column in table.columns)
    return "".join(
        f".table--{table.name} col:nth-child({at}) {{ width: {100 * column.width / whole:.1f}% }}\n"
        for at, column in enumerate(table.columns, 1)
    )


def _rows(table: ReportTable) -> SafeString:
    """The body of a table; its texts are escaped by the template's rules, in one place."""
    return SafeString(
        "".join(
            f'<tr class="{line.mark}">'
            + "".join(
                f"<td{_look(line, value, column.kind)}>{_text(write(value, column.kind))}</td>"
                for value, column in zip(line.values, table.columns, strict=True)
            )
            + "</tr>"
            for line in table.lines
        )
    )


def _look(line: TableRow, value: Value, kind: Is) -> str:
    if kind is Is.NAME and line.level > 1:
        return f' class="in-{min(line.level, DEEPEST)}"'
    words = [
        *(["num"] if kind in FIGURES else []),
        *(["bad"] if kind is Is.INDEX and is_bad(value, kind) else []),
    ]
    return f' class="{" ".join(words)}"' if words else ""


def _text(text: str) -> str:
    return escape(printable(text))


def _style(report: Report, made_at: dt.datetime) -> str:
    head = report.head
    made = timezone.localtime(made_at)
    foot = _("作成 %(day)s %(clock)s") % {"day": formats.day_plain(made), "clock": formats.clock(made)}
    if head.revision is not None:
        foot += f" {_('／')} " + _("版 %(revision)s") % {"revision": head.revision}
    subject = " ".join(filter(None, (head.code, head.subject)))
    title = f"{head.title} {_('／')} {subject}"
    margins = (
        f"@page {{ @top-left {{ content: {quoted(head.organization)} }}"
        f" @top-right {{ content: {quoted(title)} }} @bottom-left {{ content: {quoted(foot)} }} }}\n"
    )
    style = Path(settings.BASE_DIR, "static/css/paper.css").read_text(encoding="utf-8")
    return inked(style) + page_rules() + margins + "".join(map(_shares, report.tables))


def quoted(text: str) -> str:
    """A text as a string of a style sheet; nothing in it can end that string."""
    short = printable(text)
    short = short if len(short) <= _LONGEST else short[: _LONGEST - 1] + "…"
    return '"' + "".join(letter if letter.isalnum() else f"\\{ord(letter):x} " for letter in short) + '"'
