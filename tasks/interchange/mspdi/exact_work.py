"""Work that a file has rounded to minutes, as it was before.

Microsoft Project computes costs from unrounded work: 63 % of 344 hours are 216 h 43 min 12 s, of which the file says 216 h 43 min.
"""

from dataclasses import replace

from tasks.costing.amounts import WORK_PER_MINUTE, rounded
from tasks.costing.given import Assignment, Plan
from tasks.costing.hours import Hours


def with_exact_work(plan: Plan) -> Plan:
    """The plan with the work of people as units and working time give it, where the file's is that, rounded."""
    hours = Hours(plan)
    tasks = {task.uid: task for task in plan.tasks}
    people = {item.uid: item for item in plan.resources if item.kind == "work"}

    def exact(item: Assignment) -> Assignment:
        person = people.get(-1 if item.resource_uid is None else item.resource_uid)
        is_even = item.contour == "flat" and not item.overtime and not item.actual_work
        if person is None or not is_even or item.start is None or item.finish is None:
            return item
        minutes = hours.of_work(tasks[item.task_uid], person).between(item.start, item.finish)
        numerator, denominator = item.units.as_integer_ratio()
        work = rounded(minutes * WORK_PER_MINUTE * numerator, denominator)
        is_rounded = item.work % WORK_PER_MINUTE == 0 and 2 * abs(work - item.work) < WORK_PER_MINUTE
        return replace(item, work=work) if is_rounded else item

    return replace(plan, assignments=tuple(map(exact, plan.assignments)))
