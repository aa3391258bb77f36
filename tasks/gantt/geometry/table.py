"""The rows of the table beside the chart. Plain strings: a template would cost more than the query."""

from typing import Final

from tasks.gantt.geometry.markup import escape
from tasks.gantt.geometry.rows import Canvas, ChartRow
from tasks.gantt.geometry.scale import first_day_of, last_day_of

_MOST_INDENT: Final = 10  # levels that the style sheet has a guide for
_LATE: Final = '<svg class="icon icon--s is-late" role="img" aria-label="{word}"><use href="{icons}#triangle-alert"/></svg>'
_TIGHT: Final = (
    '<svg class="icon icon--s is-late" role="img" aria-label="{word}"><title>{word}</title>'
    '<use href="{icons}#calendar-clock"/></svg>'
)
_OVER: Final = '<svg class="icon icon--s is-late" role="img" aria-label="{word}"><use href="{icons}#octagon-alert"/></svg>'
_DIAMOND: Final = (
    '<svg class="icon icon--s" role="img" aria-label="{word}"><use href="{icons}#diamond"/></svg>'
)


def draw_row(row: ChartRow, sheet: Canvas) -> str:
    """One row of the tree with its dates; the bar says the same in a picture."""
    words = sheet.words
    start = words.spell(words.short_day, first_day_of(row.start))
    finish = words.spell(words.short_day, last_day_of(max(row.finish, row.start + 1)))
    duration = words.nothing if row.kind == "milestone" else escape(row.duration)
    why = f"{sheet.url_of(row.task_id)}why/"  # a date leads to its reasons
    expanded = "" if row.is_expanded is None else f' aria-expanded="{str(row.is_expanded).lower()}"'
    return (
        f'<tr id="row-{row.task_id}" aria-level="{row.level}" aria-rowindex="{row.row + 2}"'
        f'{_class_of(row)}{expanded}><th scope="row"><span class="tree" '
        f'data-level="{min(row.level, _MOST_INDENT)}">{_toggle(row, sheet)}{_marks(row, sheet)}'
        f'<a class="cut" href="{sheet.url_of(row.task_id)}">{escape(row.name)}</a></span></th>'
        f'<td><a href="{why}">{start}</a></td><td><a href="{why}?end=finish">{finish}</a></td>'
        f"<td>{duration}</td><td>{row.progress}%</td></tr>"
    )


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
    if row.tight:
        marks += _TIGHT.format(icons=sheet.icons, word=escape(row.tight))
    if row.kind == "milestone":
        marks += _DIAMOND.format(icons=sheet.icons, word=escape(sheet.words.milestone))
    return marks
