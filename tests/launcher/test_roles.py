"""The site's own role can neither see past the policies nor change the tables."""

import os

import psycopg

from config import embedded

APP = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
OWNED = "SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname = current_user"


def connect(name: str) -> psycopg.Connection:
    return psycopg.connect(os.environ.get(name) or embedded.environment()[name])


class TestApp:
    def test_has_no_power(self):
        with connect("DATABASE_URL") as connection:
            assert connection.execute(APP).fetchone() == (False, False, False, False)

    def test_owns_nothing(self):
        with connect("DATABASE_URL") as connection:
            assert connection.execute(OWNED).fetchone() == (0,)


class TestOwner:
    def test_makes_databases_but_sees_through_policies_too(self):
        with connect("DATABASE_OWNER_URL") as connection:
            assert connection.execute(APP).fetchone() == (False, False, True, False)
