#!/bin/sh
# with-postgres.sh COMMAND...: runs it with a PostgreSQL of its own, on a Unix socket in a
# temporary folder; DRAMALET_TEST_PG is its URL. Exit status: the command's; 77 (skipped) without
# server programs. DRAMALET_PG_FSYNC=on for benchmarks: tests do not crash the machine.
set -u

bin=${DRAMALET_PG_BIN:-}
for dir in /usr/lib/postgresql/*/bin; do
    [ -n "$bin" ] || { [ -x "$dir/initdb" ] && bin=$dir; }
done
if [ -z "$bin" ]; then
    path=$(command -v initdb) && bin=$(dirname "$path")
fi
if [ -z "$bin" ]; then
    echo "with-postgres: no PostgreSQL server programs (Debian: postgresql-15); skipped" >&2
    exit 77
fi

# The server refuses to run as root.
as=
if [ "$(id -u)" = 0 ]; then
    user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
    as="setpriv --reuid $user --regid $(id -g $user) --clear-groups --"
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/dramalet-pg-XXXXXX") || exit 1
chmod 755 "$home"
mkdir "$home/data" "$home/socket"
[ -z "$as" ] || chown "$user" "$home/data" "$home/socket"

finish() {
    $as "$bin/pg_ctl" -D "$home/data" -m immediate -s stop >/dev/null 2>&1
    rm -rf "$home"
}
trap 'finish; exit 130' INT TERM HUP

cd "$home/data" || exit 1
if ! { $as "$bin/initdb" -D "$home/data" -U dramalet -A trust -E UTF8 --locale=C.UTF-8 -N &&
       $as "$bin/pg_ctl" -D "$home/data" -s -w -l "$home/data/log" -o \
           "-k $home/socket -c listen_addresses='' -c fsync=${DRAMALET_PG_FSYNC:-off}" start; } \
       >"$home/start" 2>&1; then
    cat "$home/start" >&2
    finish
    exit 1
fi
cd "$OLDPWD" || exit 1

DRAMALET_TEST_PG="postgresql:///postgres?host=$home/socket&user=dramalet" "$@"
status=$?
finish
exit $status
