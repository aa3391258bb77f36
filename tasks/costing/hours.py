"""Which working time counts for what: the calendars of a plan, asked by task and person."""

from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from tasks.costing.given import Plan, Resource, Task


class Hours:
    """Working time of tasks and of people on them. A calendar that cannot be used gives way to the project's, and that to office hours."""

    def __init__(self, plan: Plan) -> None:
        self._calendars = Calendars(plan.calendars)
        self._project = self._usable(plan.calendar_uid) or self._calendars.calendar(None)

    def of_task(self, task: Task) -> WorkingTime:
        """Those of the task's own calendar, else the project's."""
        return self._named(task.calendar_uid)

    def of_resource(self, resource: Resource | None) -> WorkingTime:
        """Those of a person or machine; material and costs have none of their own."""
        if resource is None or resource.kind != "work":
            return self._project
        return self._named(resource.calendar_uid)

    def of_work(self, task: Task, resource: Resource | None) -> WorkingTime:
        """When this resource works on this task: in the time that both have, where the task has a calendar of its own."""
        if resource is None or resource.kind != "work":
            return self.of_task(task)
        if task.calendar_uid is None:
            return self.of_resource(resource)
        if task.ignores_resource_calendar:
            return self.of_task(task)
        shared = self._calendars.shared(self.of_task(task), self.of_resource(resource))
        start = task.start
        try:
            if start is not None:
                shared.cover(start)
                shared.next_working(start)
        except WorktimeError:
            return self.of_task(task)
        return shared

    def _named(self, uid: int | None) -> WorkingTime:
        if uid is None:
            return self._project
        return self._usable(uid) or self._project

    def _usable(self, uid: int | None) -> WorkingTime | None:
        try:
            return self._calendars.calendar(uid)
        except WorktimeError:
            return None
