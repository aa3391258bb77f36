"""Working time as one flag for every minute."""

from collections.abc import Mapping

from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules, Day

DAY = 1440
ROOM = 150 * DAY  # walked before the project start and after it
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
    every = exception.recurrence
    if not exception.first_day <= day <= exception.last_day or every is None:
        return exception.first_day <= day <= exception.last_day
    if every.kind != "weekly":
        raise NotWalked(every.kind)
    sunday = exception.first_day - (exception.first_day + 4) % 7
    return (day + 3) % 7 in every.weekdays and (day - sunday) // 7 % every.every == 0
