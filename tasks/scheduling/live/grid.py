"""Rows that come, change and go."""

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter

from tasks.scheduling.errors import DuplicateLink, LinkToAncestor, UnknownLink, UnknownTask
from tasks.scheduling.live.order import Ranks, last_step
from tasks.scheduling.live.waves import Ripples
from tasks.scheduling.network import Assignment, Link, Network, Task
from tasks.scheduling.reference.backward import OPEN
from tasks.scheduling.reference.checks import refuse_bad_tasks, refuse_links
from tasks.scheduling.reference.clocks import Clock
from tasks.scheduling.reference.grid import NO_WILL, OWN_WILL, Arrow, Grid, pauses, spanned, with_lag_of
from tasks.scheduling.reference.passes import Passes
from tasks.scheduling.reference.people import person_of

by_index = itemgetter(4)


class LiveGrid:
    """A grid that is edited in place, and the steps and rows that have to be looked at again.

    Each edit checks first and then changes, so a refused one leaves everything as it was. A row that is gone leaves
    a hole: inactive, without links, and not in ``row_of``.
    """

    def __init__(self, network: Network, grid: Grid, order: list[int], passes: Passes) -> None:
        self.tasks: list[Task] = list(grid.tasks)
        self.links: list[Link] = list(grid.links)
        grid.tasks, grid.links = self.tasks, self.links
        self.grid = grid
        self.ranks = Ranks(grid, order)
        self.ripples = Ripples()
        self._base = network
        self._passes = passes
        self._people: dict[int, tuple[Assignment, ...]] = {}
        for item in network.assignments:
            self._people[item.task_id] = (*self._people.get(item.task_id, ()), item)
        # Successors of tasks that hold no other: such links have no arrows to find them by.
        self._after_idle = {
            link.successor_id for link in self.links if not grid.is_active[grid.row_of[link.predecessor_id]]
        }
        self._late_as_possible = {
            row for row, task in enumerate(self.tasks) if task.constraint_type == "ALAP"
        }

    @property
    def is_whole(self) -> bool:
        """Whether a date may depend on everything, so that nothing less than a whole pass will do."""
        project = self.grid.project
        return bool(project.from_finish or project.multiple_critical_paths or self._late_as_possible)

    def is_there(self, row: int) -> bool:
        """Whether a row still stands for a task."""
        return self.grid.row_of.get(self.tasks[row].id) == row

    def network(self, without: Collection[int] = ()) -> Network:
        """The network with all edits, and without some tasks."""
        ids = [task_id for task_id in self.grid.row_of if task_id not in without]
        row_of = self.grid.row_of
        return Network(
            project=self.grid.project,
            tasks=tuple([self.tasks[row_of[task_id]] for task_id in ids]),
            links=tuple(
                [
                    link
                    for link in self.links
                    if link.predecessor_id not in without and link.successor_id not in without
                ]
            ),
            calendars=self._base.calendars,
            resources=self._base.resources,
            assignments=tuple([item for task_id in ids for item in self._people.get(task_id, ())]),
        )

    def family(self, task_id: int) -> set[int]:
        """A task and all below it."""
        rows = [self._row(task_id)]
        for row in rows:  # grows while it is walked
            rows += self.grid.children[row]
        return {self.tasks[row].id for row in rows}

    def _row(self, task_id: int) -> int:
        row = self.grid.row_of.get(task_id)
        if row is None:
            raise UnknownTask(task_id, "An edit")
        return row

    # Tasks

    def put_task(self, task: Task) -> bool:
        """Add or change a task; False where the outline changes, which is no matter of single rows."""
        refuse_bad_tasks([task], [False])
        grid = self.grid
        row = grid.row_of.get(task.id)
        if row is None:
            above = -1 if task.parent_id is None else grid.row_of.get(task.parent_id, -2)
            if above == -2 and task.parent_id is not None:
                raise UnknownTask(task.parent_id, f"Task {task.id}")
            if not task.is_active or (above >= 0 and not (grid.children[above] and grid.is_active[above])):
                return False
            self.grid.time.ruler(task)  # fails where the calendar does not exist, before anything has changed
            row = self._append(task, above)
        elif self.tasks[row].parent_id != task.parent_id or self.tasks[row].is_active != task.is_active:
            return False
        self._fill(row, task)
        return True

    def _clock(self, task: Task) -> Clock:
        people = [person_of(item, self.grid.presence) for item in self._people.get(task.id, ())]
        return self.grid.time.clock(task, [person for person in people if person is not None])

    def _fill(self, row: int, task: Task) -> None:
        """What a row holds of its task itself."""
        grid = self.grid
        ruler, clock = grid.time.ruler(task), self._clock(task)
        duration = task.duration_minutes + (pauses(task, clock) if task.splits else 0)
        self.tasks[row] = task
        grid.rulers[row], grid.clocks[row] = ruler, clock
        grid.durations[row] = duration
        grid.is_plain[row] = not grid.children[row] and OWN_WILL(task) == NO_WILL
        grid.is_done[row] = task.actual_finish_minute is not None
        grid.is_silent[row] = grid.is_done[row] or not grid.is_active[row]
        if task.constraint_type == "ALAP":
            self._late_as_possible.add(row)
        else:
            self._late_as_possible.discard(row)
        self._touch(row)

    def _touch(self, row: int) -> None:
        """Everything that can depend on the fields of a row."""
        grid, ripples = self.grid, self.ripples
        ripples.early.update((row, last_step(grid, row)))
        ripples.late.update((row, last_step(grid, row)))
        ripples.changed.add(row)
        ripples.slack.add(row)
        for arrow in grid.incoming[row]:
            self._touch_before(arrow[0])

    def _touch_before(self, row: int) -> None:
        """What depends on the links out of a row."""
        self.ripples.late.add(last_step(self.grid, row))
        self.ripples.slack.add(row)

    def _append(self, task: Task, above: int) -> int:
        grid, passes = self.grid, self._passes
        row = len(self.tasks)
        self.tasks.append(task)
        grid.row_of[task.id] = row
        grid.parent.append(above)
        for lists in (grid.children, grid.spans, grid.incoming, grid.outgoing):
            lists.append([])
        for flags, flag in (
            (grid.is_active, True),
            (grid.is_plain, True),
            (grid.is_done, False),
            (grid.is_silent, False),
        ):
            flags.append(flag)
        grid.clocks.append(grid.standard)
        grid.rulers.append(grid.standard)
        early, late, slack = passes.early, passes.late, passes.slack
        for numbers in (
            grid.durations, early.starts, early.finishes, early.drivers, late.starts, late.finishes,
            slack.starts, slack.finishes, slack.total, slack.free,
        ):  # fmt: skip
            numbers.append(0)
        early.via.append(-1)
        early.bounds.append(None)
        early.reach.append((False, False))
        late.bounds.append(OPEN)
        if above >= 0:
            rows = grid.children[above]
            has_idle = grid.spans[above] is not rows or not grid.is_active[rows[0]]
            rows.append(row)
            if has_idle:
                grid.spans[above] = spanned(rows, grid.is_active)
        self.ranks.add(above)
        return row

    def drop_task(self, task_id: int) -> bool:
        """Remove a task; False where the outline changes."""
        grid, row = self.grid, self._row(task_id)
        above = grid.parent[row]
        if grid.children[row] or not grid.is_active[row] or (above >= 0 and len(grid.spans[above]) == 1):
            return False
        if task_id in self._after_idle:
            return False
        for arrows in (grid.incoming[row], grid.outgoing[row]):
            while arrows:
                self._cut(arrows[-1])
        del grid.row_of[task_id]
        self._people.pop(task_id, None)
        self._late_as_possible.discard(row)
        self._passes.early.forget(row)
        grid.is_active[row], grid.is_silent[row], grid.is_plain[row], grid.parent[row] = False, True, True, -1
        grid.is_done[row] = False
        self.ripples.early.discard(row)
        self.ripples.late.discard(row)
        self.ripples.changed.discard(row)
        if above >= 0:
            grid.children[above].remove(row)
            if grid.spans[above] is not grid.children[above]:
                grid.spans[above].remove(row)
            self.ripples.early.add(~above)
            self.ripples.late.add(above)
        return True

    # Links

    def put_link(self, link: Link) -> None:
        """Add a link after all others."""
        grid = self.grid
        before = grid.row_of.get(link.predecessor_id, -1)
        after = grid.row_of.get(link.successor_id, -1)
        refuse_links([link], [before], [after])
        if any(arrow[0] == before for arrow in grid.incoming[after]) or (
            link.successor_id in self._after_idle
            and any(
                (other.predecessor_id, other.successor_id) == (link.predecessor_id, link.successor_id)
                for other in self.links
            )
        ):
            raise DuplicateLink(link.predecessor_id, link.successor_id)
        if before in self._line(after) or after in self._line(before):
            raise LinkToAncestor(link.predecessor_id, link.successor_id)
        if grid.is_active[before]:
            self.ranks.make_way(before, after)
            arrow = (before, after, *with_lag_of(link), len(self.links))
            grid.outgoing[before].append(arrow)
            grid.incoming[after].append(arrow)
            self._touch_link(arrow)
        else:
            self._after_idle.add(link.successor_id)
        self.links.append(link)

    def _line(self, row: int) -> Iterable[int]:
        while row >= 0:
            yield row
            row = self.grid.parent[row]

    def drop_link(self, link: Link) -> None:
        """Remove a link that equals this one."""
        row = self.grid.row_of.get(link.successor_id, -1)
        arrows = self.grid.incoming[row] if row >= 0 else []
        found = next((arrow for arrow in arrows if self.links[arrow[4]] == link), None)
        if found is not None:
            self._cut(found)
        elif link in self.links:  # out of a task that holds no other
            self._renumber(self.links.index(link))
        else:
            raise UnknownLink(link.predecessor_id, link.successor_id)

    def _cut(self, arrow: Arrow) -> None:
        self.grid.outgoing[arrow[0]].remove(arrow)
        self.grid.incoming[arrow[1]].remove(arrow)
        self._renumber(arrow[4])
        self._touch_link(arrow)

    def _touch_link(self, arrow: Arrow) -> None:
        after = arrow[1]
        self.ripples.early.add(after)
        self._touch_before(arrow[0])

    def _renumber(self, index: int) -> None:
        """Let the last link take the number of one that goes."""
        last = len(self.links) - 1
        moving = self.links.pop()
        if index == last:
            return
        self.links[index] = moving
        row = self.grid.row_of[moving.predecessor_id]
        arrow = next((arrow for arrow in self.grid.outgoing[row] if arrow[4] == last), None)
        if arrow is None:
            return  # out of a task that holds no other
        after = arrow[1]
        for arrows in (self.grid.outgoing[row], self.grid.incoming[after]):
            arrows.remove(arrow)
            insort(arrows, (*arrow[:4], index), key=by_index)
        # Its number is what the driver of its successor says.
        self.ripples.early.add(after)

    # People

    def put_people(self, task_id: int, assignments: Sequence[Assignment]) -> None:
        """Replace who is on a task."""
        row = self._row(task_id)
        for item in assignments:
            if item.task_id != task_id:
                raise UnknownTask(item.task_id, "An assignment")
            person_of(item, self.grid.presence)
        self._people[task_id] = tuple(assignments)
        self._fill(row, self.tasks[row])
