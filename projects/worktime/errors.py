"""Why a calendar cannot be used."""

from datetime import date, timedelta


class WorktimeError(ValueError):
    """Something about working time is impossible; ``calendar_id`` is None for the standard calendar."""

    def __init__(self, calendar_id: int | None, message: str) -> None:
        super().__init__(message)
        self.calendar_id = calendar_id
        self.task_ids: tuple[int, ...] = ()  # filled in by the caller who asked on behalf of a task


class CalendarWithoutWork(WorktimeError):
    """No day of the calendar has working time."""

    def __init__(self, calendar_id: int | None) -> None:
        super().__init__(
            calendar_id, f"Calendar {calendar_id} has no working time, so no work could ever be done."
        )


class WorkingTimeExhausted(WorktimeError):
    """The calendar runs out of working time before the work is done, or a date is centuries away."""

    def __init__(self, calendar_id: int | None, moment: int) -> None:
        super().__init__(calendar_id, f"Calendar {calendar_id} has no working time left near {_day(moment)}.")
        self.moment = moment


class UnknownCalendar(WorktimeError):
    """A calendar, or the base of one, is not in the plan."""

    def __init__(self, calendar_id: int | None) -> None:
        super().__init__(calendar_id, f"Calendar {calendar_id} is used, but not part of the plan.")


class CalendarCircle(WorktimeError):
    """Calendars inherit from each other in a circle."""

    def __init__(self, calendar_ids: tuple[int, ...]) -> None:
        names = " -> ".join(str(calendar_id) for calendar_id in (*calendar_ids, calendar_ids[0]))
        super().__init__(calendar_ids[0], f"Calendars inherit from each other in a circle: {names}.")
        self.calendar_ids = calendar_ids


def _day(moment: int) -> str:
    try:
        return str(date(1970, 1, 1) + timedelta(minutes=moment))
    except OverflowError:
        return f"minute {moment}"
