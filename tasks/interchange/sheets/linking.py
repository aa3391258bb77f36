"""Links of the tasks of a table, once all of them have their names."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.entries import Entry
from tasks.interchange.sheets.links import Names, Reading, ancestors, links_of, space_of
from tasks.interchange.sheets.plan import Doubt, Origin, SheetPlan, TaskLink
from tasks.interchange.sheets.table import Column, Table
from tasks.interchange.sheets.texts import folded, is_nothing

_LINKING = (heads.PREDECESSORS, heads.SUCCESSORS, heads.RELATIONS)


def link_tasks(table: Table, plan: SheetPlan, entries: Sequence[Entry | None], codes: Sequence[str]) -> None:
    """Reads the columns of links into the tasks of the plan; what is not understood is doubtful."""
    columns = [column for column in table.columns if column.meaning in _LINKING]
    if not columns:
        return
    names = _names(table, plan, entries, codes)
    for meaning in _LINKING:
        alike = [column for column in columns if column.meaning == meaning]
        for column in alike:
            _read_column(table, plan, entries, names, column)


def _names(table: Table, plan: SheetPlan, entries: Sequence[Entry | None], codes: Sequence[str]) -> Names:
    names = Names()
    place = 0
    numbers = table.column(heads.NUMBER)
    keys = [column for column in table.columns if column.meaning == heads.KEY]
    for at, (entry, task, code) in enumerate(zip(entries, plan.tasks, codes, strict=True)):
        if entry is not None:
            place += 1
            names.add("place", str(place), at)
            names.add("row", str(task.row), at)
            if numbers:
                names.add("number", table.sheet.merged_text(task.row, numbers.at), at)
            for column in keys:
                names.add("key", table.sheet.text(task.row, column.at), at)
            names.add("code", code.rstrip("."), at)
        names.add("name", task.name, at)
    return names


def _read_column(
    table: Table, plan: SheetPlan, entries: Sequence[Entry | None], names: Names, column: Column
) -> None:
    cells = {
        at: table.sheet.text(plan.tasks[at].row, column.at)
        for at, entry in enumerate(entries)
        if entry is not None
    }
    cells = {at: text for at, text in cells.items() if text and not is_nothing(text)}
    space, is_open = space_of(list(cells.values()), names, column.head)
    for at, text in cells.items():
        read = links_of(text, at, names, space)
        if column.meaning == heads.SUCCESSORS and not read.followers:
            read = Reading((), read.links, read.unknown, read.is_doubtful)
        if column.meaning == heads.RELATIONS and not folded(text).count("#") and read.unknown:
            continue
        for link in read.links:
            _add(plan, at, link)
        for link in read.followers:
            _add(plan, link.task, link._replace(task=at))
        origin = Origin(plan.tasks[at].row, column.at, text)
        plan.tasks[at].origins.setdefault("predecessors", origin)
        if read.unknown or read.is_doubtful or is_open:
            code = (
                "link_unknown" if read.unknown else "link_of_several" if read.is_doubtful else "link_counted"
            )
            plan.doubts.append(Doubt(at, "predecessors", code, {"text": text[:80]}, origin))


def _add(plan: SheetPlan, at: int, link: TaskLink) -> None:
    """The same link may be said at both of its ends."""
    if all(link.task != known.task for known in plan.tasks[at].predecessors):
        plan.tasks[at].predecessors.append(link)


def without_own_parents(plan: SheetPlan) -> None:
    """A task cannot wait for what it is part of."""
    above = ancestors([task.level for task in plan.tasks])
    for at, task in enumerate(plan.tasks):
        kept = [
            link for link in task.predecessors if link.task not in above[at] and at not in above[link.task]
        ]
        if len(kept) < len(task.predecessors):
            task.predecessors = kept
            plan.doubts.append(
                Doubt(at, "predecessors", "link_to_parent", {}, task.origins.get("predecessors"))
            )
