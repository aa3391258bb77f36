"""What the tables of a plan answer, as arrays, and how a few rows that were read again are laid over those that are held."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tasks.plan.arrays import Array, arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.plan.tables import SourceTable

#: By group and name of a column, no group for all rows: its array, or what an extra says by the ids of rows.
Answers = dict[tuple[str, str], Any]

NO_ROWS: Final = np.empty(0, np.int64)
NO_ROWS.flags.writeable = False


def read(table: SourceTable, which: str, values: Sequence[Any]) -> Answers:
    """What a table answers; an array of nothing is empty. One query. Nothing of it may be written to: it may be held."""
    with arrays_cursor() as cursor:
        cursor.execute(table.statement(which), list(values))
        row = cursor.fetchone() or ()
    found: Answers = {}
    for key, answer in zip(table.answers(), row, strict=True):
        if key[1] in table.extras:
            found[key] = {int(pk): value for pk, value in json.loads(answer or "{}").items()}
        else:
            found[key] = NO_ROWS if answer is None else answer
            found[key].flags.writeable = False
    return found


def laid_over(table: SourceTable, held: Answers, new: Answers, ids: Array) -> Answers:
    """What is held, with the rows of these ids as they are now: written, come, or gone. In the order of the table."""
    stays = {group: ~np.isin(held[group, "id"], ids) for group in ("", *table.groups)}
    found: Answers = {}
    for key in table.answers():
        group, name = key
        if name in table.extras:
            gone = set(ids.tolist())
            found[key] = {pk: value for pk, value in held[key].items() if pk not in gone} | new[key]
        else:
            found[key] = np.concatenate((held[key][stays[group]], new[key]))
    order = np.argsort(found["", table.order], kind="stable")
    for key in table.answers():
        if not key[0] and key[1] not in table.extras:
            found[key] = found[key][order]
        if key[1] not in table.extras:
            found[key].flags.writeable = False
    return found
