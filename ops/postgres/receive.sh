#!/bin/sh
# The second machine that a commit can wait for: the primary's log, written down as it comes. While the replica is away people
# write on, and what they are told is kept is here as well (primary.conf); a replica that comes back too late to hear of it from
# the primary reads it here (replica.conf).
#   PRIMARY_HOST=one,other RECEIVED=… DATABASE_REPLICATOR_PASSWORD=… receive.sh      (PGPORT: as many ports, or one)
# It follows whichever of them is the primary, and ends with SIGTERM.
set -eu
folder=${RECEIVED:-/var/lib/postgresql/received}
# Segments that are kept: 4 GB, three hours of a quiet site. What is older has long been in the archive.
keep=${RECEIVED_SEGMENTS:-256}
umask 077
printf '*:*:*:itdo_replicator:%s\n' "${DATABASE_REPLICATOR_PASSWORD:?}" >"$HOME/.pgpass"
server="host=${PRIMARY_HOST:?} port=${PGPORT:-5432} user=itdo_replicator application_name=receiver
    target_session_attrs=read-write connect_timeout=3 keepalives_idle=5 keepalives_interval=2 keepalives_count=3"
receive() { pg_receivewal --dbname "$server" --directory "$folder" --slot receiver --no-loop "$@"; }

child=
trap 'kill "$child" 2>/dev/null || true; exit 0' TERM INT
while :; do
    # A server that has taken over has no such slot yet.
    receive --create-slot --if-not-exists || true
    receive --synchronous 2>"$folder/.words" &
    child=$!
    while kill -0 "$child" 2>/dev/null; do
        find "$folder" -name '[0-9A-F]*[0-9A-F]' ! -name '*.*' | sort -r | tail -n "+$((keep + 1))" | xargs -r rm --
        sleep 2 & wait $! || true
    done
    wait "$child" || true
    cat "$folder/.words" >&2
    # It had more of the log than the server that took over: nothing that was acknowledged, but a way that was not gone on.
    if grep -q "is not in this server's history" "$folder/.words"; then
        aside="$folder/left-$(date -u +%Y%m%dT%H%M%SZ)"
        mkdir "$aside"
        find "$folder" -maxdepth 1 -name '[0-9A-F]*' -exec mv {} "$aside" \;
    fi
    sleep 1
done
