"""What drives a row, in the words of the plan."""

from tasks.scheduling.plan import Driver
from tasks.scheduling.reference.early import CONSTRAINT, OTHER, Early
from tasks.scheduling.reference.grid import Grid

FROM_PROJECT_START = Driver("project_start")


class Drivers:
    """Made from the notes of the forward pass when they are asked for."""

    __slots__ = ("early", "grid")

    def __init__(self, grid: Grid, early: Early) -> None:
        self.grid = grid
        self.early = early

    def __call__(self, row: int) -> Driver:
        early, tasks = self.early, self.grid.tasks
        driver, via = early.drivers[row], early.via[row]
        if driver >= 0:
            task_id = self.grid.links[driver].predecessor_id
            sets_finish = row in early.sets_finish
            if via >= 0:
                return Driver("parent_predecessor", task_id, tasks[via].id, driver, sets_finish)
            return Driver("predecessor", task_id, None, driver, sets_finish)
        if driver == OTHER:
            kind = early.others[row]
            if kind != "children":
                return Driver(kind)
            first, last = early.first_child[row]
            return Driver(kind, tasks[first].id, tasks[last].id)
        if driver == CONSTRAINT:
            return Driver("parent_constraint", None, tasks[via].id) if via >= 0 else Driver("constraint")
        return FROM_PROJECT_START
