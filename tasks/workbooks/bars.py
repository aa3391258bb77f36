"""Which cells of a workbook's chart are filled, and by what they are edged: bars, progress, the baseline, the progress line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tasks.workbooks.axis import Axis

#: Fills of a cell, by what of a bar lies there.
DONE, REST, SUMMARY_DONE, SUMMARY = "done", "rest", "summary-done", "summary"
CRITICAL_DONE, CRITICAL = "critical-done", "critical"
MILESTONE, CRITICAL_MILESTONE = "milestone", "critical-milestone"
#: What stands in the first cell of a critical bar, and in the cell of a milestone.
CRITICAL_MARK, MILESTONE_MARK = "●", "◆"
FULL: Final = 100


class Bar(NamedTuple):
    """A task as the chart draws it; days numbered as `day_number` does, both ends worked on."""

    first: int
    last: int
    progress: int = 0  # percent
    is_critical: bool = False
    is_summary: bool = False
    is_milestone: bool = False
    baseline: tuple[int, int] | None = None


@dataclass(slots=True)
class ChartCell:
    """One cell; edges are "line" (the progress line) or "base" (the baseline)."""

    fill: str = ""
    mark: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """All that its looks hang on."""
        is_open = bool(self.mark) and self.fill in {CRITICAL, MILESTONE, CRITICAL_MILESTONE}
        return (self.fill, self.right, self.top, self.bottom, "open" if is_open else "")


NOTHING: Final = ChartCell()


def cells_of(bar: Bar | None, axis: Axis, status_day: int | None) -> dict[int, ChartCell]:
    """The cells of a row by their columns; those that are not among them are empty."""
    cells: dict[int, ChartCell] = {}
    if bar is not None:
        _fill(bar, axis, cells)
        _agree(bar, axis, cells)
    if status_day is not None:
        _draw_line(bar, axis, status_day, cells)
    return cells


def _columns(axis: Axis, first: int, last: int) -> range:
    """Those that lie in some days; none where these lie beside the axis."""
    if last < axis.spans[0].first or first > axis.spans[-1].last:
        return range(0)
    return range(max(axis.at(first), 0), axis.at(last) + 1)


def _point(bar: Bar) -> float:
    """The day up to which it is done."""
    return bar.first + (bar.last + 1 - bar.first) * min(bar.progress, FULL) / FULL


def _fill(bar: Bar, axis: Axis, cells: dict[int, ChartCell]) -> None:
    is_critical = bar.is_critical and not bar.is_summary and bar.progress < FULL
    if bar.is_milestone:
        for at in _columns(axis, bar.first, bar.first):
            cells[at] = ChartCell(CRITICAL_MILESTONE if is_critical else MILESTONE, MILESTONE_MARK)
        return
    done, rest = (
        (SUMMARY_DONE, SUMMARY)
        if bar.is_summary
        else (CRITICAL_DONE, CRITICAL)
        if is_critical
        else (DONE, REST)
    )
    point = _point(bar)
    for place, at in enumerate(_columns(axis, bar.first, bar.last)):
        span = axis.spans[at]
        middle = (max(span.first, bar.first) + min(span.last, bar.last) + 1) / 2
        mark = CRITICAL_MARK if is_critical and not place else ""
        cells[at] = ChartCell(done if point >= middle else rest, mark)


def _agree(bar: Bar, axis: Axis, cells: dict[int, ChartCell]) -> None:
    """The baseline lies under the bar: the lower edge of its days."""
    if bar.baseline is not None:
        for at in _columns(axis, *bar.baseline):
            cells.setdefault(at, ChartCell()).bottom = "base"


def _draw_line(bar: Bar | None, axis: Axis, status_day: int, cells: dict[int, ChartCell]) -> None:
    """Down the right edge of the status date; in the row of a task that is behind or ahead at the edge of what is done of it.

    Between both it runs along the upper and lower edges of the row: cells know no slanted line.
    """
    if not axis.spans[0].first <= status_day <= axis.spans[-1].last:
        return
    straight = axis.at(status_day)
    pulled = straight if bar is None else _pulled(bar, axis, status_day, straight)
    if pulled >= 0:
        cells.setdefault(pulled, ChartCell()).right = "line"
    for at in range(min(pulled, straight) + 1, max(pulled, straight) + 1):
        cell = cells.setdefault(at, ChartCell())
        cell.top = cell.bottom = "line"


def _pulled(bar: Bar, axis: Axis, status_day: int, straight: int) -> int:
    """The column at whose right edge the line stands; as the chart of the page has it (`geometry/progress.py`)."""
    if bar.is_summary or bar.is_milestone:
        return straight
    has_begun = bar.first <= status_day
    is_ahead = bar.progress > 0 and not has_begun
    if not is_ahead and (bar.progress >= FULL or not has_begun):
        return straight
    return axis.at(round(_point(bar)) - 1)
