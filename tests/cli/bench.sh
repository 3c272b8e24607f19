#!/usr/bin/env bash
# plutbench bench: its table, its CSV and its JSON, and what it refuses.
set -euo pipefail
subcommand=bench
. "$(dirname "$0")/common.sh"

mkdir programs
printf '(program 1.1.0 [(builtin addInteger) (con integer 2) (con integer 3)])' > add.uplc
printf '(program 1.1.0 (con unit ()))' > unit.uplc
"$program" convert add.uplc --to flat --output programs/add.flat
"$program" convert unit.uplc --to flat --output programs/unit.flat
cp unit.uplc programs/not-flat.uplc

# ---- The table ----

run programs --iterations 20
grep -Eq '^add +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +5 +[0-9.]+$' out || fail 'no row of add'
grep -Eq '^unit +[0-9.]+ ' out || fail 'no row of unit'
has out 'geometric mean of the means over 2 programs'
has out 'ns evaluation'
has out 'bytes allocated per evaluation'

# ---- The CSV: the leaderboard's columns, one row a program, numbers that fit together ----

run programs --iterations 25 --csv times.csv
[ "$(head -n 1 times.csv)" = vm,script,mean_ns,median_ns,min_ns,max_ns,stddev_ns,iterations ] ||
    fail 'another header'
[ "$(wc -l < times.csv)" -eq 3 ] || fail 'not two rows'
grep -q '^plutbench,add,' times.csv || fail 'no row of add in the CSV'
grep -q '^plutbench,unit,' times.csv || fail 'no row of unit in the CSV'
awk -F, 'NR > 1 && (NF != 8 || $8 != 25 || $5 > $3 || $5 > $4 || $4 > $6 || $3 > $6 || $5 < 0) {
    exit 1 }' times.csv || { cat times.csv >&2; fail 'figures that do not fit together'; }
# A time instead of a number of iterations: at least ten of them.
run programs --time 20ms --csv times.csv
awk -F, 'NR > 1 && $8 < 10 { exit 1 }' times.csv || fail 'fewer than ten iterations'

# ---- JSON ----

run programs --iterations 20 --json
for member in programs skipped geometric_mean_ns geometric_mean_decode_ns ns_per_step scripts \
              script iterations machine_steps total decode evaluate mean_ns stddev_ns; do
    has out "\"$member\":"
done
if command -v python3 > which; then
    python3 - <<'PYTHON'
import json
run = json.load(open("out"))
assert run["programs"] == 2 and run["skipped"] == 0, run
rows = {row["script"]: row for row in run["scripts"]}
assert sorted(rows) == ["add", "unit"], rows
assert rows["add"]["machine_steps"] == 5 and rows["unit"]["machine_steps"] == 1
for row in rows.values():
    assert row["iterations"] == 20
    for what in ("total", "decode", "evaluate"):
        assert row[what]["min_ns"] <= row[what]["median_ns"] <= row[what]["max_ns"]
    sum = row["decode"]["mean_ns"] + row["evaluate"]["mean_ns"]
    assert abs(row["total"]["mean_ns"] - sum) < 1
PYTHON
fi

# ---- Programs that do not run are left out, and said ----

mkdir mixed
cp programs/unit.flat mixed/
printf '\377' > mixed/broken.flat
printf '(program 1.1.0 (error))' > error.uplc
"$program" convert error.uplc --to flat --output mixed/error.flat
code=0
"$program" bench mixed --iterations 10 --csv mixed.csv > out 2> err || code=$?
[ "$code" -eq 1 ] || fail "exit code $code for programs that do not run"
has err 'mixed/broken.flat'
has err 'mixed/error.flat'
has out '2 programs are left out'
[ "$(wc -l < mixed.csv)" -eq 2 ] || fail 'the CSV has not just the one program that runs'

# ---- What is refused ----

mkdir empty
fails 1 'empty: no *.flat files' empty
fails 1 'nowhere: could not be read' nowhere
fails 1 'unit.uplc: could not be read' unit.uplc
# Found before anything is measured, and nothing is left of it.
fails 1 'nowhere/times.csv: could not be written' programs --csv nowhere/times.csv --time 100s
fails 1 'empty: could not be written' programs --csv empty --time 100s
echo old > old.csv
fails 1 'empty: no *.flat files' empty --csv old.csv
[ "$(cat old.csv)" = old ] || fail 'a run without figures wrote over a file'
fails 1 'empty: no *.flat files' empty --csv new.csv
[ ! -e new.csv ] || fail 'a run without figures left a file'
[ -z "$(find . -name '*.csv.*')" ] || fail 'a temporary file is left'
fails 2 'expected DIR'
fails 2 "did you mean '--iterations'?" programs --iteration 5
fails 2 '--iterations' programs --iterations 0
fails 2 '--time' programs --time soon
fails 1 'nowhere.json' programs --cost-model nowhere.json
