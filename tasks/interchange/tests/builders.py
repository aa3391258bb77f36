"""Small MSPDI files, written by hand so that a test shows what is in them."""

import io

from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.mspdi.values import parse_moment
from tasks.interchange.mspdi.write import write_mspdi
from tasks.interchange.plan_file import PlanFile

NAMESPACE = 'xmlns="http://schemas.microsoft.com/project"'
HOURS = (
    "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>"
    "<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>"
)
STANDARD = "<Calendar><UID>1</UID><Name>標準</Name><BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{}</WeekDays></Calendar>".format(
    "".join(
        f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(2 <= day <= 6)}</DayWorking>"
        f"{HOURS if 2 <= day <= 6 else ''}</WeekDay>"
        for day in range(1, 8)
    )
)
MONDAY = "2026-11-02T08:00:00"


def task(uid: int | str, body: str = "", *, name: str = "作業", level: int = 1, hours: int = 8) -> str:
    return (
        f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>{name}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>PT{hours}H0M0S</Duration><DurationFormat>7</DurationFormat>{body}</Task>"
    )


def waits_for(uid: int, *, kind: int = 1, lag: int | str = 0, unit: int = 7) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{unit}</LagFormat></PredecessorLink>"
    )


def mspdi(
    *tasks: str, head: str = "", calendars: str = STANDARD, resources: str = "", assignments: str = ""
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Project {NAMESPACE}><StartDate>{MONDAY}</StartDate>'
        f"<CalendarUID>1</CalendarUID>{head}<Calendars>{calendars}</Calendars><Tasks>{''.join(tasks)}</Tasks>"
        f"<Resources>{resources}</Resources><Assignments>{assignments}</Assignments></Project>"
    )


def read(xml: str | bytes) -> PlanFile:
    return read_mspdi(io.BytesIO(xml.encode() if isinstance(xml, str) else xml))


def rewritten(plan_file: PlanFile) -> PlanFile:
    """The plan after it was written and read again."""
    stream = io.BytesIO()
    write_mspdi(plan_file, stream)
    stream.seek(0)
    return read_mspdi(stream)


def codes(plan_file: PlanFile) -> list[str]:
    return [notice.code for notice in plan_file.notices]


def at(text: str) -> int:
    return parse_moment(text)
