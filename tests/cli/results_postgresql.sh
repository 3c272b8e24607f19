#!/usr/bin/env bash
# plutbench results with a real PostgreSQL, which is made and started here: the same answers as of
# SQLite; several writers; servers that are not there, do not answer, or give no permission.
set -euo pipefail
subcommand=results
. tests/cli/common.sh

bin=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -1 || true)
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    echo 'skipped: there is no PostgreSQL (Debian: postgresql)'
    exit 77
fi
"$program" results list --store postgresql://127.0.0.1:1/x 2> err || true
if grep -q 'built without PostgreSQL' err; then
    echo 'skipped: built without PostgreSQL'
    exit 77
fi

# ---- The server: of a user that is not root, reached by a socket in the folder ----

as_user() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    user=postgres
    id -u "$user" > /dev/null 2>&1 || user=nobody
    as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"; }
fi
server=$work/server
mkdir "$server"
chmod 755 "$work"
[ "$(id -u)" -ne 0 ] || chown "$user" "$server"
stop() {
    as_user "$bin/pg_ctl" -D "$server/data" -m immediate stop > "$work/stopped" 2>&1 || true
    rm -rf "$work"
}
trap stop EXIT
as_user "$bin/initdb" -D "$server/data" -U bench --auth=trust --no-sync \
    --no-locale --encoding=UTF8 > initdb.out 2>&1 ||
    { cat initdb.out >&2; fail 'initdb failed'; }
# The place of a socket is at most about a hundred characters long.
printf "listen_addresses = ''\nunix_socket_directories = '%s'\nfsync = off\n" "$server" \
    >> "$server/data/postgresql.conf"
as_user "$bin/pg_ctl" -D "$server/data" -l "$server/log" -w -t 60 start > started 2>&1 ||
    { cat started "$server/log" >&2; fail 'the server did not start'; }
as_user "$bin/createdb" -h "$server" -U bench runs
url="postgresql://bench@/runs?host=$server"

# ---- The same as in SQLite ----

for i in 1 2 3; do
    "$program" calibrate --script loop --time 300ms --no-stages --seed "$i" --out "run$i" > told
done
fails 1 'it is empty' list --store "$url"
run import --store "$url" run1 run2
[ "$(grep -c ': imported$' out)" -eq 2 ] || { cat out >&2; fail 'expected two imports'; }
run import --store "$url" run1 run2 run3
[ "$(grep -c ': known already$' out)" -eq 2 ] || { cat out >&2; fail 'expected two known ones'; }
run import --store runs.db run1 run2 run3
for ask in 'list --json' 'list --script LOO --limit 2 --json' 'list --flag none --json' \
           'list --since 2020-01-01 --command calib --json' 'list --until 2020-01-01 --json' \
           'show latest --json' 'export --format csv' 'export'; do
    # shellcheck disable=SC2086
    run $ask --store "$url"
    cp out postgresql.out
    # shellcheck disable=SC2086
    run $ask --store runs.db
    cmp out postgresql.out || fail "$ask: another answer than SQLite's"
done
sql='SELECT name, count(*) AS n, min(value) AS least, max(level) AS level FROM figure GROUP BY name ORDER BY name'
for format in text csv json; do
    run query --store "$url" --format "$format" "$sql"
    cp out postgresql.out
    run query --store runs.db --format "$format" "$sql"
    cmp out postgresql.out || fail "query as $format: another answer than SQLite's"
done

# ---- Nothing can be changed by a query ----

fails 1 'read-only transaction' query --store "$url" 'DELETE FROM run'
fails 1 'cannot insert multiple commands' query --store "$url" 'SELECT 1; DELETE FROM run'
fails 1 'read-only transaction' query --store "$url" \
    'WITH gone AS (DELETE FROM run RETURNING id) SELECT * FROM gone'
fails 1 'column "nothing" does not exist' query --store "$url" 'SELECT nothing FROM run'
run query --store "$url" 'SELECT count(*) FROM run'
has out '3'

# ---- Writers at once, the store made by whoever is first ----

as_user "$bin/createdb" -h "$server" -U bench many
many="postgresql://bench@/many?host=$server"
jobs=()
for i in 1 2 3 4; do
    "$program" results import --store "$many" run1 run2 run3 > "writer$i" 2>&1 &
    jobs+=($!)
done
for job in "${jobs[@]}"; do
    wait "$job" || { cat writer? >&2; fail 'a writer failed'; }
done
[ "$(cat writer? | grep -c ': imported$')" -eq 3 ] || { cat writer? >&2; fail 'imported twice'; }
run query --store "$many" 'SELECT count(*), count(DISTINCT id) FROM run'
has out "$(printf '3\t3')"

# ---- A newer store, no permission, no server, no answer ----

as_user "$bin/psql" -q -h "$server" -U bench many \
    -c "INSERT INTO plutbench.schema_version VALUES (99, '2030-01-01')"
fails 1 'newer plutbench (tables of version 99' list --store "$many"
fails 1 'newer plutbench (tables of version 99' import --store "$many" run1
as_user "$bin/psql" -q -h "$server" -U bench runs -c 'CREATE ROLE guest LOGIN'
fails 1 'permission denied' import --store "postgresql://guest@/runs?host=$server" run1
fails 1 'does not exist' list --store "postgresql://bench@/nowhere?host=$server"
fails 1 'Connection refused' list --store postgresql://bench:secret@127.0.0.1:1/runs
has_not err secret
fails 1 'expected a URL such as' list --store 'postgresql://bench:secret%@127.0.0.1/runs'
has_not err secret

# Somebody holds a table: the import waits as long as it was told, and leaves nothing.
"$program" calibrate --script loop --time 300ms --no-stages --out run4 > told
as_user "$bin/psql" -q -h "$server" -U bench runs \
    -c 'BEGIN; LOCK TABLE plutbench.run; SELECT pg_sleep(20)' > held 2>&1 &
holder=$!
sleep 1
begun=$SECONDS
exits 1 import --store "$url" --timeout 1s run4
one_line_on_stderr
grep -qE 'no answer in 1 s|statement timeout' err || { cat err >&2; fail 'expected a timeout'; }
[ $((SECONDS - begun)) -lt 10 ] || fail 'it waited longer than it was told'
kill "$holder" 2> /dev/null || true
wait "$holder" 2> /dev/null || true
as_user "$bin/psql" -q -h "$server" -U bench runs -c "SELECT pg_terminate_backend(pid) FROM
    pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()" > ended
run query --store "$url" 'SELECT count(*) FROM run'
has out '3'
run import --store "$url" run4

# A listener that accepts and never says a word.
if command -v python3 > which; then
    python3 - > port <<'PYTHON' &
import socket, sys, time
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
time.sleep(30)
PYTHON
    silent=$!
    until [ -s port ]; do sleep 0.1; done
    begun=$SECONDS
    fails 1 'no answer in 1 s' list --timeout 1s --store "postgresql://127.0.0.1:$(cat port)/runs"
    [ $((SECONDS - begun)) -lt 10 ] || fail 'it waited longer than it was told'
    kill "$silent"
fi

# The server goes away: what was imported by then stays, the rest is told.
as_user "$bin/pg_ctl" -D "$server/data" -m immediate stop > stopped
exits 1 list --store "$url"
one_line_on_stderr
