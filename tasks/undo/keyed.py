"""Columns of a task that hold many cells, by the names of custom fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tasks.plan.actions.values import AMOUNTS, VALUES

if TYPE_CHECKING:
    from tasks.undo.rows import Values

KEYED: Final = frozenset({VALUES, AMOUNTS})


def taken_back(
    before: Values | None, after: Values | None, now: Values | None
) -> tuple[Values | None, set[str]]:
    """What the column is set to: each field goes back for itself, as cells do; and the fields that were changed since, which stay."""
    before, after, now = before or {}, after or {}, dict(now or {})
    held: set[str] = set()
    for key in before.keys() | after.keys():
        if before.get(key) == after.get(key):
            continue
        if now.get(key) != after.get(key):
            held.add(key)
        elif key in before:
            now[key] = before[key]
        else:
            del now[key]
    return now or None, held
