"""What the app role may do in the database; the owner role has made everything."""

from typing import Any

from django.db import connections
from psycopg import sql

#: Rows of these tables are never changed or removed by the site.
APPEND_ONLY = ["audit_entries", "installation_entries"]
#: What commands ask before they work on the tables: which migrations these have. Only the owner migrates.
READ_ONLY = ["django_migrations"]
#: Read through a filtering view only, or not the site's business at all.
HIDDEN = ["mv_project_summary", "project_summary_refresh"]


def grant_app(owner: Any) -> None:
    """Give the app role (the user of the default connection) its rights; idempotent."""
    app = connections["default"].settings_dict["USER"]
    if app == owner.settings_dict["USER"]:
        return  # a single role plays both parts: a developer's own server
    role = sql.Identifier(app)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role),
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
    ]
    with owner.cursor() as cursor:
        existing = set(owner.introspection.table_names(cursor, include_views=True))
        statements += [
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), role)
            for table in APPEND_ONLY
            if table in existing
        ]
        statements += [
            sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                sql.Identifier(table), role
            )
            for table in READ_ONLY
        ]
        statements += [
            sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table), role)
            for table in HIDDEN
            if table in existing
        ]
        for statement in statements:
            cursor.execute(statement)
