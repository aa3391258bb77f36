#!/bin/sh
# The night's backup of an installation with compose: the database whole, then the uploads; and whether both can be used.
set -eu
compose="docker compose --profile site --profile backup"
inside="$compose exec -T postgres pgbackrest --stanza=itdo"

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

uploads="$compose run --rm -T uploads"
$uploads cat config >/dev/null 2>&1 || $uploads init
# Each container has a name of its own, and "30 days" are counted within one name.
$uploads backup --tag uploads --host itdo /srv/media /srv/audit
$uploads forget --tag uploads --host itdo --keep-within 30d --prune
$uploads check --read-data-subset 5%

# The site says how old the newest backup is; a replica that is away must not hold that up.
$compose exec -T postgres psql --no-psqlrc --quiet --username postgres --dbname itdo_erp \
    --command "SET synchronous_commit = local" --command "INSERT INTO operations_marks (name, at, details)
    VALUES ('backup', now(), '{\"way\": \"pgBackRest\"}')
    ON CONFLICT (name) DO UPDATE SET at = excluded.at, details = excluded.details"
