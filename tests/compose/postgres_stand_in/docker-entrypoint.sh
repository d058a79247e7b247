#!/usr/bin/env bash
# Starts PostgreSQL as the official image does; makes the database first, where the data folder is empty.
#
# Understood of its environment: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB (each also as …_FILE),
# POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD and PGDATA; and *.sh, *.sql and *.sql.gz in
# /docker-entrypoint-initdb.d, in the order of their names.
set -euo pipefail

take() { # a variable, or the contents of the file that VARIABLE_FILE names; else what follows
    local name=$1 file=${1}_FILE
    if [[ -n ${!name-} && -n ${!file-} ]]; then
        echo "error: both $name and $file are set (but are exclusive)" >&2
        exit 1
    fi
    local value=${!name:-${2-}}
    [[ -z ${!file-} ]] || value=$(<"${!file}")
    export "$name=$value"
    unset "$file"
}

make_database() {
    if [[ -z $POSTGRES_PASSWORD && ${POSTGRES_HOST_AUTH_METHOD-} != trust ]]; then
        echo "error: database is uninitialized and superuser password is not specified (POSTGRES_PASSWORD)" >&2
        exit 1
    fi
    # shellcheck disable=SC2086 # several options in one variable
    initdb -D "$PGDATA" --username "$POSTGRES_USER" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") \
        ${POSTGRES_INITDB_ARGS-}
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"

    # reached by its socket only, until everything is there
    PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start
    export PGPASSWORD=$POSTGRES_PASSWORD
    local psql=(psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER")
    if [[ $POSTGRES_DB != postgres ]]; then
        "${psql[@]}" --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
    fi
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
            *.sql) "${psql[@]}" --dbname "$POSTGRES_DB" -f "$file" ;;
            *.sql.gz) gunzip -c "$file" | "${psql[@]}" --dbname "$POSTGRES_DB" ;;
        esac
    done
    PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
    echo "PostgreSQL init process complete; ready for start up."
}

[[ ${1-} != -* ]] || set -- postgres "$@"
if [[ ${1-} == postgres ]]; then
    take POSTGRES_PASSWORD
    take POSTGRES_USER postgres
    take POSTGRES_DB "$POSTGRES_USER"
    if ((EUID == 0)); then
        install -d -o postgres -g postgres -m 0700 "$PGDATA"
        find "$PGDATA" \! -user postgres -exec chown postgres {} +
        exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
    fi
    [[ -s $PGDATA/PG_VERSION ]] || make_database
fi
exec "$@"
