"""The rows of the table beside the chart. Plain strings: a template would cost more than the query."""

from collections.abc import Callable
from typing import Final

from projects.worktime.moments import first_day_of, last_day_of
from tasks.gantt.geometry.markup import escape
from tasks.gantt.geometry.rows import Canvas, ChartRow, TableCell

MOST_INDENT: Final = 10  # levels that the style sheet has a guide for
_LATE: Final = '<svg class="icon icon--s is-late" role="img" aria-label="{word}"><use href="{icons}#triangle-alert"/></svg>'
_MISSED_DATE: Final = (
    '<svg class="icon icon--s is-late" role="img" aria-label="{word}"><title>{word}</title>'
    '<use href="{icons}#calendar-clock"/></svg>'
)
_OVER: Final = '<svg class="icon icon--s is-late" role="img" aria-label="{word}"><use href="{icons}#octagon-alert"/></svg>'
_DIAMOND: Final = (
    '<svg class="icon icon--s" role="img" aria-label="{word}"><use href="{icons}#diamond"/></svg>'
)


def draw_row(row: ChartRow, sheet: Canvas) -> str:
    """One row of the tree with its columns; the bar says the same in a picture."""
    expanded = "" if row.is_expanded is None else f' aria-expanded="{str(row.is_expanded).lower()}"'
    cells = "".join([f"{opens}{fill(row, sheet)}{closes}" for opens, fill, closes in sheet.cells])
    return (
        f'<tr id="row-{row.task_id}" aria-level="{row.level}" aria-rowindex="{row.row + 2}"'
        f"{_class_of(row)}{expanded}>{cells}</tr>"
    )


def cell(name: str, fill: Callable[[ChartRow, Canvas], str], *, is_head: bool = False) -> TableCell:
    """How a column opens, fills and closes its cells; one of them is the head of the row."""
    tag = 'th scope="row"' if is_head else "td"
    return f'<{tag} data-column="{name}">', fill, f"</{tag[:2]}>"


def draw_name(row: ChartRow, sheet: Canvas) -> str:
    """The name in the tree, with what marks the task."""
    return (
        f'<span class="tree" data-level="{min(row.level, MOST_INDENT)}">{_toggle(row, sheet)}{_marks(row, sheet)}'
        f'<a class="cut" href="{sheet.url_of(row.task_id)}">{escape(row.name)}</a></span>'
    )


def draw_start(row: ChartRow, sheet: Canvas) -> str:
    """A date leads to its reasons."""
    day = sheet.words.spell(sheet.words.short_day, first_day_of(row.start))
    return f'<a href="{sheet.url_of(row.task_id)}why/">{day}</a>'


def draw_finish(row: ChartRow, sheet: Canvas) -> str:
    """The last day; of a milestone, the day it stands on."""
    day = sheet.words.spell(sheet.words.short_day, last_day_of(max(row.finish, row.start + 1)))
    return f'<a href="{sheet.url_of(row.task_id)}why/?end=finish">{day}</a>'


def draw_duration(row: ChartRow, sheet: Canvas) -> str:
    """How long; a milestone has no length."""
    return sheet.words.nothing if row.kind == "milestone" else escape(row.duration)


def draw_progress(row: ChartRow, _sheet: Canvas) -> str:
    """46%."""
    return f"{row.progress}%"


def _class_of(row: ChartRow) -> str:
    if not row.is_active:
        return ' class="row--inactive"'
    if row.kind == "summary":
        return ' class="row--summary"'
    return ' class="row--done"' if row.is_done else ""


def _toggle(row: ChartRow, sheet: Canvas) -> str:
    code = escape(row.code)
    label = f'<span class="tree__code">{code}</span>'
    if row.is_expanded is None or not sheet.folds:
        return f'<span class="tree__leaf"></span>{label}'
    word = sheet.words.collapse if row.is_expanded else sheet.words.expand
    return (
        f'<button type="button" class="tree__toggle" tabindex="-1" data-toggle="{row.task_id}" '
        f'aria-label="{escape(word.format(code=row.code))}"><svg class="icon icon--s" aria-hidden="true">'
        f'<use href="{sheet.icons}#chevron-right"/></svg></button>{label}'
    )


def _marks(row: ChartRow, sheet: Canvas) -> str:
    marks = ""
    if row.late_days:
        marks = _LATE.format(icons=sheet.icons, word=escape(sheet.words.late.format(days=row.late_days)))
    if row.over:
        marks += _OVER.format(icons=sheet.icons, word=escape(row.over_words))
    if row.missed_date:
        marks += _MISSED_DATE.format(icons=sheet.icons, word=escape(row.missed_date))
    if row.kind == "milestone":
        marks += _DIAMOND.format(icons=sheet.icons, word=escape(sheet.words.milestone))
    return marks
