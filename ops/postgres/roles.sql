-- Roles and database on a managed PostgreSQL (15 or later), for whose admin there is neither a superuser nor pg_authid:
--
--   python3 ops/pgbouncer/users.py >users.txt
--   DATABASE_OWNER_PASSWORD=… psql --host … --username ADMIN --dbname postgres --file ops/postgres/roles.sql
--
-- The admin needs CREATEROLE and CREATEDB. USERS_FILE says where users.txt lies. Safe to run again: passwords and rights become these.
-- What such an admin may not give is said and left out. The replicator of ops/postgres/roles.sh is the service's own business here.
\set ON_ERROR_STOP 1
\set QUIET 1
\getenv owner_password DATABASE_OWNER_PASSWORD
\set app_secret `sed -n 's/^"itdo_app" "\(.*\)"$/\1/p' "${USERS_FILE:-users.txt}"`
\set operator_secret `sed -n 's/^"itdo_operator" "\(.*\)"$/\1/p' "${USERS_FILE:-users.txt}"`
\set watcher_secret `sed -n 's/^"itdo_watcher" "\(.*\)"$/\1/p' "${USERS_FILE:-users.txt}"`

SELECT format('CREATE ROLE %I LOGIN', role)
FROM unnest(ARRAY['itdo_owner', 'itdo_app', 'itdo_operator', 'itdo_watcher']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

-- PgBouncer signs in with these very secrets; a password of theirs never comes here.
ALTER ROLE itdo_owner PASSWORD :'owner_password';
ALTER ROLE itdo_app PASSWORD :'app_secret';
ALTER ROLE itdo_operator PASSWORD :'operator_secret';
ALTER ROLE itdo_watcher PASSWORD :'watcher_secret';
-- A page never waits so long; migrations and reports of the owner do.
ALTER ROLE itdo_app SET statement_timeout = '60s';
ALTER ROLE itdo_app SET lock_timeout = '10s';
ALTER ROLE itdo_operator SET statement_timeout = '60s';
ALTER ROLE itdo_operator SET lock_timeout = '10s';
DO $$
BEGIN
    GRANT pg_monitor TO itdo_watcher;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'itdo_watcher sees its own sessions only: this admin may not give pg_monitor.';
END $$;

-- To make what shall be the owner's, one must be able to become the owner.
GRANT itdo_owner TO CURRENT_USER;
-- Trigrams of Japanese need a locale that knows letters; from 17 on PostgreSQL brings one along.
SELECT :SERVER_VERSION_NUM >= 170000 AS is_builtin \gset
\if :is_builtin
    \set locale 'LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8'' LC_COLLATE ''C'' LC_CTYPE ''C'''
\else
    \set locale 'LC_COLLATE ''C.UTF-8'' LC_CTYPE ''C.UTF-8'''
\endif
SELECT 'CREATE DATABASE itdo_erp OWNER itdo_owner TEMPLATE template0 ENCODING ''UTF8'' ' || :'locale'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'itdo_erp') \gexec

\connect itdo_erp
SET ROLE itdo_owner;
REVOKE CONNECT ON DATABASE itdo_erp FROM PUBLIC;
GRANT CONNECT ON DATABASE itdo_erp TO itdo_app, itdo_operator, itdo_watcher;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO itdo_app, itdo_operator;
RESET ROLE;
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'No statistics of statements: this admin may not install pg_stat_statements.';
END $$;
REVOKE itdo_owner FROM CURRENT_USER;
