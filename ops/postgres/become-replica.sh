#!/bin/sh
# The replica's start: a copy of the primary when there is none yet, then a server like any other.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # The password is read from a file, so that no list of processes shows it.
    umask 077
    printf '%s:5432:*:itdo_replicator:%s\n' "$PRIMARY_HOST" "$DATABASE_REPLICATOR_PASSWORD" >"$HOME/.pgpass"
    pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --wal-method stream --checkpoint fast --slot replica \
        --dbname "host=$PRIMARY_HOST user=itdo_replicator application_name=replica"
fi
exec postgres "$@"
