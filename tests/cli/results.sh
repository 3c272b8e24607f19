#!/usr/bin/env bash
# plutbench results: what a run leaves, how it is checked, and the store in SQLite.
set -euo pipefail
subcommand=results
. tests/cli/common.sh
export XDG_DATA_HOME=$work/data
unset PLUTBENCH_STORE

# leaves FOLDER ARGUMENT ...: a run of another command in the folder.
leaves() {
    "$program" "${@:2}" --out "$1" > told 2> err || { cat err >&2; fail "${*:2}: it failed"; }
}

# ---- What a run leaves ----

leaves call calibrate --script loop --time 400ms --no-stages --seed 3
leaves long calibrate --script loop --time 2500ms --no-stages --seed 4
leaves points measure --script loop --vary calls=1,2 --time 400ms
leaves block block --script loop --loops 3 --transactions 2 --utxo-size 100 --time 400ms
for folder in call long points block; do
    for file in plan.json run.log samples.bin manifest.json; do
        [ -s "$folder/$file" ] || fail "no $folder/$file"
    done
    run check "$folder"
    has out "$folder: in order, samples of "
done
run check --json call long points block
is_json out
[ "$(grep -c '"verdict": "in order"' out)" -eq 4 ] || fail 'expected four verdicts'
has call/run.log ' note run-begun calibrate, run '
has call/run.log ' note sampling-begun 5 subjects, seed '
has call/manifest.json '"microcode"'
has call/manifest.json '"by_event"'
has call/manifest.json '"run-ended": 1'
grep -q 'process-ended process 1: ' long/run.log || fail 'expected more than one process'

# A folder has one run, and is told from that.
"$program" calibrate --script loop --time 400ms --out call > out 2> err && fail 'it was overwritten'
one_line_on_stderr
has err 'call: the folder has a run already (plan.json): name another one'
"$program" calibrate --script loop --no-measure --out call > out 2> err && fail 'it was overwritten'
has err 'the folder has a run already'
run check call

# Without what makes it complete it is not complete, and with something else it is not in order.
cp -r call copy
rm copy/manifest.json
exits 1 check copy
has out 'copy: incomplete, samples of '
has out 'incomplete: the run was not finished: there is no manifest'
cp call/manifest.json copy
rm copy/loop.hlog
exits 1 check copy
has out 'missing: loop.hlog: the manifest has it, the folder has not'
cp call/loop.hlog copy
printf x | dd of=copy/samples.bin bs=1 seek=$(($(wc -c < copy/samples.bin) - 100)) conv=notrunc 2> dd
exits 1 check copy
has out 'damaged: samples.bin: expected SHA-256 '
has out 'damaged: samples.bin: 1 rows have a wrong checksum'
fails 1 'not imported: samples.bin is damaged' import --store other.sqlite copy
cp call/samples.bin copy
sed -i 's/"revision": "/"revision": "a/' copy/manifest.json
exits 1 check copy
has out 'damaged: manifest.json: its own checksum is wrong'
fails 1 'not imported: manifest.json is damaged' import --store other.sqlite copy
mkdir hollow
fails 1 'there is no run: expected manifest.json or plan.json' check hollow
fails 1 'nowhere: cannot read' check nowhere
exits 1 check --json call nowhere
is_json out

# sha256sum knows the run's id, and the manifest's own checksum.
id=$(sha256sum < call/plan.json | cut -d ' ' -f 1)
has call/manifest.json "\"run\": \"$id\""
sum=$(sed -n 's/^  "manifest_sha256": "\([0-9a-f]*\)".*/\1/p' call/manifest.json)
zeros=$(printf '%064d' 0)
[ "$(sed "s/$sum/$zeros/" call/manifest.json | sha256sum | cut -d ' ' -f 1)" = "$sum" ] ||
    fail "the manifest's checksum is not what docs/results.md says"

# The reader in docs/results.md, as it stands there: with numpy where that is, else the plain one.
if command -v python3 > which; then
    for kind in numpy struct; do
        python3 -c "import $kind" 2> python || continue
        sed -n "/^    # $kind/,/^\$/p" "$root/docs/results.md" | sed 's/^    //' > "$kind.py"
        [ -s "$kind.py" ] || fail "docs/results.md has no reader for $kind"
        (cd long && python3 "../$kind.py") > "$kind.out" || fail "the reader for $kind failed"
        has "$kind.out" 'call-empty'
        rounds=$(sed -n '/"samples": {/,/}/s/.*"rounds": \([0-9]*\).*/\1/p' long/manifest.json)
        has "$kind.out" "$rounds rounds, 0 damaged"
    done
fi

# Files that may not grow are a full disk (tests/cli/results_full_disk.sh): told, and not complete.
code=0
(ulimit -f 500; "$program" calibrate --script loop --time 300ms --no-stages --out little) \
    > out 2> err || code=$?
[ "$code" -eq 1 ] || fail "exit code $code with files of at most 500 KiB"
one_line_on_stderr
has err 'little/samples.bin: samples could not be written: File too large'
has out 'A call to loop'
[ ! -e little/manifest.json ] || fail 'it looks complete'
exits 1 check little
has out 'little: incomplete'

# ---- The store ----

fails 1 'there is no store: `plutbench results import` makes one' list
[ ! -e data ] || fail 'a store was made'
run import call long points block
[ "$(grep -c ': imported$' out)" -eq 4 ] || { cat out >&2; fail 'expected four imports'; }
[ -s data/plutbench/runs.db ] || fail 'it is not in $XDG_DATA_HOME'
run import call
has out 'call: known already'
run list
[ "$(wc -l < out)" -eq 5 ] || { cat out >&2; fail 'expected a head and four lines'; }
sed -n 2p out | grep -q ' block ' || fail 'the latest is not the first'
run list --command calibrate --limit 1 --json
is_json out
has out '"headline"'
[ "$(grep -c '"id"' out)" -eq 1 ] || fail 'expected one run'
run list --script nothing-like-it
has out 'no run matches'
run list --until 2020-01-01 --json
[ "$(cat out)" = '[]' ] || fail 'expected an empty array'
fails 1 'expected a day or a time (UTC)' list --since yesterday
fails 1 'there is no such flag' list --flag nonsense
fails 1 'there is no such state' list --state done
run show "${id:0:10}"
has out "run $id (complete)"
has out 'overhead_per_call.paired'
has out 'protocol-parameters'
cp out stored
run show call
cmp out stored || fail 'the folder has another run than the store'
run show latest --json
is_json out
run show "${id:0:10}" --document plan.json
cmp out call/plan.json
fails 1 'the run has no such document' show call --document samples.bin
fails 1 'there is no such run in the store' show ffffffff
fails 1 "expected the begin of a run's id" show seven
fails 1 'nowhere/else: there is no such folder' show nowhere/else
run export
is_json out
run export --format csv "${id:0:10}"
head -1 out | grep -q '^run,state,command,script,' || fail 'no head in CSV'
grep -q "^$id,complete,calibrate,loop,txbudget,.*,overhead_per_call.paired,ns,[0-9]" out ||
    fail 'no overhead in CSV'
run query 'SELECT count(*) AS runs FROM run'
[ "$(cat out)" = "$(printf 'runs\n4')" ] || fail 'expected 4 runs'
run query --format csv "SELECT 'a,b' AS \"x,y\", NULL AS z, 1.5 AS w"
[ "$(cat out)" = "$(printf '"x,y",z,w\n"a,b",,1.5')" ] || { cat out >&2; fail 'wrong CSV'; }
run query --format json 'SELECT id, rounds FROM run'
is_json out
fails 1 'expected a query that only reads' query 'DELETE FROM run'
fails 1 'no such column' query 'SELECT colour FROM run'
fails 2 'expected' query

# An unfinished run is imported as what it is, and gives way to the finished one.
cp -r call later
rm later/manifest.json
run import --store later.db later
has out 'incomplete'
cp call/manifest.json later
run import --store later.db later
has out 'in place of the unfinished one'
run list --store later.db --state incomplete
has out 'no run matches'

# One of several folders is no run: the others are imported all the same.
mkdir nothing
exits 1 import --store partly.db call nothing points
one_line_on_stderr
[ "$(grep -c ': imported$' out)" -eq 2 ] || fail 'expected two imports'

# ---- Stores that can't be ----

printf 'precious, and no store. It is a text that is longer than a hundred bytes, which is how long %s' \
    'the head of a file of SQLite is, so that it has to be looked at.' > text.db
cp text.db before
fails 1 'text.db: it is no store: it is not a file of SQLite' import --store text.db call
cmp text.db before
fails 1 'call: expected a file' list --store call
fails 1 'text.db/runs.db: cannot open: Not a directory' import --store text.db/runs.db call
if command -v python3 > which; then
    cp later.db newer.db
    python3 - <<'PYTHON'
import sqlite3
newer = sqlite3.connect("newer.db")
newer.execute("INSERT INTO schema_version VALUES (99, '2030-01-01')")
newer.commit()
other = sqlite3.connect("other.db")
other.execute("CREATE TABLE customer (name)")
other.commit()
PYTHON
    fails 1 'it was made by a newer plutbench (tables of version 99; this one knows' \
        list --store newer.db
    fails 1 'it was made by a newer plutbench' import --store newer.db call
    fails 1 'it is no store: it has tables of something else' import --store other.db call
fi
if [ "$(id -u)" -ne 0 ]; then
    cp later.db closed.db
    chmod 444 closed.db
    mkdir closed
    mv closed.db closed
    chmod 555 closed
    fails 1 "it can't be written" import --store closed/closed.db block
    run list --store closed/closed.db
    chmod 755 closed
fi

# ---- The command line ----

fails 2 'expected check, import, list, show, query or export' nonsense
fails 2 "did you mean 'import'?" imprt
fails 2 'expected' check
