#!/bin/sh
# Write users.txt for PgBouncer: names and SCRAM secrets as PostgreSQL keeps them, never a password.
#   PGPASSWORD=… ops/pgbouncer/users.sh >users.txt      (as a superuser; again after a password has changed)
set -eu
exec psql --no-psqlrc --tuples-only --no-align --username "${POSTGRES_USER:-postgres}" --dbname postgres --command \
    "SELECT format('\"%s\" \"%s\"', rolname, rolpassword) FROM pg_authid WHERE rolname IN ('itdo_app', 'itdo_operator', 'itdo_watcher')"
