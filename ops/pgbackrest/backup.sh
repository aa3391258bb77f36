#!/bin/sh
# The night's backup of an installation with compose: the database whole, then the uploads; and whether both can be used.
set -eu
compose="docker compose --profile site --profile backup"
# Whichever of the two is the primary by now.
primary=
for server in postgres postgres-replica; do
    standby=$($compose exec -T "$server" psql --no-psqlrc --quiet --tuples-only --no-align --username postgres --dbname postgres \
        --command "SELECT pg_is_in_recovery()" 2>/dev/null) || continue
    [ "$standby" != f ] || primary=${primary:-$server}
done
[ -n "$primary" ] || { echo "Neither postgres nor postgres-replica is there as the primary; nothing is backed up." >&2; exit 1; }
inside="$compose exec -T $primary pgbackrest --stanza=itdo"

$inside check
$inside --type=full backup
# `verify` exits with 0 on a corrupted file too: its words are what counts.
words=$($inside --output=text --verbose verify)
echo "$words"
case $words in
    *"status: error"* | *"status: invalid"*) verdict=bad ;;
    *"status: ok"*) verdict=good ;;
    *) verdict=unknown ;;
esac
[ "$verdict" = good ] || { echo "The backup cannot be trusted." >&2; exit 1; }

# And it says nothing of a segment that is not there: each backup's first one must be, and names of a timeline follow each other.
segments=$($inside repo-ls --recurse --filter='/[0-9A-F]{24}-' archive/itdo | sort -u)
for first in $($inside info | sed -n 's/.*wal start\/stop: \([0-9A-F]*\) .*/\1/p'); do
    case $segments in *"/$first-"*) ;; *) echo "$first, where a backup begins, is not in the archive." >&2; exit 1 ;; esac
done
echo "$segments" | {
    line='' expected=0
    while IFS= read -r path; do
        name=${path##*/}
        name=${name%%-*}
        tail=${name#????????}
        # 256 segments of 16 MB have a higher half of their number in common.
        number=$((0x${tail%????????} * 256 + 0x${tail#????????}))
        if [ "$line" = "${path%%/*}/${name%"$tail"}" ] && [ "$number" -ne "$expected" ] && [ "$number" -ne $((expected - 1)) ]; then
            echo "Segments before $name are not in the archive." >&2
            exit 1
        fi
        line=${path%%/*}/${name%"$tail"} expected=$((number + 1))
    done
} || { echo "The backup cannot be trusted: make a whole one now, and find out why." >&2; exit 1; }

uploads="$compose run --rm -T uploads"
$uploads cat config >/dev/null 2>&1 || $uploads init
# Each container has a name of its own, and "30 days" are counted within one name.
$uploads backup --tag uploads --host itdo /srv/media /srv/audit
# A run that was killed leaves its lock, and nothing but this takes it away; that of a run that goes on stays.
$uploads unlock
$uploads forget --tag uploads --host itdo --group-by host --keep-within 30d --prune
$uploads check --read-data-subset 5%

# The site says how old the newest backups are; a replica that is away must not hold that up.
$compose exec -T "$primary" psql --no-psqlrc --quiet --username postgres --dbname itdo_erp \
    --command "SET synchronous_commit = local" --command "INSERT INTO operations_marks (name, at, details)
    VALUES ('backup', now(), '{\"way\": \"pgBackRest\"}'), ('uploads', now(), '{\"way\": \"restic\"}')
    ON CONFLICT (name) DO UPDATE SET at = excluded.at, details = excluded.details"
