#!/bin/sh
# Start Redis as cache.conf or broker.conf says, with a password: start.sh cache|broker
# The password is REDISCLI_AUTH, as for redis-cli, and comes in by standard input: an argument would stand in every list of processes.
set -eu
: "${REDISCLI_AUTH:?the password of this server}"
exec redis-server "$(dirname "$0")/${1:?cache or broker}.conf" - <<EOF
requirepass $REDISCLI_AUTH
EOF
