"""Who works on a task, when, and for how long."""

from operator import attrgetter

from tasks.scheduling.errors import UnknownResource, UnknownTask
from tasks.scheduling.network import Assignment, Network

Person = tuple[int | None, int | None]
"""Calendar, and the minutes that this person is there from the start of the task on; None for its duration."""

SHARE = attrgetter("task_id", "resource_id", "work_minutes")


def people_of(network: Network, row_of: dict[int, int]) -> dict[int, list[Person]]:
    """The people on each row; material and cost work at no time of their own."""
    present: dict[int, Person | None] = {}  # somebody who is there all the time
    for resource in network.resources:
        calendar_id = network.project.calendar_id if resource.calendar_id is None else resource.calendar_id
        present[resource.id] = (calendar_id, None) if resource.kind == "work" else None
    people: dict[int, list[Person]] = {}
    shares = zip(network.assignments, map(SHARE, network.assignments), strict=True)
    for assignment, (task_id, resource_id, work) in shares:
        row = row_of.get(task_id)
        if row is None:
            raise UnknownTask(task_id, "An assignment")
        if resource_id not in present:
            raise UnknownResource(task_id, resource_id)
        person = present[resource_id]
        if person is None:
            continue
        if work:
            person = person[0], own_minutes(assignment)
        if row in people:
            people[row].append(person)
        else:
            people[row] = [person]
    return people


def own_minutes(assignment: Assignment) -> int | None:
    """Work lasts as long as its units make it, without overtime, after the person's own delay."""
    if not assignment.work_minutes or assignment.units <= 0:
        return None
    work = max(0, assignment.work_minutes - assignment.overtime_minutes)
    return assignment.delay_minutes + int(work / assignment.units + 0.5)
