"""What the roles of the site may do in the database; the owner role has made everything."""

from typing import Any

from django.db import connections
from psycopg import sql

from projects.rls.operating import ALIAS

#: Rows of these tables are never changed or removed by the site; those of a baseline go with it, by the key between them.
APPEND_ONLY = ["audit_entries", "installation_entries", "baseline_tasks"]
#: What commands ask before they work on the tables: which migrations these have. Only the owner migrates.
READ_ONLY = ["django_migrations"]
#: Read through a filtering view only, or not the site's business at all.
HIDDEN = ["mv_project_summary", "project_summary_refresh"]
#: As ops/postgres/roles.sh calls it.
ROLE = "itdo_operator"
#: What the site has the owner do, and no other role of the server may: functions that run as the owner and take no argument.
BY_OWNER = ["refresh_project_summary()", "ensure_progress_partitions()"]


def grant_roles(owner: Any) -> None:
    """Give the app role (the user of the default connection) and the operators' their rights; idempotent.

    Both the same: what operators do in Django admin calls the services that pages call. The policies hold for both.
    """
    names = {connections.settings["default"]["USER"], _operator(owner)}
    # A single role plays all parts: a developer's own server.
    for name in sorted(names - {owner.settings_dict["USER"], ""}):
        _grant(owner, sql.Identifier(name))


def _operator(owner: Any) -> str:
    """The operators' role, also where only the site has its address; empty on a server that was made without it."""
    name: str = connections.settings[ALIAS]["USER"] if ALIAS in connections.settings else ROLE
    with owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [name])
        return name if cursor.fetchone()[0] else ""


def _grant(owner: Any, role: sql.Identifier) -> None:
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role),
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
    ]
    with owner.cursor() as cursor:
        existing = set(owner.introspection.table_names(cursor, include_views=True))
        for words, tables in (
            ("UPDATE, DELETE, TRUNCATE", APPEND_ONLY), ("INSERT, UPDATE, DELETE, TRUNCATE", READ_ONLY), ("ALL", HIDDEN),
        ):  # fmt: skip
            statements += [
                sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(words), sql.Identifier(table), role)
                for table in tables
                if table in existing
            ]
        for function in filter(None, (_named(cursor, each) for each in BY_OWNER)):
            statements += [
                sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(function),
                sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(function, role),
            ]
        for statement in statements:
            cursor.execute(statement)


def _named(cursor: Any, function: str) -> sql.SQL | None:
    """A function of BY_OWNER as a statement names it; None before its migration."""
    cursor.execute("SELECT to_regprocedure(%s)::text", [f"public.{function}"])
    found = cursor.fetchone()[0]
    return sql.SQL("public." + function) if found else None
