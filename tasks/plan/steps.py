"""The step that a unit of work leaves to the person who made it, so that it can be taken back and done again.

While a step is open, triggers of the database keep every row of the plan that is written, as it was and as it is; so what an action
of tomorrow writes is kept as well. Places are kept here, as an order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from projects.models import User
from tasks.models.undo import MOST_ROWS, MOST_STEPS
from tasks.plan.order import order_changed
from tasks.plan.outline import OutlineRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.changes import Recorder
    from projects.models import Project
    from projects.permissions import Right
    from tasks.plan.order import Order
    from tasks.plan.places import StoredPlaces

#: Under this key of a record's notes renumbering leaves the rows as they were, and as they are.
ORDER: Final = "order"
#: A value of the record that is longer is no part of a step's name.
LONGEST_VALUE: Final = 200

_OPEN: Final = """
SELECT current_setting('app.plan_step', true), set_config('app.plan_step', %s, true)
"""
_OPEN_NEW: Final = """
SELECT current_setting('app.plan_step', true),
       set_config('app.plan_step', nextval(pg_get_serial_sequence('plan_steps', 'id'))::text, true)
"""
# What was taken back is gone with the next step that is made, and what is too old or too much as well.
_KEEP: Final = """
WITH mine AS (
    SELECT id, is_undone, sum(row_count) OVER (ORDER BY id DESC) AS rows, row_number() OVER (ORDER BY id DESC) AS place
      FROM plan_steps WHERE project_id = %(project)s AND user_id = %(user)s
), written AS (
    SELECT count(*) AS rows FROM plan_step_rows WHERE step_id = %(id)s
), kept AS (
    INSERT INTO plan_steps (id, organization_id, project_id, user_id, revision, needs, is_undone, row_count, "order", facts,
                            happened_at)
    SELECT %(id)s, %(organization)s, %(project)s, %(user)s, %(revision)s, %(needs)s, false, rows, %(order)s::jsonb,
           %(facts)s::jsonb, %(at)s
      FROM written WHERE rows > 0 OR %(order)s::jsonb IS NOT NULL
    RETURNING id
), gone AS (
    DELETE FROM plan_steps USING mine, kept
     WHERE plan_steps.id = mine.id AND (mine.is_undone OR mine.place >= %(steps)s OR mine.rows > %(most)s)
)
SELECT set_config('app.plan_step', %(outer)s, true)
"""

# Of each row of a task that the step has written: whether the step made it or brought it back, and its place before.
_PLACES: Final = """
SELECT row_id,
       before IS NULL OR (COALESCE(before->>'deleted_at', '') <> '' AND after ? 'deleted_at' AND after->>'deleted_at' IS NULL),
       (before->>'row_number')::int, (before->>'outline_level')::int
  FROM plan_step_rows WHERE step_id = %s AND kind = 'tasks' ORDER BY id
"""

# Every change of a plan writes its project: a trigger would look at each of them for the few that set something.
_KEEP_PROJECT: Final = """
INSERT INTO plan_step_rows (organization_id, step_id, kind, row_id, before, after)
SELECT %s, step, 'projects', %s, %s::jsonb, %s::jsonb
  FROM (SELECT NULLIF(current_setting('app.plan_step', true), '')::bigint AS step) AS open WHERE step IS NOT NULL
"""


@dataclass
class OpenStep:
    """A step while its unit of work is open."""

    id: int
    #: What was open around it.
    outer: str


def open_step(step_id: int | None = None) -> OpenStep:
    """From here on what is written belongs to a new step, or once more to one that there is. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*((_OPEN_NEW,) if step_id is None else (_OPEN, [str(step_id)])))
        outer, own = cursor.fetchone()
    return OpenStep(int(own), outer or "")


def close_step(step: OpenStep) -> None:
    """What is written from here on is part of it no more. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.plan_step', %s, true)", [step.outer])


def keep_step(step: OpenStep, *, project: Project, record: Recorder, needs: Right) -> None:
    """Close a new step and keep it, where it has changed rows of the plan. One query, and one more where rows moved."""
    if not record.entries or not isinstance(record.actor, User):
        close_step(step)
        return
    order = order_of(step, record)
    values: dict[str, Any] = {
        "id": step.id, "outer": step.outer, "project": project.pk, "organization": project.organization_id,
        "user": record.actor.pk, "revision": project.revision + 1, "needs": needs.value, "at": timezone.now(),
        "order": json.dumps(order) if order else None, "facts": json.dumps(_facts(record)), "steps": MOST_STEPS,
        "most": MOST_ROWS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)


def keep_project(project: Project, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Keep what the open step, if one is open, has changed of the project itself, which no trigger keeps. One query."""
    values = [json.dumps(side, cls=DjangoJSONEncoder) for side in (before, after)]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_PROJECT, [project.organization_id, project.pk, *values])


def order_of(step: OpenStep, record: Recorder) -> Order | None:
    """Which rows changed places while the step was open."""
    if ORDER not in record.notes:
        return None
    stored, lines = record.notes.pop(ORDER)
    return order_changed(_lines_before(step, stored), lines)


def _lines_before(step: OpenStep, stored: StoredPlaces) -> list[OutlineRow]:
    """The rows before the first renumbering, without those that the step has made and with those that it removed before."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [step.id])
        written = cursor.fetchall()
    known = set(stored.ids.tolist()) if written else set()
    came = {task_id for task_id, has_come, _row, _level in written if has_come}
    gone = {
        task_id: (row, level)
        for task_id, has_come, row, level in reversed(written)
        if not has_come and row is not None and task_id not in known
    }
    if not gone and came.isdisjoint(known):
        return stored.lines
    rows = {
        line.task_id: (number, line.level)
        for number, line in zip(stored.numbers.tolist(), stored.lines, strict=True)
    } | gone
    ordered = sorted((number, pk, level) for pk, (number, level) in rows.items() if pk not in came)
    return [OutlineRow(pk, level) for _number, pk, level in ordered]


def note_order(record: Recorder, stored: StoredPlaces, lines: Sequence[OutlineRow]) -> None:
    """Renumbering tells the rows as it found and left them; of several in one unit the first and the last count."""
    first = record.notes[ORDER][0] if ORDER in record.notes else stored
    record.notes[ORDER] = first, lines


def _facts(record: Recorder) -> dict[str, Any]:
    """What names the step: its first action, without values too long for a button."""
    first = record.entries[0]
    return {
        "action": first.action,
        "target": first.target_id if first.target_type == "task" else None,
        "before": _short(first.before),
        "after": _short(first.after),
        "count": len({(entry.target_type, entry.target_id) for entry in record.entries}),
    }


def _short(values: Any) -> Any:
    if isinstance(values, dict):
        return {
            key: value
            for key, value in values.items()
            if not isinstance(value, (dict, list, str)) or len(json.dumps(value)) <= LONGEST_VALUE
        }
    return None
