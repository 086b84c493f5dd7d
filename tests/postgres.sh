#!/bin/bash
# Runs a command beside a throw-away PostgreSQL: tests/postgres.sh COMMAND [ARGUMENT...]
# The command finds its address in WHET_TEST_POSTGRESQL; the cluster is gone when the command ends, however it ends.
# Works as an ordinary user and as root (PostgreSQL refuses to be root, so it runs as somebody else).
# WHET_TEST_FSYNC=off makes it faster and forgetful.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$programs" ] || { echo "$0: PostgreSQL is not installed (apt install postgresql)" >&2; exit 1; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/whet-postgresql.XXXXXX")
child=

stop() {
    trap - EXIT INT TERM HUP
    if [ -n "$child" ] && kill "$child" 2>/dev/null; then
        wait "$child" 2>/dev/null || true
    fi
    [ ! -e "$folder/data/postmaster.pid" ] || as_owner "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

owner=
if [ "$(id -u)" -eq 0 ]; then
    owner=$(id -nu postgres 2>/dev/null || echo nobody)
    chown "$owner" "$folder"
fi

as_owner() (
    cd "$folder"
    if [ -z "$owner" ]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$owner" -- "$@"
    else
        setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
    fi
)

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
as_owner sh -c "umask 077; echo $password > password"
as_owner "$programs/initdb" -D "$folder/data" --username=whet --pwfile="$folder/password" --auth-local=peer --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }

as_owner sh -c "cat >> data/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 300
shared_buffers = 64MB
fsync = ${WHET_TEST_FSYNC:-on}
logging_collector = off
SETTINGS

# A port that is free now may be taken a moment later: then another is tried.
started=
for _ in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 12000))
    if as_owner "$programs/pg_ctl" -D "$folder/data" -o "-p $port" -l "$folder/data/log" -w start >/dev/null 2>&1; then
        started=yes
        break
    fi
done
[ -n "$started" ] || { cat "$folder/data/log" >&2; exit 1; }

export WHET_TEST_POSTGRESQL="postgresql://whet:$password@127.0.0.1:$port/postgres"

# In the background, so that a signal to this script ends the command at once rather than after it.
"$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
