"""The calendars of a file, asked whether two moments are the same for those who work by them."""

from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from tasks.interchange.plan_file import PlanFile, PlanTask


class WorkingTimes:
    """Whether two moments are the same for a person who works: no minute of work lies between them."""

    def __init__(self, plan_file: PlanFile) -> None:
        self.project_calendar = plan_file.project.calendar_uid
        self.calendars = Calendars(plan_file.calendars)
        self.unusable: set[int | None] = set()

    def are_same(self, task: PlanTask, one: int, other: int) -> bool:
        calendar = self._calendar(
            task.calendar_uid if task.calendar_uid is not None else self.project_calendar
        )
        if calendar is None:
            return False
        try:
            return calendar.between(min(one, other), max(one, other)) == 0
        except WorktimeError:
            return False

    def _calendar(self, uid: int | None) -> WorkingTime | None:
        if uid in self.unusable:
            return None
        try:
            return self.calendars.calendar(uid)
        except WorktimeError:
            self.unusable.add(uid)
            return None
