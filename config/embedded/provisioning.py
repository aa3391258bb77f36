"""Roles and database of a new cluster, as production has them: the site owns nothing and sees through policies."""

import psycopg
from psycopg import sql

from config.embedded.state import DATABASE, ROLES, SUPERUSER, Engines

# In template1 too, so that every database of the tests has them: only a superuser may install some.
EXTENSIONS = ("btree_gist", "pg_trgm")


def provision(engines: Engines) -> None:
    """Make the roles and the database that the migrations expect."""
    with _connect(engines, "postgres") as connection:
        for role in ROLES:
            _create_role(connection, role, engines.passwords[role])
    with _connect(engines, "template1") as connection:
        _prepare_template(connection)
    with _connect(engines, "postgres") as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER itdo_owner TEMPLATE template1").format(sql.Identifier(DATABASE))
        )
        connection.execute(
            sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE))
        )
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO itdo_app, itdo_operator").format(
                sql.Identifier(DATABASE)
            )
        )


def _connect(engines: Engines, database: str) -> psycopg.Connection:
    return psycopg.connect(engines.database_url(SUPERUSER, database), autocommit=True)


def _create_role(connection: psycopg.Connection, role: str, password: str) -> None:
    may = "CREATEDB" if role == "itdo_owner" else "NOCREATEDB"
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
            sql.Identifier(role), sql.SQL(may), sql.Literal(password)
        )
    )


def _prepare_template(connection: psycopg.Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    connection.execute("ALTER SCHEMA public OWNER TO itdo_owner")
    connection.execute("GRANT USAGE ON SCHEMA public TO itdo_app, itdo_operator")
