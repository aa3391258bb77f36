"""Rates and costs that imports have kept become a text that only the site can read, and so do files that wait.

Its own copy of what `tasks.importing.sealed` does: a migration stays as it was. One import at a time, its tasks in batches.
"""

import json
import zlib

from django.db import migrations

from config.crypto import decrypt_bytes, encrypt_bytes

BATCH = 1000
GZIP = b"\x1f\x8b"
MONEY = (
    "cost", "actual_cost", "fixed_cost", "standard_rate", "overtime_rate", "cost_per_use",
    "baselines", "custom_values", "extras",
)  # fmt: skip
WHOLE = ("custom_fields", "summary_assignments")


def seal(apps, schema_editor):
    """Money out of the rows, into one text of the import."""
    for import_id, project_id, summary in _imports(schema_editor.connection, "money_secret = ''"):
        file = summary.get("file")
        if not file:
            continue
        parts = {
            "project": _take(file.get("project")),
            "summary_task": _take(file.get("summary_task")),
            "whole": {name: found for name in WHOLE if (found := file.pop(name, None))},
            "resources": _some({pk: _take(data) for pk, data in file.get("resources", {}).items()}),
            "tasks": {},
            "assignments": {},
        }
        with schema_editor.connection.cursor() as cursor:
            for ids, extras in _tasks(cursor, project_id):
                for task_id, data in zip(ids, extras, strict=True):
                    parts["tasks"][task_id] = _take(data.get("task"))
                    people = {str(item["resource"]): _take(item) for item in data.get("assignments", ())}
                    parts["assignments"][task_id] = _some(people)
                _write(cursor, ids, extras)
            parts = _some({name: _some(part) for name, part in parts.items()})
            _keep(cursor, import_id, summary, _closed(parts) if parts else "")
    _turn_files(schema_editor.connection, "=", encrypt_bytes)


def unseal(apps, schema_editor):
    """Back into the rows, for a way back."""
    for import_id, project_id, summary, secret in _imports(
        schema_editor.connection, "money_secret <> ''", ", money_secret"
    ):
        parts, file = _opened(secret), summary["file"]
        for name in ("project", "summary_task"):
            file[name] = {**(file.get(name) or {}), **parts.get(name, {})} or None
        for pk, money in parts.get("resources", {}).items():
            file["resources"][pk].update(money)
        file.update(parts.get("whole", {}))
        tasks, people = parts.get("tasks", {}), parts.get("assignments", {})
        with schema_editor.connection.cursor() as cursor:
            for ids, extras in _tasks(cursor, project_id):
                for task_id, data in zip(ids, extras, strict=True):
                    if str(task_id) in tasks:
                        data.setdefault("task", {}).update(tasks[str(task_id)])
                    for item in data.get("assignments", ()):
                        item.update(people.get(str(task_id), {}).get(str(item["resource"]), {}))
                _write(cursor, ids, extras)
            _keep(cursor, import_id, summary, "")
    _turn_files(schema_editor.connection, "<>", decrypt_bytes)


def _imports(connection, condition, more=""):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM plan_imports WHERE state = 'imported' AND {condition} ORDER BY id"  # nosec B608  # written above
        )
        ids = [row[0] for row in cursor.fetchall()]
        for import_id in ids:
            cursor.execute(
                f"SELECT id, project_id, summary::text{more} FROM plan_imports WHERE id = %s",  # nosec B608  # written above
                [import_id],
            )
            row = cursor.fetchone()
            yield (*row[:2], json.loads(row[2]), *row[3:])


def _tasks(cursor, project_id):
    last = 0
    while True:
        cursor.execute(
            "SELECT id, extras::text FROM tasks WHERE project_id = %s AND id > %s AND extras IS NOT NULL"
            " ORDER BY id LIMIT %s",
            [project_id, last, BATCH],
        )
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield [row[0] for row in rows], [json.loads(row[1]) for row in rows]


def _write(cursor, ids, extras):
    cursor.execute(
        "UPDATE tasks SET extras = new.text::jsonb FROM unnest(%s::bigint[], %s::text[]) AS new(id, text)"
        " WHERE tasks.id = new.id AND tasks.extras <> new.text::jsonb",
        [ids, [json.dumps(data) for data in extras]],
    )


def _keep(cursor, import_id, summary, secret):
    cursor.execute(
        "UPDATE plan_imports SET summary = %s::jsonb, money_secret = %s WHERE id = %s",
        [json.dumps(summary), secret, import_id],
    )


def _turn_files(connection, relation, turned):
    """Files of uploads that wait for their import: those that begin like gzip are as they came."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM plan_imports WHERE substr(content, 1, 2) {relation} %s",  # nosec B608  # = or <>
            [GZIP],
        )
        for import_id in [row[0] for row in cursor.fetchall()]:
            cursor.execute("SELECT content FROM plan_imports WHERE id = %s", [import_id])
            content = turned(bytes(cursor.fetchone()[0]))
            cursor.execute("UPDATE plan_imports SET content = %s WHERE id = %s", [content, import_id])


def _closed(parts):
    return encrypt_bytes(zlib.compress(json.dumps(parts).encode())).decode()


def _opened(secret):
    return json.loads(zlib.decompress(decrypt_bytes(secret.encode())))


def _take(data):
    return {name: data.pop(name) for name in MONEY if name in data} if data else {}


def _some(parts):
    return {name: part for name, part in parts.items() if part}


class Migration(migrations.Migration):
    dependencies = [("tasks", "0017_planimport_add_money_secret")]
    operations = [migrations.RunPython(seal, unseal)]
