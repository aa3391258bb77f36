"""What answers about an organization look like."""

from __future__ import annotations

import datetime as dt

from ninja import Field, Schema

from reports.api.shapes import Page


class CalendarOut(Schema):
    """A working calendar. `week` has seven days from Monday: shifts in minutes of the day, or null for those of the base."""

    id: int
    name: str
    base_id: int | None
    project_id: int | None
    is_default: bool
    follows_japanese_holidays: bool
    week: list[list[list[int]] | None]


class CalendarPage(Page):
    """Calendars."""

    items: list[CalendarOut]


class CalendarExceptionOut(Schema):
    """Days that differ from the week; no shifts: no work."""

    id: int
    name: str
    first_on: dt.date
    last_on: dt.date
    shifts: list[list[int]]
    is_recurring: bool


class CalendarExceptionPage(Page):
    """Exceptions of a calendar."""

    items: list[CalendarExceptionOut]


class ResourceOut(Schema):
    """A person, a machine or material."""

    id: int
    name: str
    kana: str
    kind: str
    department: str
    calendar_id: int | None
    capacity: int
    unit: str
    project_id: int | None
    is_active: bool


class ResourcePage(Page):
    """Resources."""

    items: list[ResourceOut]


class AbsenceOut(Schema):
    """Days on which a resource is away."""

    id: int
    resource_id: int
    first_on: dt.date
    last_on: dt.date
    portion: str = Field(description="day, morning or afternoon")
    kind: str


class AbsencePage(Page):
    """Absences."""

    items: list[AbsenceOut]
