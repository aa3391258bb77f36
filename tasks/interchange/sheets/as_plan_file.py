"""A sheet that was read, as a plan file.

As typing into the sheet of a project does: a start that no link explains is *start no earlier than*, a finish is a
duration. What is only done on days off keeps its days by hand. The file's own days are the recorded ones, so that an
import says where the computed dates differ.
"""

from __future__ import annotations

from typing import Final

from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from projects.worktime.moments import minute_of
from tasks.interchange.plan_file import (
    OTHER_NAME,
    PlanAssignment,
    PlanFile,
    PlanLink,
    PlanProject,
    PlanResource,
    PlanTask,
)
from tasks.interchange.sheets.as_json import Json
from tasks.interchange.sheets.frame import Frame, Notices, folded_name
from tasks.interchange.sheets.plan_rows import PlanRows

#: A share of a day that is refused by hand begins at twice of it.
MOST_UNITS: Final = 1.99


def plan_file_of(read: Json, frame: Frame) -> PlanFile:
    """The plan of what `read_apart` answers. Raises WorktimeError where the calendar has no work so far away."""
    return _Maker(read, frame).plan_file()


class _Maker:
    def __init__(self, read: Json, frame: Frame) -> None:
        self._read, self._frame = read, frame
        self._tasks: list[Json] = read["tasks"]
        self._clock: WorkingTime = Calendars(frame.calendars).calendar(frame.calendar_id)
        self._notices = Notices()
        self._rows = PlanRows(self._tasks, frame, self._clock, self._notices)

    def plan_file(self) -> PlanFile:
        frame = self._frame
        people, named = self._people()
        links = self._links()
        tasks = self._rows.plan_tasks(links)
        starts = [task.recorded.start_minute for task in tasks if task.recorded.start_minute is not None]
        self._tell()
        return PlanFile(
            project=PlanProject(
                start_minute=self._clock.next_working(min(starts, default=minute_of(frame.today))),
                calendar_uid=frame.calendar_id,
                status_minute=frame.status_minute,
                honors_constraints=frame.honors_constraints,
                minutes_per_day=frame.minutes_per_day,
                minutes_per_week=frame.minutes_per_week,
                days_per_month=frame.days_per_month,
            ),
            calendars=frame.calendars,
            tasks=tasks,
            links=links,
            resources=tuple(PlanResource(uid, name[:OTHER_NAME]) for name, uid in named.items()),
            assignments=self._assignments(people, tasks),
            notices=self._notices.all(),
        )

    # -- links and people --------------------------------------------------------------------------------------

    def _links(self) -> tuple[PlanLink, ...]:
        found: dict[tuple[int, int], PlanLink] = {}
        for uid, task in enumerate(self._tasks, 1):
            for link in task["predecessors"]:
                before = link["task"] + 1
                if before != uid:
                    lag = round(link["lag_days"] * self._frame.minutes_per_day)
                    found.setdefault((before, uid), PlanLink(before, uid, link["type"], lag_minutes=lag))
        return tuple(found.values())

    def _people(self) -> tuple[dict[str, int], dict[str, int]]:
        """Numbers of people by what the cells call them, and by their names; in the order in which they come."""
        names = dict.fromkeys(
            name for uid, task in enumerate(self._tasks, 1) if not self._rows.is_summary(uid) for name in task["people"]
        )  # fmt: skip
        found: dict[str, int] = {}
        numbers: dict[str, int] = {}
        for name in names:
            key, decided = folded_name(name), self._frame.decided
            called = decided[key] if key in decided else self._frame.people.get(key)
            if called is None and (key in decided or not self._frame.makes_people):
                self._notices.add("lost", "sheet_person_left_out", name=name[:40])
                continue
            if called and key not in decided and folded_name(called) != key:
                self._notices.add("doubtful", "sheet_person_taken", name=name[:40], called=called)
            found[name] = numbers.setdefault(called or name, len(numbers) + 1)
        return found, numbers

    def _assignments(self, people: dict[str, int], tasks: tuple[PlanTask, ...]) -> tuple[PlanAssignment, ...]:
        found: list[PlanAssignment] = []
        for row, task in zip(tasks, self._tasks, strict=True):
            if self._rows.is_summary(row.uid):
                if task["people"]:
                    self._notices.add("lost", "sheet_people_of_summary", row=task["row"], name=row.name[:40], people="、".join(task["people"])[:80])  # fmt: skip
                continue
            uids = dict.fromkeys(people[name] for name in task["people"] if name in people)
            units = self._units(row, len(uids))
            found += [PlanAssignment(len(found) + at, row.uid, uid, units) for at, uid in enumerate(uids, 1)]
        return tuple(found)

    @staticmethod
    def _units(row: PlanTask, count: int) -> float:
        """The share of each of so many people that their work takes of the duration; all of it where no work is said."""
        if not row.work_minutes or not row.duration_minutes or not count:
            return 1.0
        return min(MOST_UNITS, max(0.01, round(row.work_minutes / row.duration_minutes / count, 4)))

    # -- what is to be known -----------------------------------------------------------------------------------

    def _tell(self) -> None:
        for doubt in self._read["doubtful"]:
            name = "" if doubt["task"] is None else f"「{self._tasks[doubt['task']]['name'][:40]}」"
            origin = doubt["origin"]
            place = f"{origin['column']}{origin['row']} {name}" if origin else name
            self._notices.add(
                "doubtful", "sheet_doubt", **doubt["params"], place=place.strip() or "*", why=doubt["code"]
            )
        for remark in self._read["remarks"]:
            if remark["code"] != "read_as_text":
                self._notices.add("lost", "sheet_remark", **remark["params"], what=remark["code"])
