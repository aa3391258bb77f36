"""Links of a file that can hold: between tasks that are there, once each, and not in a circle."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Literal

from tasks.interchange.mspdi.fields import Notebook
from tasks.interchange.plan_file import PlanLink, PlanTask
from tasks.interchange.refusals import LinkCircle

_NAMES_SHOWN = 5

LinkNotice = Literal["link_to_missing_task", "link_to_own_summary", "duplicate_link"]


def check_links(tasks: Sequence[PlanTask], links: Iterable[PlanLink], notebook: Notebook) -> list[PlanLink]:
    """Links that can hold, given task after task; raises ``LinkCircle`` when tasks wait for each other."""
    family = _Family(tasks)
    kept: list[PlanLink] = []
    successor: int | None = None
    known: set[int] = set()
    for link in links:
        if link.successor_uid != successor:
            successor = link.successor_uid
            known.clear()
        if _holds(link, tasks[family.rows[successor]], family, known, notebook):
            known.add(link.predecessor_uid)
            kept.append(link)
    circle = find_circle(tasks, kept, family.rows)
    if circle:
        shown = [f"'{tasks[family.rows[uid]].name}' ({uid})" for uid in circle[:_NAMES_SHOWN]]
        names = " → ".join(shown) + (" → …" if len(circle) > _NAMES_SHOWN else "")
        raise LinkCircle(circle, names)
    return kept


def _holds(link: PlanLink, task: PlanTask, family: "_Family", known: set[int], notebook: Notebook) -> bool:
    """Whether a link can be kept beside the ones that are known of the same successor; tells why not."""
    if link.predecessor_uid == task.uid:
        notebook.doubt(
            "link_to_self",
            "Task {uid} '{name}' waits for itself; that link is left out.",
            uid=task.uid,
            name=task.name,
        )
        return False
    found: tuple[LinkNotice, str] | None = None
    if link.predecessor_uid not in family.rows:
        found = "link_to_missing_task", "which is not in the file; it is left out."
    elif family.are_related(link.predecessor_uid, task.uid):
        found = "link_to_own_summary", "but one is the summary of the other; that link is left out."
    elif link.predecessor_uid in known:
        found = "duplicate_link", "twice; the first link is kept."
    if found is None:
        return True
    notebook.doubt(
        found[0],
        "Task {uid} '{name}' waits for task {predecessor_uid}, " + found[1],
        uid=task.uid,
        name=task.name,
        predecessor_uid=link.predecessor_uid,
    )
    return False


class _Family:
    """Who is inside whom: rows come right after their summary, so that each holds one range of rows."""

    def __init__(self, tasks: Sequence[PlanTask]) -> None:
        self.rows = {task.uid: row for row, task in enumerate(tasks)}
        self.ends = array("i", range(len(tasks)))
        for row in range(len(tasks) - 1, -1, -1):
            parent_uid = tasks[row].parent_uid
            if parent_uid is not None:
                parent = self.rows[parent_uid]
                self.ends[parent] = max(self.ends[parent], self.ends[row])

    def are_related(self, one: int, other: int) -> bool:
        first, then = sorted((self.rows[one], self.rows[other]))
        return then <= self.ends[first]


def find_circle(
    tasks: Sequence[PlanTask], links: Iterable[PlanLink], rows: dict[int, int]
) -> tuple[int, ...]:
    """Tasks that wait for each other, in order, or nothing.

    Every task is two gates, "may begin" (2i) and "is done" (2i+1): a child may begin after its summary may, a summary
    is done after its children, a link leads from done to may begin.
    """
    gates = _Gates(2 * len(tasks), *_steps(tasks, links, rows))
    waits = gates.waits
    ready = [gate for gate, count in enumerate(waits) if count == 0]
    while ready:
        for then in gates.after(ready.pop()):
            waits[then] -= 1
            if waits[then] == 0:
                ready.append(then)
    stuck = [gate for gate, count in enumerate(waits) if count > 0]
    return tuple(dict.fromkeys(tasks[gate // 2].uid for gate in gates.circle(stuck))) if stuck else ()


def _steps(
    tasks: Sequence[PlanTask], links: Iterable[PlanLink], rows: dict[int, int]
) -> tuple["array[int]", "array[int]"]:
    """From which gate to which, as two arrays: a plan of a hundred thousand tasks has half a million steps."""
    first, then = array("i"), array("i")
    for row, task in enumerate(tasks):
        first.append(2 * row)
        then.append(2 * row + 1)
        if task.parent_uid is not None:
            parent = rows[task.parent_uid]
            first.extend((2 * parent, 2 * row + 1))
            then.extend((2 * row, 2 * parent + 1))
    for link in links:
        first.append(2 * rows[link.predecessor_uid] + 1)
        then.append(2 * rows[link.successor_uid])
    return first, then


class _Gates:
    """The gates behind each gate, one after another in one array."""

    def __init__(self, count: int, first: "array[int]", then: "array[int]") -> None:
        self.waits = array("i", bytes(4 * count))
        self.ends = array("i", bytes(4 * (count + 1)))
        for gate in first:
            self.ends[gate + 1] += 1
        for gate in range(count):
            self.ends[gate + 1] += self.ends[gate]
        places = self.ends[:]
        self.following = array("i", bytes(4 * len(first)))
        for gate, other in zip(first, then, strict=True):
            self.following[places[gate]] = other
            places[gate] += 1
            self.waits[other] += 1

    def after(self, gate: int) -> "array[int]":
        return self.following[self.ends[gate] : self.ends[gate + 1]]

    def circle(self, stuck: list[int]) -> list[int]:
        """Every stuck gate waits for another stuck one, so walking backwards must close a circle."""
        before: dict[int, int] = {}
        for gate in stuck:
            for then in self.after(gate):
                if self.waits[then] > 0:
                    before[then] = gate
        place: dict[int, int] = {}
        path: list[int] = []
        gate = stuck[0]
        while gate not in place:
            place[gate] = len(path)
            path.append(gate)
            gate = before[gate]
        return path[place[gate] :][::-1]
