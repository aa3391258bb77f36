#!/bin/sh
# A logical backup beside the physical ones: another format, another place, readable by any later PostgreSQL.
#   dump.sh             dump, encrypt (AES-256), keep 30 days
#   dump.sh --verify    the newest is no older than 26 hours, can be decrypted, and lists tables
# DUMP_FOLDER, DUMP_KEY_FILE and libpq's own variables (PGHOST, PGUSER, PGPASSFILE …, as the owner of the tables) say where.
set -eu
folder=${DUMP_FOLDER:?} key=${DUMP_KEY_FILE:?}
# In openssl's words; a passphrase is stretched, and each file has a salt of its own.
cipher="-aes-256-cbc -pbkdf2 -iter 200000 -md sha256"
umask 077

newest() { find "$folder" -name 'itdo-*.dump.enc' -mmin "-$1" | sort | tail -n 1; }

if [ "${1:-}" = --verify ]; then
    file=$(newest $((26 * 60)))
    [ -n "$file" ] || { echo "No dump of the last 26 hours in $folder." >&2; exit 1; }
    # shellcheck disable=SC2086
    tables=$(openssl enc -d $cipher -pass "file:$key" -in "$file" | pg_restore --list | grep -c 'TABLE DATA')
    echo "$file can be read: $tables tables."
    [ "$tables" -gt 0 ]
    exit
fi

file="$folder/itdo-$(date -u +%Y%m%dT%H%M%SZ).dump.enc"
# A pipe hides the failure of all but its last part; a file beside it does not.
trap 'rm -f "$file.new" "$file.failed"' EXIT
rm -f "$file.failed"
# shellcheck disable=SC2086
{ pg_dump --format custom --no-owner --dbname "${PGDATABASE:-itdo_erp}" || : >"$file.failed"; } |
    openssl enc $cipher -salt -pass "file:$key" -out "$file.new"
[ ! -e "$file.failed" ] || { echo "pg_dump failed; nothing is kept of it." >&2; exit 1; }
mv "$file.new" "$file"
echo "$file"
find "$folder" -name 'itdo-*.dump.enc' -mtime +30 -delete
