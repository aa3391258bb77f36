"""Rows of a week as escaped strings: seven cells each, as they repeat by the hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.web import formats

if TYPE_CHECKING:
    from tasks.timesheets.forms import WeekForm
    from tasks.timesheets.selectors import Cell, DayHead, Row, WeekSheet

NOTHING: Final = ""


def amount(minutes: int) -> str:
    """Hours as they are typed: 1.5, 0.25, and 1:20 where a decimal would not say it; nothing for none."""
    if not minutes:
        return NOTHING
    if minutes % 3:
        return f"{minutes // 60}:{minutes % 60:02}"
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def in_hours(minutes: int) -> str:
    """A sum as exact as its cells: 0.25h, where a figure of a report would be rounded to 0.3h."""
    return f"{amount(minutes)}h" if minutes else formats.NONE


def sheet_rows(sheet: WeekSheet, form: WeekForm | None = None, *, is_written: bool) -> SafeString:
    """The body of the table; fields where it is written, text elsewhere."""
    parts, project = [], None
    for row in sheet.rows:
        heading = row.task.project_id if row.task else 0
        if heading != project:
            parts.append(_heading(row))
            project = heading
        parts.append(_row(row, sheet.heads, form, is_written=is_written))
    if sheet.hidden_count:
        parts.append(_hidden(sheet))
    return mark_safe("".join(parts))  # nosec B308


def _heading(row: Row) -> str:
    if row.task is None:
        words: str = escape(_("間接作業"))
    else:
        name, code = escape(row.task.project.name), escape(row.task.project.code)
        words = (
            f'<a class="cut" href="{reverse("tasks:wbs", args=[row.task.project_id])}" title="{name}">{name}</a>'
            f' <span class="faint">{code}</span>'
        )
    return f'<tr class="hours-group"><th scope="rowgroup" colspan="10"><span class="hours-group__in">{words}</span></th></tr>'


def _row(row: Row, heads: list[DayHead], form: WeekForm | None, *, is_written: bool) -> str:
    key = str(row.key)
    cells = "".join(
        cell_html(row, place, heads[place], form, is_written=is_written) for place in range(len(heads))
    )
    was = ",".join(str(cell.minutes) for cell in row.cells)
    seen = f'<input type="hidden" name="was-{key}" value="{was}">' if is_written else ""
    return (
        f'<tr id="{key}"><th scope="row" id="{key}-name" class="hours-name">{seen}{_name(row)}</th>{cells}'
        f"{sum_html(row)}{remaining_html(row, is_written=is_written)}</tr>"
    )


def _name(row: Row) -> str:
    name = escape(row.name)
    if row.task is None:
        return f'<span class="cut" title="{name}">{name}</span>'
    address = reverse("tasks:task_detail", args=[row.task.pk])
    return (
        f'<span class="hours-name__in"><a class="cut" href="{address}" title="{name}">{name}</a>'
        f'<span class="faint small">{escape(row.task.wbs_code)}</span></span>'
    )


def cell_html(row: Row, place: int, head: DayHead, form: WeekForm | None = None, *, is_written: bool) -> str:
    """One day of a row, with what was planned as a hint and a mark where there is a comment."""
    cell, name = row.cells[place], f"{row.key}-{place}"
    css = ("hours-cell" + (" hours--off" if head.is_off else "") + (" hours--said" if cell.comment else "")
           + (" hours--corrected" if cell.is_corrected else ""))  # fmt: skip
    day = f"{formats.weekday(head.day)} {head.day.day}"
    start = f'<td id="{name}" class="{css}" data-label="{day}"{_title(cell)}>'
    if not is_written or head.is_closed:
        return f'{start}<span class="hours__text">{amount(cell.minutes) or "·"}</span></td>'
    text = form.texts.get(name, amount(cell.minutes)) if form else amount(cell.minutes)
    error = form.errors.get(name, "") if form else ""
    said = (
        f'<span class="field__error hours__error" id="{name}-error" role="alert">{escape(error)}</span>'
        if error
        else ""
    )
    invalid = f' aria-invalid="true" aria-describedby="{name}-error"' if error else ""
    hint = amount(cell.planned)
    return (
        f'{start}<input class="hours__in" name="{name}" value="{escape(text)}" data-was="{cell.minutes}"'
        f' data-comment="{escape(cell.comment)}" placeholder="{hint}" maxlength="40" inputmode="text" autocomplete="off"'
        f' aria-labelledby="{row.key}-name hours-day-{place}"{invalid}>{said}</td>'
    )


def _title(cell: Cell) -> str:
    words = [cell.comment] if cell.comment else []
    if cell.planned:
        words.append(_("計画 %(hours)s") % {"hours": formats.hours(cell.planned)})
    return f' title="{escape(" · ".join(words))}"' if words else ""


def sum_html(row: Row) -> str:
    """The week of a row."""
    return f'<td class="num hours-sum" id="{row.key}-sum">{in_hours(row.sum)}</td>'


def remaining_html(row: Row, *, is_written: bool, error: str = "") -> str:
    """What is left of a task, asked of those who are on it."""
    key = str(row.key)
    if row.task is None:
        return f'<td id="{key}-left" class="hours-left hours-left--none"></td>'
    task = row.task
    facts = _("計画%(work)s、実績%(actual)s、進捗%(share)s") % {
        "work": formats.hours(task.work_minutes), "actual": formats.hours(task.actual_work_minutes),
        "share": formats.percent(task.progress_percentage),
    }  # fmt: skip
    left = amount(row.remaining) or "0"
    start = (
        f'<td id="{key}-left" class="hours-left" data-label="{escape(_("残り"))}" title="{escape(facts)}">'
    )
    if not (is_written and row.is_mine):
        return f'{start}<span class="hours__text">{left}h</span></td>'
    said = f'<span class="field__error hours__error" role="alert">{escape(error)}</span>' if error else ""
    return (
        f'{start}<input class="hours__in" name="left-{key}" value="{left}" data-was="{left}" maxlength="40"'
        f' autocomplete="off" aria-labelledby="{key}-name hours-left-head"{" aria-invalid=true" if error else ""}>{said}</td>'
    )


def _hidden(sheet: WeekSheet) -> str:
    words = _("削除された、または見られないタスク（%(count)d件）") % {"count": sheet.hidden_count}
    cells = "".join(
        f'<td class="hours-cell" data-label="{formats.weekday(head.day)} {head.day.day}">'
        f'<span class="hours__text">{amount(minutes) or "·"}</span></td>'
        for head, minutes in zip(sheet.heads, sheet.hidden, strict=True)
    )
    total = in_hours(sum(sheet.hidden))
    return (
        f'<tr class="quiet"><th scope="row" class="hours-name">{escape(words)}</th>{cells}'
        f'<td class="num hours-sum">{total}</td><td class="hours-left hours-left--none"></td></tr>'
    )


def day_sum(head: DayHead, minutes: int, place: int) -> str:
    """The sum of a day against what the person works on it."""
    over = minutes - head.works
    css = " hours-total--over" if over > 0 and minutes else ""
    words = in_hours(minutes)
    works = _("稼働 %(hours)s") % {"hours": formats.hours(head.works)}
    beside = f"+{in_hours(over)}" if over > 0 and head.works else formats.hours(head.works)
    note = f'<span class="faint small">{beside}</span>' if head.works else ""
    day = f"{formats.weekday(head.day)} {head.day.day}"
    return (
        f'<td class="num hours-total{css}" id="hours-total-{place}" data-label="{day}" title="{escape(works)}">'
        f"<b>{words}</b>{note}</td>"
    )


def day_sums(sheet: WeekSheet) -> SafeString:
    """The cells of the last row."""
    sums = [
        day_sum(head, minutes, place)
        for place, (head, minutes) in enumerate(zip(sheet.heads, sheet.sums, strict=True))
    ]
    return mark_safe("".join(sums) + week_sum(sheet))  # nosec B308


def week_sum(sheet: WeekSheet) -> str:
    """The sum of the week against what the person works in it."""
    total, works = in_hours(sheet.total), formats.hours(sheet.works)
    return (
        f'<td class="num hours-total hours-total--week" id="hours-total-week"><b>{total}</b>'
        f'<span class="faint small">/ {works}</span></td>'
    )


def after_save(sheet: WeekSheet, row: Row, place: int) -> SafeString:
    """What a saved cell changes on the page: itself, and the sums of its row, its day and the week."""
    head = sheet.heads[place]
    return mark_safe(  # nosec B308
        cell_html(row, place, head, is_written=sheet.is_written)
        + sum_html(row)
        + remaining_html(row, is_written=sheet.is_written)
        + day_sum(head, sheet.sums[place], place)
        + week_sum(sheet)
    )
