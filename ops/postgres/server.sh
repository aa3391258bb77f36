#!/bin/sh
# How either of the two servers starts: it looks into its data what it is, and asks the other one whether that still holds. So
# the machine may start again, and `docker compose up` may be said, whichever of them is the primary by now.
#   PEER=… BEGINS_AS=primary|replica PGDATA=… DATABASE_REPLICATOR_PASSWORD=… server.sh -c hba_file=…
# Without data it becomes a copy of a peer that is the primary; the one that begins as the primary makes a new cluster where
# there is no such peer.
set -eu
files=${CONFIGURATION:-/etc/postgresql}
here=$(dirname "$0")
umask 077
printf '*:*:*:itdo_replicator:%s\n' "${DATABASE_REPLICATOR_PASSWORD:?}" >"$HOME/.pgpass"
server="host=${PEER:?} port=${PEER_PORT:-5432} user=itdo_replicator dbname=postgres connect_timeout=3"

# The timeline that the peer writes, as a number; nothing where it is no primary, or not there.
timeline_of_peer() {
    found=$(psql --no-psqlrc --quiet --tuples-only --no-align --dbname "$server" --command \
        "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) WHERE NOT pg_is_in_recovery()" 2>/dev/null) || return 0
    [ -z "$found" ] || echo $((0x$found))
}

# A new volume is open to everybody, as the image has the folder, and a server refuses to start there.
mkdir -p "$PGDATA"
chmod 0700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ "${BEGINS_AS:?}" = primary ] && [ -z "$(timeline_of_peer)" ]; then
        exec docker-entrypoint.sh postgres -c "config_file=$files/primary.conf" "$@"
    fi
    pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --wal-method stream --checkpoint fast --slot replica --create-slot \
        --dbname "$server application_name=replica" 2>/dev/null ||
        pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --wal-method stream --checkpoint fast --slot replica \
            --dbname "$server application_name=replica"
fi

# What a restore has put here goes its own way; what says that it is a standby is one.
if [ ! -f "$PGDATA/standby.signal" ] && [ ! -f "$PGDATA/recovery.signal" ]; then
    own=$(pg_controldata "$PGDATA" | sed -n "s/^Latest checkpoint's TimeLineID: *//p")
    theirs=$(timeline_of_peer)
    if [ "${theirs:-0}" -gt "$own" ]; then
        echo "$PEER has taken over; what only this server had is given up."
        PRIMARY_HOST=$PEER PGPORT=${PEER_PORT:-5432} sh "$here/rewind.sh" "$files/replica.conf"
    fi
fi

# A copy of a server that was restored to a moment has that moment in its settings, and would end its following there.
[ -f "$PGDATA/recovery.signal" ] || sed -i '/^recovery_target/d; /^restore_command/d' "$PGDATA/postgresql.auto.conf"

role=primary
[ ! -f "$PGDATA/standby.signal" ] || role=replica
echo "Starting as the $role."
exec postgres -c "config_file=$files/$role.conf" "$@"
