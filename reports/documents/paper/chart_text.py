"""The words of the chart on paper: the two tiers of its axis, and what stands behind the bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projects.worktime.moments import first_day_of, last_day_of
from reports.documents.paper.sheets import TextPiece, length_of, set_line
from tasks.gantt.geometry.axis import lower_labels, upper_labels
from tasks.gantt.geometry.bars import label_x

if TYPE_CHECKING:
    from tasks.gantt.geometry.rows import Canvas, ChartRow

#: In pt: as large as the rows bear, since a sheet of A3 is read from further away than one of A4.
SIZE: Final = 8.5
AXIS_SIZE: Final = 7.5
#: Between a line of the axis and its label, and between the parts of a label, in mm.
_INSET: Final = 0.8
_BETWEEN: Final = 0.9


def axis_lines(sheet: Canvas, left: float, right: float, pixel: float) -> tuple[str, str]:
    """Both tiers as lines of text."""
    days = sheet.scale.tile_days(0)
    found = [(day, text) for day, text, _edge in upper_labels(sheet, days)]
    # On a sheet that shows the whole plan a year is named once.
    once = [pair for at, pair in enumerate(found) if not at or pair[1] != found[at - 1][1]]
    if sheet.scale.zoom.name not in {"day", "week"} and (not once or once[0][0] > days.start):
        name = sheet.words.spell(sheet.words.year, days.start)
        once = [(days.start, name), *(pair for pair in once if pair[1] != name)]
    tiers = (once, list(lower_labels(sheet, days)))
    upper, lower = (
        _tier(tier, sheet, left, right, pixel, tag) for tier, tag in zip(tiers, ("b", ""), strict=True)
    )
    return upper, lower


def _tier(
    labels: list[tuple[int, str]], sheet: Canvas, left: float, right: float, pixel: float, tag: str
) -> str:
    """A label has room up to the next one; one that has less than it needs is left out."""
    places = [left + sheet.scale.x(day) * pixel + _INSET for day, _text in labels]
    pieces = [
        TextPiece(place, room, text, tag=tag)
        for place, end, (_day, text) in zip(places, [*places[1:], right], labels, strict=True)
        if length_of(text, AXIS_SIZE) <= (room := min(end, right) - place)
    ]
    return set_line(pieces, AXIS_SIZE)


def labels(row: ChartRow, sheet: Canvas, left: float, right: float, pixel: float) -> list[TextPiece]:
    """By how much a task is late, and behind it who works on it, or what the milestone is."""
    at = left + label_x(row, sheet) * pixel
    pieces = []
    if row.late_days and at < right:
        delay = sheet.words.late.format(days=row.late_days)
        pieces.append(TextPiece(at, right - at, delay, tag="i"))
        at += length_of(delay, SIZE) + _BETWEEN
    text = _text(row, sheet)
    if text and at < right:
        pieces.append(TextPiece(at, right - at, text))
    return pieces


def _text(row: ChartRow, sheet: Canvas) -> str:
    """A milestone says its day and name, a task who works on it; a summary nothing."""
    if row.kind == "milestone":
        day = last_day_of(row.finish) if row.finish > row.start else first_day_of(row.finish)
        return f"{sheet.words.spell(sheet.words.short_day, day)} {row.name}"
    return row.who if row.kind == "task" else ""
