#!/bin/bash
# Runs once, on an empty volume: the owner of the tables, and the role the program works as, which owns nothing.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
     --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE koprogo_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE koprogo_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE koprogo OWNER koprogo_owner;
REVOKE ALL ON DATABASE koprogo FROM PUBLIC;
GRANT CONNECT ON DATABASE koprogo TO koprogo_app;
SQL
