"""Everything encrypted, brought under the newest key, so that an older one can be taken away.

In batches that each commit: broken off, it goes on where it was, since what the newest key wrote is passed over.
The record is left alone: nothing of it is ever rewritten, and an amount in it stays readable as long as its key is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Cast
from psycopg import sql

from config.crypto import UndecryptableError, is_current, rotate
from projects.models.encrypted import EncryptedDecimalField
from projects.rls import scope

BATCH: Final = 500
#: Texts that a service encrypts itself lie in columns of such a name.
SUFFIX: Final = "_secret"


class Count(NamedTuple):
    """One column: what was turned, what the newest key had written before, and what no key of ours can read."""

    table: str
    column: str
    turned: int
    current: int
    unreadable: int


def encrypted_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Every encrypted column of the site."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            is_text = isinstance(field, models.TextField) and field.name.endswith(SUFFIX)
            if isinstance(field, EncryptedDecimalField) or is_text:
                yield model, field.name


def rotate_keys(*, dry_run: bool = False) -> Iterator[Count]:
    """Turn column after column; nothing is written in a dry run."""
    for model, name in encrypted_fields():
        turned = current = unreadable = 0
        last: Any = None
        while True:
            with scope.every_organization():
                rows = _batch(model, name, last)
                new = dict(_turned(rows))
                readable = {pk: text for pk, text in new.items() if text}
                if readable and not dry_run:
                    _write(model, name, readable)
            if not rows:
                break
            last = rows[-1][0]
            unreadable += sum(text is None for text in new.values())
            turned += sum(text is not None for text in new.values())
            current += len(rows) - len(new)
        yield Count(model._meta.db_table, name, turned, current, unreadable)


def _batch(model: type[models.Model], name: str, after: Any) -> list[tuple[Any, str]]:
    """The next rows as they lie in the database, locked until they are written."""
    rows = model._base_manager.select_for_update(of=("self",))
    rows = rows if after is None else rows.filter(pk__gt=after)
    raw = rows.filter(**{f"{name}__isnull": False}).annotate(raw_text=Cast(name, models.TextField()))
    return list(raw.order_by("pk").values_list("pk", "raw_text")[:BATCH])


def _turned(rows: list[tuple[Any, str]]) -> Iterator[tuple[Any, str | None]]:
    for pk, text in rows:
        if text and not is_current(text):
            try:
                yield pk, rotate(text)
            except UndecryptableError:
                yield pk, None


def _write(model: type[models.Model], name: str, texts: dict[Any, str]) -> None:
    key = model._meta.pk
    column = model._meta.get_field(name).get_attname_column()[1]  # type: ignore[union-attr]  # a field of its own
    statement = sql.SQL(
        "UPDATE {table} AS old SET {column} = new.text"
        "  FROM unnest(%s::{type}[], %s::text[]) AS new(key, text) WHERE old.{key} = new.key"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        column=sql.Identifier(str(column)),
        key=sql.Identifier(str(key.column)),
        type=sql.SQL(str(key.db_type(connection))),  # of our own models, never of a request
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(texts), list(texts.values())])
