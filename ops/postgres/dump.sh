#!/bin/sh
# A logical backup beside the physical ones: another format, another place, readable by any later PostgreSQL.
#   dump.sh                  dump, encrypt (AES-256), read it back, keep 30 days
#   dump.sh --verify         the newest is no older than 26 hours, can be decrypted, and is whole
#   dump.sh --restore FILE   into an empty database that roles.sh has made: all of it or nothing; then manage migrate
# DUMP_FOLDER, DUMP_KEY_FILE and libpq's own variables (PGHOST, PGUSER, PGPASSFILE …, as the owner of the tables) say where.
set -eu
folder=${DUMP_FOLDER:?} key=${DUMP_KEY_FILE:?} database=${PGDATABASE:-itdo_erp}
# In openssl's words; a passphrase is stretched, and each file has a salt of its own.
cipher="-aes-256-cbc -pbkdf2 -iter 200000 -md sha256"
# What is the site's; extensions belong to the superuser, and rights are given by migrate.
ours="--no-owner --no-acl --schema=public"
umask 077
# A pipe hides the failure of all but its last part; a file beside it does not.
failed=$(mktemp)
trap 'rm -f "$failed" "${file:-/nonexistent}.new"' EXIT

newest() { find "$folder" -name 'itdo-*.dump.enc' -mmin "-$1" | sort | tail -n 1; }

# shellcheck disable=SC2086
plain() { openssl enc -d $cipher -pass "file:$key" -in "$1" || echo "It cannot be decrypted." >>"$failed"; }

whole() {
    # To its last byte: the list of tables stands at its beginning.
    # shellcheck disable=SC2086
    tables=$({ plain "$1" | { pg_restore $ours --file=- || echo "pg_restore cannot read it." >>"$failed"; }; } | grep -c '^COPY ') || true
    if [ -s "$failed" ] || [ "$tables" -eq 0 ]; then
        echo "$1 is not whole. $(cat "$failed")" >&2
        exit 1
    fi
    echo "$1 is whole: $tables tables."
}

case ${1:-} in
--verify)
    file=$(newest $((26 * 60)))
    [ -n "$file" ] || { echo "No dump of the last 26 hours in $folder." >&2; exit 1; }
    whole "$file"
    ;;
--restore)
    whole "${2:?dump.sh --restore FILE}"
    # shellcheck disable=SC2086
    plain "$2" | pg_restore $ours --single-transaction --exit-on-error --dbname "$database"
    ;;
"")
    # Before the first migration there is nothing to save, and that is no fault.
    if [ -z "$(psql --no-psqlrc --quiet --tuples-only --dbname "$database" --command "SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1")" ]; then
        echo "The database holds no table yet."
        exit 0
    fi
    file="$folder/itdo-$(date -u +%Y%m%dT%H%M%SZ).dump.enc"
    # Without sessions: a restore signs no user in.
    # shellcheck disable=SC2086
    { pg_dump --format custom $ours --exclude-table-data='*_sessions' --dbname "$database" || echo "pg_dump failed." >>"$failed"; } |
        openssl enc $cipher -salt -pass "file:$key" -out "$file.new"
    [ ! -s "$failed" ] || { echo "pg_dump failed; nothing is kept of it." >&2; exit 1; }
    whole "$file.new"
    mv "$file.new" "$file"
    echo "$file"
    find "$folder" -name 'itdo-*.dump.enc' -mtime +30 -delete
    # The site says how old the newest backup is.
    psql --no-psqlrc --quiet --dbname "$database" --command "INSERT INTO operations_marks (name, at, details)
        VALUES ('backup', now(), '{\"way\": \"dump.sh\"}')
        ON CONFLICT (name) DO UPDATE SET at = excluded.at, details = excluded.details"
    ;;
*)
    echo "dump.sh, dump.sh --verify or dump.sh --restore FILE." >&2
    exit 2
    ;;
esac
