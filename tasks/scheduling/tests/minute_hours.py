"""Working time as one flag for every minute."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules, Day, Recurrence

DAY = 1440
ROOM = 90 * DAY  # walked before the project start and after it
OFFICE = CalendarRules(0, week=OFFICE_WEEK)


class NotWalked(Exception):
    """The plan has something that the walk does not know, or leads further away than it goes."""


class Hours:
    """One flag for every minute: worked or not."""

    def __init__(self, flags: bytearray, origin: int) -> None:
        self.flags = flags
        self.origin = origin

    def worked(self, minute: int) -> bool:
        """Whether the minute that begins then is worked."""
        at = minute - self.origin
        if not 0 <= at < len(self.flags):
            raise NotWalked("too far away")
        return bool(self.flags[at])

    def count(self, start: int, finish: int) -> int:
        """Worked minutes between two moments, negative when they are the other way round."""
        if finish < start:
            return -self.count(finish, start)
        return sum(self.flags[start - self.origin : finish - self.origin])

    def opening(self, minute: int) -> int:
        """The first moment from then on at which work goes on."""
        while not self.worked(minute):
            minute += 1
        return minute

    def closing(self, minute: int) -> int:
        """The last moment up to then before which there was work."""
        while not self.worked(minute - 1):
            minute -= 1
        return minute

    def done_after(self, minute: int, work: int) -> int:
        """The moment at which so much has been worked since."""
        while work:
            work -= self.worked(minute)
            minute += 1
        return minute

    def begun_before(self, minute: int, work: int) -> int:
        """The moment since which so much has been worked."""
        while work:
            minute -= 1
            work -= self.worked(minute)
        return minute

    def fit(self, minute: int, work: int) -> tuple[int, int]:
        """Begin at the next worked minute."""
        start = self.opening(minute)
        return start, self.done_after(start, work)

    def fit_back(self, minute: int, work: int) -> tuple[int, int]:
        """End with the last worked minute."""
        finish = self.closing(minute)
        return self.begun_before(finish, work), finish

    def moved(self, minute: int, work: int) -> int:
        """A moment later or, with less than nothing, earlier."""
        return self.done_after(minute, work) if work >= 0 else self.begun_before(minute, -work)

    def together(self, other: "Hours") -> "Hours":
        """Minutes that both work."""
        return Hours(
            bytearray(one & two for one, two in zip(self.flags, other.flags, strict=True)), self.origin
        )


class Clock(Hours):
    """Every minute counts."""

    def __init__(self, origin: int) -> None:
        super().__init__(bytearray(b"\1" * 2 * ROOM), origin)


def hours_of(rules: Mapping[int, CalendarRules], calendar_id: int | None, origin: int) -> Hours:
    """The flags of a calendar, from a midnight on."""
    line = [OFFICE] if calendar_id is None else []
    while calendar_id is not None:
        line.append(rules[calendar_id])
        calendar_id = rules[calendar_id].base_id
    flags = bytearray(2 * ROOM)
    first = origin // DAY
    for day in range(first - 1, first + 2 * ROOM // DAY):
        for start, end in _shifts(line, day):
            for minute in range(start, end):
                at = (day - first) * DAY + minute
                if 0 <= at < len(flags):
                    flags[at] = 1
    return Hours(flags, origin)


def _shifts(line: list[CalendarRules], day: int) -> Day:
    """An exception, else a work week, else the usual week; of each the nearest calendar that says something."""
    weekday = (day + 3) % 7  # 1970 began on a Thursday
    exceptions = [each for rules in line for each in rules.exceptions if _is_on(each, day)]
    if exceptions:
        return exceptions[0].shifts
    weeks = [
        week.week for rules in line for week in rules.work_weeks if week.first_day <= day <= week.last_day
    ]
    weeks += [rules.week for rules in line]
    return next((own for week in weeks if (own := week[weekday]) is not None), ())


def _is_on(exception: CalendarException, day: int) -> bool:
    if not exception.first_day <= day <= exception.last_day or exception.recurrence is None:
        return exception.first_day <= day <= exception.last_day
    return day in _hits(exception, exception.recurrence)


@cache
def _hits(exception: CalendarException, rule: Recurrence) -> list[int]:
    """Every day of the range that answers the description, then every so many of these."""
    first = exception.first_day
    days = [day for day in range(first, exception.last_day + 1) if _is_meant(rule, day)]
    if days and rule.every > 1:
        sunday = first - (first + 4) % 7
        origin = {"daily": first, "weekly": sunday}.get(rule.kind, 0)
        length = {"daily": 1, "weekly": 7}.get(rule.kind, 0)
        numbers = [(day - origin) // length if length else _month(day) - _month(days[0]) for day in days]
        days = [day for day, number in zip(days, numbers, strict=True) if number % rule.every == 0]
    return days if rule.count is None else days[: rule.count]


def _is_meant(rule: Recurrence, day: int) -> bool:
    on, is_last = _date(day), _date(day + 1).day == 1
    if rule.kind == "daily":
        return True
    if rule.kind.endswith("_day"):
        is_day = on.day == rule.month_day or (is_last and on.day < rule.month_day)
        return is_day and (rule.kind == "monthly_day" or on.month == rule.month)
    if on.weekday() not in rule.weekdays:
        return False
    if rule.kind == "weekly":
        return True
    is_nth = (on.day + 6) // 7 == rule.position if rule.position < 5 else _date(day + 7).month != on.month
    return is_nth and (rule.kind == "monthly_weekday" or on.month == rule.month)


def _date(day: int) -> date:
    return date.fromordinal(day + date(1970, 1, 1).toordinal())


def _month(day: int) -> int:
    return _date(day).year * 12 + _date(day).month
