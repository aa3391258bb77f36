"""The two tiers over the chart and the shaded ground under it, in tiles: only what is seen is sent."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from tasks.gantt.geometry.markup import escape, number
from tasks.gantt.geometry.rows import Canvas, ShadedDays
from tasks.gantt.geometry.scale import AXIS_HEIGHT
from tasks.gantt.geometry.words import ChartWords, date_of, epoch_day, weekday_of

_TIER: Final = AXIS_HEIGHT // 2
_CENTRED: Final = ' text-anchor="middle"'
_STATUS_ROOM: Final = 90  # px that the status date takes with its word
_DATE_ROOM: Final = 38  # px that it takes without
_NAME_ROOM: Final = 70  # px that the name of a month takes
_PILL: Final = 38  # px of the mark of today
_DEEP: Final = "9e6"  # px: below every chart; the picture is cut at its own edge
_LONG_HOLIDAY: Final = 3  # holidays in a row before a month's zoom shades them


def draw_axis_tile(sheet: Canvas, tile: int) -> str:
    """Both tiers of one tile, as a group for the axis picture."""
    days = sheet.scale.tile_days(tile)
    edges: list[str] = []
    lines: list[str] = []
    texts: list[str] = []
    lower: list[str] = []
    for day, text, is_edge in upper_labels(sheet, days):
        x = sheet.scale.x(day)
        if is_edge:
            edges.append(f"M{number(x - 0.5)} 0v{_TIER}")
        place = number(_name_place(sheet, day))
        texts.append(f'<text class="gantt-axis__month" x="{place}" y="17">{escape(text)}</text>')
    # A day is hardly wider than its label, which therefore stands in the middle.
    is_narrow = sheet.scale.zoom.name == "day"
    inset = sheet.scale.zoom.pixels_per_day / 2 if is_narrow else 5
    for day, text in lower_labels(sheet, days):
        x = sheet.scale.x(day)
        lines.append(f"M{number(x - 0.5)} {_TIER}v{_TIER}")
        lower.append(f'<text x="{number(x + inset)}">{escape(text)}</text>')
    return (
        f'<g id="axis-{tile}"><path class="gantt-axis__edge" d="{"".join(edges)}"/>'
        f'<path class="gantt-axis__line" d="{"".join(lines)}"/>{"".join(texts)}'
        f'<g transform="translate(0 40)"{_CENTRED if is_narrow else ""}>{"".join(lower)}</g></g>'
    )


def _today(sheet: Canvas) -> float:
    """The middle of its mark, in px."""
    return sheet.scale.x(sheet.today) + sheet.scale.zoom.pixels_per_day / 2


def _name_place(sheet: Canvas, day: int) -> float:
    """Where the name of a month begins, in px: behind the mark of today, or of a line of before, where the two would meet."""
    x = sheet.scale.x(day) + 6
    for pill in sorted([_today(sheet) - _PILL / 2, *_past_pills(sheet)]):
        if pill - _NAME_ROOM < x < pill + _PILL + 6:
            x = pill + _PILL + 6
    return x


def _past_pills(sheet: Canvas) -> list[float]:
    """Where the marks of lines of before begin, in px."""
    return [sheet.scale.x(day + 1) - _PILL / 2 for day in sheet.past_days]


def draw_axis_marks(sheet: Canvas) -> str:
    """Today and the status date, over the tiles."""
    middle = _today(sheet)
    return "".join(
        (
            f'<path class="gantt-axis__edge" d="M0 {_TIER}H{sheet.scale.width}M0 {AXIS_HEIGHT - 0.5}H{sheet.scale.width}"/>',
            f'<rect class="gantt-axis__pill" x="{number(middle - _PILL / 2)}" y="4" width="{_PILL}" height="17" rx="3"/>',
            f'<path class="gantt-axis__pill" d="M{number(middle - 0.75)} 20h1.5v28h-1.5z"/>',
            f'<text class="gantt-axis__now" x="{number(middle)}" y="16.5" text-anchor="middle">'
            f"{escape(sheet.words.today)}</text>",
            "".join(_past_mark(sheet, day) for day in sheet.past_days) + _status_mark(sheet, sheet.status_day)
            if sheet.status_day is not None and sheet.shown.progress_line
            else "",
        )
    )


def _past_mark(sheet: Canvas, day: int) -> str:
    """The day of a line of before, on a ground of its own: it stands over what else is written there."""
    x, text = sheet.scale.x(day + 1), sheet.words.spell(sheet.words.short_day, day)
    return (
        f'<rect class="gantt-axis__past" x="{number(x - _PILL / 2)}" y="4.5" width="{_PILL}" height="16" rx="3"/>'
        f'<text class="gantt-axis__status" x="{number(x)}" y="16.5" text-anchor="middle">{escape(text)}</text>'
    )


def _status_mark(sheet: Canvas, status_day: int) -> str:
    """The status date before its line or behind it, without its word where only the date has room between what else stands there."""
    pill, x = _today(sheet) - _PILL / 2, sheet.scale.x(status_day + 1)
    # Where it would meet the mark of today, it stands before that or behind it.
    is_beside = pill - 4 < x - 4 < pill + 120
    before, behind = (pill - 5, pill + _PILL + 9) if is_beside else (x - 4, x + 4)
    reach = int(3 * _STATUS_ROOM / sheet.scale.zoom.pixels_per_day)
    near = upper_labels(sheet, range(status_day - reach, status_day + reach))
    names = [*(_name_place(sheet, day) for day, _text, _is_edge in near), *_past_pills(sheet)]
    date_text = sheet.words.spell(sheet.words.short_day, status_day)
    whole = sheet.words.status.format(date=date_text)

    def is_free(left: float, room: float) -> bool:
        return left >= 0 and all(left + room <= name or name + _NAME_ROOM <= left for name in names)

    for text, room in ((whole, _STATUS_ROOM), (date_text, _DATE_ROOM)):
        for place, left, anchor in ((before, before - room, "end"), (behind, behind, "start")):
            if is_free(left, room):
                return _status_text(place, anchor, text)
    # At the left edge of the chart neither has room.
    return _status_text(
        max([behind, *(name + _NAME_ROOM + 4 for name in names if name < behind + _DATE_ROOM)]),
        "start",
        date_text,
    )


def _status_text(x: float, anchor: str, text: str) -> str:
    return f'<text class="gantt-axis__status" x="{number(x)}" y="17" text-anchor="{anchor}">{escape(text)}</text>'


def draw_ground_tile(sheet: Canvas, tile: int) -> str:
    """Days off and the lines of the tiers over one tile, as high as the chart."""
    days = sheet.scale.tile_days(tile)
    off: list[str] = []
    holidays: list[str] = []
    for first, last, is_holiday in _shaded_runs(sheet, days):
        x = sheet.scale.x(first)
        width = sheet.scale.x(last + 1) - x
        stripe = f"M{number(x)} 0h{number(width)}v{_DEEP}h-{number(width)}z"
        (holidays if is_holiday else off).append(stripe)
    edges = [sheet.scale.x(day) - 0.5 for day, _, is_edge in upper_labels(sheet, days) if is_edge]
    # With shaded weekends the lower tier needs no lines of its own.
    lower = lower_labels(sheet, days) if sheet.scale.zoom.shading != "days" else ()
    lines = [sheet.scale.x(day) - 0.5 for day, _ in lower]
    return (
        f'<g id="ground-{tile}"><path class="gantt-off" d="{"".join(off)}"/>'
        f'<path class="gantt-holiday" d="{"".join(holidays)}"/>'
        f'<path class="gantt-grid" d="{_deep_lines(lines)}"/>'
        f'<path class="gantt-grid gantt-grid--month" d="{_deep_lines(edges)}"/></g>'
    )


def _deep_lines(places: Iterable[float]) -> str:
    return "".join(f"M{number(x)} 0v{_DEEP}" for x in places)


def upper_labels(sheet: Canvas, days: range) -> Iterator[tuple[int, str, bool]]:
    """Day, text, and whether a new unit begins there."""
    words, zoom = sheet.words, sheet.scale.zoom.name
    if zoom == "day":
        for day in days:
            is_first = date_of(day).day == 1
            # A month at this zoom is wider than the screen, so every week says which one it is,
            # unless the label would run into the next month's or under the mark of today.
            is_free = 4 <= date_of(day).day <= 27 and not day - 1 <= sheet.today <= day + 3
            if is_first or (weekday_of(day) == 0 and is_free):
                yield day, words.spell(words.year_month, day), is_first
    elif zoom == "week":
        yield from ((day, words.spell(words.year_month, day), True) for day in _month_starts(days, 1))
    else:
        # A year of months is wider than the screen too.
        starts = list(_month_starts(days, 3 if zoom == "month" else 12))
        if days.start == sheet.scale.first_day and (not starts or starts[0] > days.start + 90):
            yield days.start, words.spell(words.year, days.start), False
        yield from ((day, words.spell(words.year, day), date_of(day).month == 1) for day in starts)


def lower_labels(sheet: Canvas, days: range) -> Iterator[tuple[int, str]]:
    """Day and text of the lower tier."""
    words, zoom = sheet.words, sheet.scale.zoom.name
    if zoom == "day":
        # Its first letter: a day is 28 px wide, and Wed would run into Thu.
        yield from ((day, words.spell("{day} {weekday[0]}", day)) for day in days)
    elif zoom == "week":
        yield from ((day, words.spell(words.short_day, day)) for day in days if weekday_of(day) == 0)
    else:
        span = {"month": 1, "quarter": 3, "year": 6}[zoom]
        yield from ((day, _months(words, day, span)) for day in _month_starts(days, span))


def _month_starts(days: range, span: int) -> Iterator[int]:
    """The first days of every ``span`` months, counted from January."""
    first, last = date_of(days.start), date_of(days.stop - 1)
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        if month % span == 0:
            day = epoch_day(date(month // 12, month % 12 + 1, 1))
            if day in days:
                yield day


def _months(words: ChartWords, day: int, span: int) -> str:
    if span == 1:
        return words.spell(words.month, day)
    first = date_of(day).month
    last = first + span - 1
    return words.months.format(
        first=first, last=last, first_name=words.month_names[first - 1], last_name=words.month_names[last - 1]
    )


def _shaded_runs(sheet: Canvas, days: range) -> Iterator[tuple[int, int, bool]]:
    """First day, last day, and whether it is a holiday; neighbours of one kind are one run."""
    if sheet.scale.zoom.shading == "none":
        return
    if sheet.scale.zoom.shading == "long":
        yield from _long_holidays(sheet.days_off, days)
        return
    first, kind = days.start, _kind_of(sheet.days_off, days.start)
    for day in range(days.start + 1, days.stop + 1):
        next_kind = _kind_of(sheet.days_off, day) if day < days.stop else ""
        if next_kind != kind or day == days.stop:
            if kind:
                yield first, day - 1, kind == "holiday"
            first, kind = day, next_kind


def _kind_of(days_off: ShadedDays, day: int) -> str:
    if day in days_off.worked:
        return ""
    if day in days_off.holidays:
        return "holiday"
    return "off" if weekday_of(day) in days_off.weekdays else ""


def _long_holidays(days_off: ShadedDays, days: range) -> Iterator[tuple[int, int, bool]]:
    """Stretches without work that hold at least three holidays; weekends inside count as part of them."""
    margin = 14  # a stretch that crosses the edge of the tile is found from both sides
    first: int | None = None
    holidays = 0
    for day in range(days.start - margin, days.stop + margin + 1):
        kind = _kind_of(days_off, day) if day < days.stop + margin else ""
        if kind:
            first = day if first is None else first
            holidays += kind == "holiday"
            continue
        if first is not None and holidays >= _LONG_HOLIDAY and first < days.stop and day > days.start:
            yield max(first, days.start), min(day, days.stop) - 1, True
        first, holidays = None, 0
