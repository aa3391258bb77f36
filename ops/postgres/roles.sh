#!/bin/sh
# Roles and database of a new cluster, as the site expects them: it owns nothing, and row-level security holds for it.
# Run once by the image of PostgreSQL; safe to run again. Passwords come from variables and stand in no log.
set -eu
# There is no replica yet, and the configuration lets every commit wait for one.
export PGOPTIONS="-c synchronous_commit=local"
exec psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv app_password DATABASE_APP_PASSWORD
\getenv operator_password DATABASE_OPERATOR_PASSWORD
\getenv replicator_password DATABASE_REPLICATOR_PASSWORD
\getenv watcher_password DATABASE_WATCHER_PASSWORD
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';

SELECT format('CREATE ROLE %I NOLOGIN', role)
FROM unnest(ARRAY['itdo_owner', 'itdo_app', 'itdo_operator', 'itdo_replicator', 'itdo_watcher']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

ALTER ROLE itdo_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'owner_password';
ALTER ROLE itdo_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
ALTER ROLE itdo_operator LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'operator_password';
ALTER ROLE itdo_replicator LOGIN NOSUPERUSER NOBYPASSRLS REPLICATION PASSWORD :'replicator_password';
ALTER ROLE itdo_watcher LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'watcher_password';
GRANT pg_monitor TO itdo_watcher;
-- What pg_rewind reads when a former primary comes back; a base backup gives the same role all of it anyway.
GRANT EXECUTE ON FUNCTION
    pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean), pg_read_binary_file(text),
    pg_read_binary_file(text, bigint, bigint, boolean) TO itdo_replicator;
GRANT pg_checkpoint TO itdo_replicator;
-- So that autovacuum gives way to a migration before the migration gives up (projects/migrating.py).
GRANT SET ON PARAMETER deadlock_timeout TO itdo_owner;
-- A page never waits so long; migrations and reports of the owner do.
ALTER ROLE itdo_app SET statement_timeout = '60s';
ALTER ROLE itdo_app SET lock_timeout = '10s';
-- Django admin's pages are pages as well; people with psql may SET what they need.
ALTER ROLE itdo_operator SET statement_timeout = '60s';
ALTER ROLE itdo_operator SET lock_timeout = '10s';

SELECT 'CREATE DATABASE itdo_erp OWNER itdo_owner TEMPLATE template0 ENCODING ''UTF8'' LC_COLLATE ''C.UTF-8'' LC_CTYPE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'itdo_erp') \gexec
REVOKE CONNECT ON DATABASE itdo_erp FROM PUBLIC;
GRANT CONNECT ON DATABASE itdo_erp TO itdo_app, itdo_operator, itdo_watcher;
SELECT pg_create_physical_replication_slot('replica')
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'replica');

\connect itdo_erp
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO itdo_owner;
GRANT USAGE ON SCHEMA public TO itdo_app, itdo_operator;
SQL
