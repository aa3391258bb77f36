#!/bin/sh
# Start PgBouncer with the roles of this installation. Their passwords are variables, so that no file need be made first; one that has
# changed needs a restart. Where secrets are files (k8s), users.txt is mounted instead, and pgbouncer started as it is.
set -eu
umask 077
cat >/run/pgbouncer/users.txt <<USERS
"itdo_app" "${DATABASE_APP_PASSWORD:?}"
"itdo_operator" "${DATABASE_OPERATOR_PASSWORD:?}"
"itdo_watcher" "${DATABASE_WATCHER_PASSWORD:?}"
USERS
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
