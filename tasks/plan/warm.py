"""Plans that this process has read before: only what was written since is read again.

A plan of 10,000 rows costs PostgreSQL 30 ms to answer with, each time; a line for each statement that wrote it (`PlanWrite`) costs
less than one. A version is told by its number and its transaction, so nothing of another life of the database is taken for it. What
the own transaction has written is read each time until another has seen it: it may still be taken back. What is held may be ahead of
its version, where a change was committed between two reads; then it is read once more, since its line comes.
See docs/decisions/0032-a-plan-stays-read.md.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from tasks.plan.arrays import Array, arrays_cursor
from tasks.plan.reading import NO_ROWS, Answers, laid_over, read
from tasks.plan.tables import ASSIGNMENTS, LINKS, TASKS, SourceTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Of the tables of a plan, the rows that belong to it.
PARTS: Final[tuple[tuple[SourceTable, str], ...]] = (
    (TASKS, "project_id = %s AND deleted_at IS NULL AND row_number IS NOT NULL"),
    (LINKS, "project_id = %s"),
    (ASSIGNMENTS, "project_id = %s"),
)
#: Tasks of all plans that one process holds, at about 400 bytes each with their links and people.
MOST_TASKS: Final = 50_000
#: Where more than this part of a plan was written, it is read as a whole.
MOST_WRITTEN: Final = 0.3
_LINES: Final = """
SELECT version, writer, COALESCE(writer = pg_current_xact_id_if_assigned()::text::bigint, false), kind, ids
  FROM plan_writes WHERE project_id = %s::bigint AND version >= %s::bigint ORDER BY id
"""


class _Line(NamedTuple):
    version: int
    writer: int
    is_own: bool
    kind: str
    ids: Array | None


class _Held(NamedTuple):
    version: int
    writer: int
    answers: Mapping[str, Answers]
    #: Rows that are to be read again in any case, by their table.
    own: Mapping[str, Array]


_held: OrderedDict[int, _Held] = OrderedDict()
_lock = Lock()


def answers_of(project_id: int) -> Mapping[str, Answers]:
    """What the tables of a plan answer now, by their names; two queries where little was written, else four."""
    with _lock:
        held = _held.get(project_id)
    lines = _lines_since(project_id, held.version if held else 0)
    others = [line for line in lines if not line.is_own]
    if held and (not others or others[0][:2] != held[:2]):
        # Its version is not known here any more, or not yet.
        held = None
    own = _written(line for line in lines if line.is_own)
    answers = _read_again(project_id, held, [*others, *(line for line in lines if line.is_own)])
    if answers is None:
        answers = {table.name: read(table, which, [project_id]) for table, which in PARTS}
    if others and own is not None:
        _hold(project_id, _Held(*others[-1][:2], answers, own))
    return answers


def forget() -> None:
    """Hold nothing, as a process that has just begun."""
    with _lock:
        _held.clear()


def _lines_since(project_id: int, version: int) -> list[_Line]:
    with arrays_cursor() as cursor:
        cursor.execute(_LINES, [project_id, version])
        return [_Line(*line) for line in cursor.fetchall()]


def _written(lines: Iterable[_Line]) -> dict[str, Array] | None:
    """Which rows, by their table; None where not all are named."""
    found: dict[str, list[Array]] = {}
    for line in lines:
        if line.ids is None:
            return None
        found.setdefault(line.kind, []).append(line.ids)
    return {kind: np.unique(np.concatenate(ids)) for kind, ids in found.items()}


def _read_again(project_id: int, held: _Held | None, lines: Sequence[_Line]) -> dict[str, Answers] | None:
    """What is held with what was written since; None where reading all of it is as quick, or nothing is held."""
    if held is None:
        return None
    written = _written(line for line in lines if line.is_own or line.version > held.version)
    if written is None:
        return None
    for kind, ids in held.own.items():
        written[kind] = np.union1d(written.get(kind, NO_ROWS), ids)
    if any(len(ids) > MOST_WRITTEN * len(held.answers[kind]["", "id"]) for kind, ids in written.items()):
        return None
    answers = dict(held.answers)
    for table, which in PARTS:
        ids = written.get(table.name, NO_ROWS)
        if len(ids):
            new = read(table, f"{which} AND id = ANY(%s::bigint[])", [project_id, ids])
            answers[table.name] = laid_over(table, answers[table.name], new, ids)
    return answers


def _hold(project_id: int, new: _Held) -> None:
    with _lock:
        there = _held.get(project_id)
        if there and there.version > new.version:
            # Read of a replica that is behind.
            return
        _held[project_id] = new
        _held.move_to_end(project_id)
        while len(_held) > 1 and sum(_tasks_in(each) for each in _held.values()) > MOST_TASKS:
            _held.popitem(last=False)


def _tasks_in(held: _Held) -> int:
    tasks: Any = held.answers[TASKS.name]["", "id"]
    return len(tasks)
