"""Amounts of rates become texts that only the site can read."""

from decimal import Decimal

from django.db import migrations

import projects.models.encrypted
from projects.models.encrypted import conceal, reveal

BATCH = 1000


def encrypt(apps, schema_editor):
    """Row by row, in batches: what was a number is a number's text here."""
    _turn(schema_editor.connection, lambda text: conceal(Decimal(text)))


def decrypt(apps, schema_editor):
    """Back to numbers, for a way back."""
    _turn(schema_editor.connection, lambda text: str(reveal(text)))


def _turn(connection, turned):
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, cost_per_hour FROM resource_rates WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH]
            )
            rows = cursor.fetchall()
            if not rows:
                return
            ids, texts = [row[0] for row in rows], [turned(row[1]) for row in rows]
            cursor.execute(
                "UPDATE resource_rates AS rate SET cost_per_hour = new.text"
                "  FROM unnest(%s::bigint[], %s::text[]) AS new(id, text) WHERE rate.id = new.id",
                [ids, texts],
            )
            last = ids[-1]


class Migration(migrations.Migration):

    dependencies = [("resources", "0004_rates_and_half_days")]

    operations = [
        migrations.RemoveConstraint(model_name="resourcerate", name="rate_is_not_negative"),
        # With a type of its own on both ways: Django would cast back to a column that still holds texts.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE resource_rates ALTER COLUMN cost_per_hour TYPE text USING cost_per_hour::text",
                    "ALTER TABLE resource_rates ALTER COLUMN cost_per_hour TYPE numeric(12, 2) USING cost_per_hour::numeric",
                ),
                migrations.RunPython(encrypt, decrypt),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="resourcerate",
                    name="cost_per_hour",
                    field=projects.models.encrypted.EncryptedDecimalField(
                        decimal_places=2, max_digits=12, verbose_name="単価（円／時）"
                    ),
                ),
            ],
        ),
    ]
