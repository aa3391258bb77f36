"""One task as a picture: bar, bracket or diamond, with its progress, baseline, slack, deadline and label.

Every row is drawn as if it were the topmost; the group around it is moved down to its place.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from projects.worktime.moments import first_day_of, last_day_of
from tasks.gantt.geometry.markup import classes, escape, number
from tasks.gantt.geometry.rows import Canvas, ChartRow, Kind
from tasks.gantt.geometry.scale import ROW_HEIGHT, Scale
from tasks.gantt.geometry.words import date_of

MIDDLE: Final = 14.5
_TOP: Final = 8.5
_HEIGHT: Final = 12
_RADIUS: Final = 3
_BASELINE: Final = 24
_LEAST_WIDTH: Final = 3
_LEAST_PROGRESS: Final = 2
DIAMOND: Final = 8  # half of its diagonal


class Box(NamedTuple):
    """The horizontal room of a bar; for a diamond its two tips."""

    left: float
    right: float

    @property
    def width(self) -> float:
        return self.right - self.left


def box_of(scale: Scale, start: int, finish: int, kind: Kind) -> Box:
    """A bar covers its last day; a diamond stands in the middle of its day."""
    if kind == "milestone":
        # A milestone after the last shift is stored at its end, which is still that day.
        day = last_day_of(finish) if finish > start else first_day_of(finish)
        middle = scale.x(day) + scale.zoom.pixels_per_day / 2
        return Box(middle - DIAMOND, middle + DIAMOND)
    left = scale.x(first_day_of(start))
    right = scale.x(max(last_day_of(finish), first_day_of(start)) + 1)
    return Box(left, max(right, left + _LEAST_WIDTH))


def is_drawn(sheet: Canvas, kind: Kind) -> bool:
    return sheet.scale.zoom.shows_tasks or kind != "task"


def draw_bar(row: ChartRow, sheet: Canvas, top: int) -> str:
    """The group of one row in the layer of bars."""
    if not is_drawn(sheet, row.kind):
        return f'<g id="bar-{row.task_id}"></g>'
    box = box_of(sheet.scale, row.start, row.finish, row.kind)
    return (
        f'<g id="bar-{row.task_id}" data-at="{row.start}-{row.finish}" transform="translate(0 {top})">{_behind(row, sheet, box)}'
        f'<a class="{classes("gantt-bar", _modifiers(row, sheet))}" '
        f'href="{sheet.url_of(row.task_id)}" aria-label="{escape(describe(row, sheet))}">'
        f"{_shape(row, sheet, box)}</a></g>"
    )


def draw_shape(row: ChartRow, sheet: Canvas, top: int) -> str:
    """The same shape for paper: nothing to follow, and no spoken label."""
    if not is_drawn(sheet, row.kind):
        return ""
    box = box_of(sheet.scale, row.start, row.finish, row.kind)
    return (
        f'<g class="{classes("gantt-bar", _modifiers(row, sheet))}" transform="translate(0 {top})">'
        f"{_behind(row, sheet, box)}{_shape(row, sheet, box)}</g>"
    )


def draw_label(row: ChartRow, sheet: Canvas, top: int) -> str:
    """What stands behind the bar: lateness and people; at a diamond its date and name."""
    text = _label(row, sheet)
    if not text:
        return ""
    x = label_x(row, sheet)
    return f'<text id="label-{row.task_id}" x="{number(x)}" y="{number(top + MIDDLE + 4)}">{text}</text>'


def describe(row: ChartRow, sheet: Canvas) -> str:
    """The bar in one sentence, for those who hear it."""
    words = sheet.words
    first = words.spell(words.long_day, first_day_of(row.start))
    last = words.spell(words.long_day, last_day_of(max(row.finish, row.start + 1)))
    is_milestone = row.kind == "milestone"
    parts = [f"{row.code} {row.name}"]
    parts.append(last if is_milestone else words.from_to.format(start=first, finish=last))
    if not is_milestone:
        parts.append(words.progress.format(percent=row.progress))
    if row.is_critical:
        parts.append(words.critical)
    if row.late_days:
        parts.append(words.late.format(days=row.late_days))
    if row.baseline and sheet.shown.baseline:
        parts += [words.baseline.format(days=_agreed_days(row, row.baseline, sheet)), row.baseline_words]
    if row.who:
        parts.append(words.assigned.format(names=row.who))
    if row.over_words:
        parts.append(row.over_words)
    if row.missed_date:
        parts.append(row.missed_date)
    return words.separator.join(part for part in parts if part)


def _agreed_days(row: ChartRow, agreed: tuple[int, int], sheet: Canvas) -> str:
    """The days of a baseline, short where they are of the bar's own year; one where it starts and finishes on it."""
    words, (start, finish) = sheet.words, agreed
    first, last = first_day_of(start), last_day_of(max(finish, start + 1))
    here = date_of(first_day_of(row.start)).year
    is_near = here == date_of(first).year == date_of(last).year
    pattern = words.short_day if is_near else words.long_day
    ends = dict.fromkeys(words.spell(pattern, day) for day in (first, last))
    return "–".join(ends)


def _modifiers(row: ChartRow, sheet: Canvas) -> list[str]:
    chosen: list[str] = []
    if row.kind != "task":
        chosen.append(row.kind)
    if row.kind == "milestone" and not row.is_done:
        chosen.append("open")
    if _looks_critical(row, sheet):
        chosen.append("critical")
    elif row.is_done and row.kind == "task":
        chosen.append("done")
    if not row.is_active:
        chosen.append("inactive")
    if row.is_manual:
        chosen.append("manual")
    return chosen


def _looks_critical(row: ChartRow, sheet: Canvas) -> bool:
    return row.is_critical and not row.is_done and row.kind != "summary" and sheet.shown.critical


def _shape(row: ChartRow, sheet: Canvas, box: Box) -> str:
    if row.kind == "milestone":
        size = DIAMOND
        top = number(MIDDLE - size)
        return (
            f'<path class="gantt-bar__track" d="M{number(box.left + size)} {top}'
            f'l{size} {size}l-{size} {size}l-{size} -{size}z"/>'
        )
    if row.kind == "summary":
        foot = min(6, box.width / 2)
        slope = number(foot)
        return (
            f'<path class="gantt-bar__track" d="M{number(box.left)} 10h{number(box.width)}v11'
            f'l-{slope} -5h{number(2 * foot - box.width)}l-{slope} 5z"/>'
        )
    return _task_shape(row, box, _looks_critical(row, sheet))


def _task_shape(row: ChartRow, box: Box, is_critical: bool) -> str:
    left, width = number(box.left + 0.5), box.width - 1
    rest = f'y="{_TOP}" height="{_HEIGHT}"' + ("" if is_critical else f' rx="{_RADIUS}"')
    shape = f'<rect class="gantt-bar__track" x="{left}" {rest} width="{number(width)}"/>'
    # A finished bar is one colour from end to end; two boxes on top of each other would show at the edges.
    if 0 < row.progress < 100:
        done = max(width * row.progress / 100, _LEAST_PROGRESS)
        shape += f'<rect class="gantt-bar__done" x="{left}" {rest} width="{number(done)}"/>'
    return shape


def draw_baselines(rows: Iterable[ChartRow], sheet: Canvas, first_row: int) -> str:
    """The baselines of a section as one path: a move never changes them."""
    if not sheet.shown.baseline or not sheet.scale.zoom.shows_details:
        return ""
    parts: list[str] = []
    for row in rows:
        if row.baseline:
            planned = _within(box_of(sheet.scale, *row.baseline, row.kind), sheet.scale)
            if planned is not None:
                parts.append(_agreed_shape(planned, row.kind, top_of(row.row, first_row) + _BASELINE))
    return f'<path class="gantt-baseline" d="{"".join(parts)}"/>' if parts else ""


def _within(box: Box, scale: Scale) -> Box | None:
    """What of a box lies on the chart: the days of a baseline are no part of the plan, for which there is room."""
    left, right = max(box.left, 0), min(box.right, scale.width)
    return Box(left, right) if left < right else None


def _agreed_shape(planned: Box, kind: Kind, top: int) -> str:
    """A thin bar; of a milestone a small diamond under the large one."""
    if kind == "milestone":
        return f"M{number(planned.left + DIAMOND)} {top - 2}l4 4l-4 4l-4 -4z"
    width = number(planned.width)
    return f"M{number(planned.left)} {top}h{width}v3h-{width}z"


def _behind(row: ChartRow, sheet: Canvas, box: Box) -> str:
    """Slack and deadline; they are no part of what is dragged."""
    parts: list[str] = []
    scale = sheet.scale
    slack = _slack_end(row, sheet, box)
    if slack is not None:
        end = number(slack)
        parts.append(
            f'<path class="gantt-float" d="M{number(box.right + 3)} {MIDDLE}H{end}"/>'
            f'<path class="gantt-float__end" d="M{end} 10v9"/>'
        )
    if row.deadline is not None:
        day = last_day_of(row.deadline)
        x = number(scale.x(day + 1) - 5)
        missed = " gantt-deadline--missed" if row.finish > row.deadline else ""
        title = sheet.words.deadline.format(date=sheet.words.spell(sheet.words.long_day, day))
        parts.append(
            f'<path class="gantt-deadline{missed}" d="M{x} 8l5 6l5 -6M{x} 13l5 6l5 -6">'
            f"<title>{escape(title)}</title></path>"
        )
    return "".join(parts)


def _slack_end(row: ChartRow, sheet: Canvas, box: Box) -> float | None:
    if not sheet.shown.slack or row.slack_until is None or row.kind == "summary" or row.is_done:
        return None
    end = sheet.scale.x(last_day_of(row.slack_until) + 1)
    return end if end > box.right + 4 else None


def _label(row: ChartRow, sheet: Canvas) -> str:
    if not sheet.scale.zoom.shows_details or row.kind == "summary":
        return ""
    words = sheet.words
    if row.kind == "milestone":
        day = last_day_of(row.finish) if row.finish > row.start else first_day_of(row.finish)
        text = escape(f"{words.spell(words.short_day, day)} {row.name}")
    else:
        text = escape(row.who)
    if row.over:
        text = f'{text}<tspan class="gantt-label--late"> {escape(row.over)}</tspan>'
    if row.late_days:
        late = escape(words.late.format(days=row.late_days))
        text = f'<tspan class="gantt-label--late">{late} </tspan>{text}'
    return text


def label_x(row: ChartRow, sheet: Canvas) -> float:
    """Where the label begins: behind the bar, its slack and its deadline."""
    box = box_of(sheet.scale, row.start, row.finish, row.kind)
    slack = _slack_end(row, sheet, box)
    x = box.right + 12 if slack is None else slack + 9
    if row.deadline is None:
        return x
    # A deadline just behind the bar would lie under the name.
    deadline = sheet.scale.x(last_day_of(row.deadline) + 1)
    return max(x, deadline + 12) if box.right - 6 < deadline < x + 24 else x


def top_of(row: int, first_row: int) -> int:
    """Where a row begins in the picture of the section that starts at ``first_row``."""
    return (row - first_row) * ROW_HEIGHT
