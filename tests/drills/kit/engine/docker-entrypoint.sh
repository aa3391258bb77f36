#!/bin/sh
# What the official image of PostgreSQL does before it becomes the server, as far as it is needed here: an empty volume becomes a
# cluster, and the scripts of its folder are run once by a server that no network reaches.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    umask 077
    printf '%s' "$POSTGRES_PASSWORD" >"$PGDATA.password"
    # shellcheck disable=SC2086
    initdb --username=postgres --pwfile="$PGDATA.password" $POSTGRES_INITDB_ARGS >/dev/null
    rm "$PGDATA.password"
    "$@" -c listen_addresses= &
    server=$!
    until pg_isready --quiet --username postgres; do sleep 0.2; done
    for script in /docker-entrypoint-initdb.d/*; do sh "$script"; done
    kill -INT "$server"
    wait "$server" || true
fi
exec "$@"
