"""Who works on a task, when, and for how long."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tasks.scheduling.errors import UnknownResource, UnknownTask
from tasks.scheduling.network import Assignment, Network, ProjectSettings, Resource, Task


class Person(NamedTuple):
    """A person on a task: their calendar, and how long they are there."""

    calendar_id: int | None
    #: From the start of the task on; None for its duration.
    minutes: int | None = None
    #: How many of these minutes pass before the own work begins.
    delay: int = 0


Presence = Mapping[int, Person | None]
"""By resource: a person who is there all the time; None for material and cost, which work at no time of their own."""


def presence_of(project: ProjectSettings, resources: Iterable[Resource]) -> Presence:
    """When the resources of a plan work."""
    return {
        resource.id: Person(project.calendar_id if resource.calendar_id is None else resource.calendar_id)
        if resource.kind == "work"
        else None
        for resource in resources
    }


def people_of(network: Network, row_of: Mapping[int, int], presence: Presence) -> dict[int, list[Person]]:
    """The people on each row."""
    people: dict[int, list[Person]] = {}
    for assignment in network.assignments:
        row = row_of.get(assignment.task_id)
        if row is None:
            raise UnknownTask(assignment.task_id, "An assignment")
        person = person_of(assignment, presence)
        if person is None:
            continue
        if row in people:
            people[row].append(person)
        else:
            people[row] = [person]
    return people


def person_of(assignment: Assignment, presence: Presence) -> Person | None:
    """Who an assignment brings to a task, and for how long; None for material and cost."""
    try:
        person = presence[assignment.resource_id]
    except KeyError:
        raise UnknownResource(assignment.task_id, assignment.resource_id) from None
    if person is None or not assignment.work_minutes or assignment.units <= 0:
        return person
    # Work lasts as long as its units make it, without overtime, after the person's own delay.
    work = max(0, assignment.work_minutes - assignment.overtime_minutes)
    minutes = assignment.delay_minutes + int(work / assignment.units + 0.5)
    return Person(person.calendar_id, minutes, assignment.delay_minutes)


def finishes_late(task: Task, people: Iterable[Person]) -> bool:
    """Whether all on a task that has not begun are delayed, beyond its duration: it is counted from their work on then.

    So a file has it: the task starts where it would without the delay, and the delay is no part of its duration.
    """
    if task.actual_start_minute is not None:
        return False
    last = 0
    for _, minutes, delay in people:
        if minutes is None or delay <= 0:
            return False
        last = max(last, minutes)
    return last > task.duration_minutes
