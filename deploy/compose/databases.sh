#!/usr/bin/env bash
# Runs once, when the server is new and after the roles: what may log in, and a database for each service.
set -euo pipefail
for service in agreements delegations events notifications gateway; do
    psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -v role="caytre_$service" -v word="$CAYTRE_DATABASE_PASSWORD" <<'SQL'
ALTER ROLE :"role" LOGIN PASSWORD :'word';
CREATE DATABASE :"role" OWNER :"role";
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
\connect :"role"
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
CREATE EXTENSION btree_gist;
SQL
done
