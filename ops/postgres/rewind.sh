#!/bin/sh
# A former primary comes back as a replica of the one that took over: it gives up what only it had, and streams.
#   PRIMARY_HOST=… PGDATA=… DATABASE_REPLICATOR_PASSWORD=… rewind.sh /etc/postgresql/replica.conf
# Run as the server's account while the server is stopped; then start it with replica.conf. Safe to run again.
set -eu
configuration=${1:?the replica.conf that it will be started with}
port=${PGPORT:-5432}
umask 077
printf '%s:%s:*:itdo_replicator:%s\n' "${PRIMARY_HOST:?}" "$port" "${DATABASE_REPLICATOR_PASSWORD:?}" >"$HOME/.pgpass"
server="host=$PRIMARY_HOST port=$port user=itdo_replicator dbname=postgres"
# Where both parted stands in a checkpoint that the new primary may not have made yet.
psql --no-psqlrc --quiet --tuples-only --set ON_ERROR_STOP=1 --dbname "$server" --command CHECKPOINT --command \
    "SELECT pg_create_physical_replication_slot('replica') WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'replica')"
# Of the log that is no longer here it asks the archive, where the configuration names one.
restore=
grep -q '^restore_command' "$configuration" && restore=--restore-target-wal
# shellcheck disable=SC2086
exec pg_rewind --target-pgdata "${PGDATA:?}" --config-file "$configuration" --write-recovery-conf $restore \
    --source-server "$server application_name=replica"
