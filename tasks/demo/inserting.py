"""Many rows in one statement. COPY is not allowed behind row-level security, and `bulk_create` names every value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table: columns that vary as arrays, the others once; keys only where they are given.

    The rows do not learn the keys that the database gives them.
    """
    if not rows:
        return
    meta = rows[0]._meta
    names: list[str] = []
    places: list[str] = []
    values: list[Any] = []
    arrays: list[tuple[str, list[Any]]] = []
    for field in meta.local_concrete_fields:
        if field.generated or field.has_db_default() or (field.primary_key and rows[0].pk is None):
            continue
        column = [field.get_db_prep_save(_value(field, row), connection) for row in rows]
        kind = _type(field)
        names.append(f'"{field.column}"')
        if len(rows) > 1 and all(value == column[0] for value in column):
            places.append(f"%s::{kind}")
            values.append(column[0])
        else:
            places.append(f"given.c{len(arrays)}")
            arrays.append((f"%s::{kind}[]", column))
    sources = ", ".join(place for place, _ in arrays)
    aliases = ", ".join(f"c{number}" for number in range(len(arrays)))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({", ".join(names)}) SELECT {", ".join(places)}'  # nosec B608  # names of columns are ours
            f" FROM unnest({sources}) AS given({aliases})",
            [*values, *(column for _, column in arrays)],
        )


def _value(field: models.Field[Any, Any], row: models.Model) -> Any:
    return field.pre_save(row, add=True)


def _type(field: models.Field[Any, Any]) -> str:
    kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return str(kind).partition(" GENERATED")[0]
