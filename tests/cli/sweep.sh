#!/usr/bin/env bash
# plutbench sweep: the grid, what a sweep leaves, going on after kill -9, shards, and what is refused.
set -euo pipefail
program=$(realpath "$1")
shared=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    printf 'FAIL: %s\n' "$*" >&2
    exit 1
}
has() { grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "no line of $1 has '$2'"; }; }
run() {
    local code=0
    "$program" sweep "$@" > out 2> err || code=$?
    [ "$code" -eq 0 ] || { cat err >&2; fail "sweep $*: exit code $code"; }
}
# fails CODE TEXT ARGUMENT ...
fails() {
    local code=0
    "$program" sweep "${@:3}" > out 2> err || code=$?
    [ "$code" -eq "$1" ] || { cat err >&2; fail "sweep ${*:3}: exit code $code"; }
    [ "$(wc -l < err)" -eq 1 ] || { cat err >&2; fail "sweep ${*:3}: expected one line"; }
    [ ! -s out ] || { cat out >&2; fail "sweep ${*:3}: something was printed"; }
    has err "$2"
}

# ---- The grid ----

run --list
[ ! -s err ] || fail 'something on stderr'
has out '14773 points of 121 benchmarks'
grep -Eq '^AddInteger +addInteger +225  AddInteger/1/1$' out || fail 'no row of AddInteger'
grep -Eq '^Nop3o +- +1  Nop3o/1/1/1$' out || fail 'no row of a no-op'
run --list subtractInteger
grep -Eq '^SubtractInteger +subtractInteger +225 ' out || fail 'no points of subtractInteger'
has out '250 points of 26 benchmarks'
run --list --json addInteger
if command -v python3 > which; then
    python3 - out <<'PYTHON'
import json, sys
told = json.load(open(sys.argv[1]))
assert told["points"] == 250 and len(told["benchmarks"]) == 26, told
assert sum(b["points"] for b in told["benchmarks"]) == 250
PYTHON
fi

# ---- A sweep ----

printf 'AddInteger/3/3,1e-7,1\nEqualsData/44/44\nNop2o/1/1\n# a comment\nSha2_256/1|20\n' > grid.csv
run --grid grid.csv --out small --max-visits 8 --precision 0.0001% --seed 7
[ ! -s err ] || { cat err >&2; fail 'something on stderr'; }
has out 'of 5 points are known'
for file in benching.csv sweep.csv sweep.json sweep.hlog sweep.grid sweep.journal manifest.json; do
    [ -s "small/$file" ] || fail "no $file"
done
[ "$(grep -c '^[A-Z]' small/benching.csv)" -eq 5 ] || fail 'expected five lines of Criterion'
has small/benching.csv 'benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub'
grep -q '^# Machine: ' small/benching.csv || fail 'no machine in the header'
grep -q '^# Started at 20' small/benching.csv || fail 'no date in the header'
[ "$(wc -l < small/sweep.csv)" -eq 6 ] || fail 'expected a header and five lines'
has small/manifest.json '"seed": 7'
[ "$(grep -c '^visit ' small/sweep.journal)" -eq 40 ] || fail 'expected 8 visits of 5 points'
if command -v python3 > which; then
    python3 - small <<'PYTHON'
import csv, json, sys
folder = sys.argv[1] + "/"
rows = list(csv.DictReader(l for l in open(folder + "benching.csv") if l[0] != "#"))
assert [r["benchmark"] for r in rows] == ["AddInteger/3/3", "EqualsData/44/44", "Nop2o/1/1",
                                          "Sha2_256/1", "Sha2_256/20"], rows
for r in rows:
    t, low, high = (float(r[k]) for k in ("t", "t.mean.lb", "t.mean.ub"))
    # Eight visits, one of them interrupted: the mean's interval can reach zero.
    assert 1e-9 < t and 0 <= low <= t <= high < 1e-2, r
    sd, low, high = (float(r[k]) for k in ("t.sd", "t.sd.lb", "t.sd.ub"))
    assert 0 <= low <= sd <= high, r
rows = list(csv.DictReader(open(folder + "sweep.csv")))
for r in rows:
    assert r["visits"] == "8" and r["variant"] == "E" and r["precise"] == "FALSE", r
    order = [float(r[k]) for k in ("min_ns", "p05_ns", "p25_ns", "p75_ns", "p95_ns", "max_ns")]
    assert order == sorted(order), r
    assert float(r["median_low_ns"]) <= float(r["median_ns"]) <= float(r["median_high_ns"]), r
told = json.load(open(folder + "sweep.json"))
assert told["points"] == 5 and told["visits"] == 40 and told["stopped_by"] == "precision", told
assert len(told["imprecise"]) == 5 and len(told["benchmarks"]) == 4, told
assert all(b["time_s"] > 0 for b in told["benchmarks"])
PYTHON
fi

# The same command goes on: here there is nothing left to do.
run --grid grid.csv --out small --max-visits 8 --precision 0.0001% --json
has out '"visits": 40'
has out '"sessions": 2'
has out '"seed": 7'

# What comes more than once is told, with its lines.
printf 'IData/4\nIData/5\nIData/4\n' > twice.csv
run --grid twice.csv --out twice --max-visits 6
has err 'twice.csv: 1 points have the name of another one, such as IData/4 in lines 1 and 3'
[ "$(grep -c '^IData/4,' twice/benching.csv)" -eq 2 ] || fail 'expected two points of one name'

# ---- kill -9, and going on ----

seq -f 'Sha2_256/%.0f' 1 300 > long.txt
"$program" sweep --grid long.txt --out killed --time 60s --precision 0.00001% --max-visits 40 \
    > killed.out 2>&1 &
pid=$!
for i in $(seq 100); do
    [ -s killed/sweep.journal ] && [ "$(grep -c ^visit killed/sweep.journal)" -gt 50 ] && break
    sleep 0.1
done
kill -9 "$pid"
wait "$pid" 2> /dev/null || true
before=$(grep -c '^visit .*\*[0-9a-f]\{8\}$' killed/sweep.journal)
[ "$before" -gt 50 ] || fail 'nothing was kept'
printf 'visit 3 E 100 0 1.5 0.0' >> killed/sweep.journal
run --grid long.txt --out killed --time 60s --precision 0.00001% --max-visits 6
has err 'killed: a torn record at the journal'
[ "$(grep -c '^visit ' killed/sweep.journal)" -ge "$before" ] || fail 'visits were lost'
has out 'of 300 points are known'
grep -q 'too few' out && fail 'points are left out'
if command -v python3 > which; then
    python3 - killed "$before" <<'PYTHON'
import collections, json, sys
visits = collections.Counter()
for line in open(sys.argv[1] + "/sweep.journal"):
    if line.startswith("visit "): visits[line.split()[1]] += 1
assert len(visits) == 300 and min(visits.values()) >= 6, (len(visits), min(visits.values()))
told = json.load(open(sys.argv[1] + "/sweep.json"))
assert told["visits"] == sum(visits.values()) and told["dropped_records"] == 1, told["visits"]
PYTHON
fi

# Ctrl-C ends it in order: what there is, is written.
"$program" sweep --grid long.txt --out stopped --time 60s --precision 0.00001% --max-visits 200 \
    > stopped.out 2> stopped.err &
pid=$!
for i in $(seq 100); do
    [ -s stopped/sweep.journal ] && [ "$(grep -c ^visit stopped/sweep.journal)" -gt 50 ] && break
    sleep 0.1
done
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
[ "$code" -eq 1 ] || { cat stopped.err >&2; fail "interrupted: exit code $code"; }
has stopped.err 'interrupted: the result is partial; the same command goes on with it'
[ -s stopped/sweep.json ] || fail 'no sweep.json'

# ---- Shards ----

run --grid grid.csv --out first --shard 1/2 --max-visits 6 --seed 7
has out 'shard 1 of 2'
run --grid grid.csv --out second --shard 2/2 --max-visits 6 --seed 7
run --merge first second --out whole
has out 'of 5 points are known'
[ "$(grep -c '^[A-Z]' whole/benching.csv)" -eq 5 ] || fail 'expected five lines of Criterion'
cat first/benching.csv second/benching.csv | grep '^[A-Z]' | cut -d, -f1,2 | sort > parts
grep '^[A-Z]' whole/benching.csv | cut -d, -f1,2 | sort > together
cmp parts together

# ---- What is refused ----

fails 2 'expected --out DIR'
fails 2 "there is no builtin 'adInteger' to sweep; did you mean 'AddInteger'?" adInteger --out x
fails 2 "--shard: expected I/N with I from 1 to N, such as 1/2, got '3/2'" --shard 3/2 --out x
fails 2 "--shard: expected I/N" --shard 0/2 --out x
fails 2 "--shard: expected I/N" --shard -1/2 --out x
fails 2 "--shard: expected I/N" --shard 1 --out x
fails 2 '--merge: expected the folders' --merge --out x
fails 2 '--merge goes with folders' --merge first --shard 1/2 --out x
fails 2 '--precision: expected' --precision 0 --out x
fails 1 'nowhere: could not be opened' --grid nowhere --out x
fails 1 'nowhere' --merge nowhere --out x
# grid TEXT MESSAGE
grid() {
    printf "$1" > wrong.csv
    fails 1 "$2" --grid wrong.csv --out x
}
grid '\nAddIntger/1/2\n' "wrong.csv:2: AddIntger/1/2: there is no such benchmark; did you mean 'AddInteger'?"
grid 'AddInteger/1\n' 'wrong.csv:1: AddInteger/1: expected 2 sizes'
grid 'AddInteger/1/2/3\n' 'wrong.csv:1: AddInteger/1/2/3: expected 2 sizes'
grid 'AddInteger/-1/2\n' 'wrong.csv:1: AddInteger/-1/2: expected a size at '
grid 'IData/4\nAddInteger/1/99999999999\n' 'wrong.csv:2: AddInteger/1/99999999999: its arguments would take more than the byte cap of 1073741824'
grid 'AddInteger/1/1e9\n' 'wrong.csv:1: AddInteger/1/1e9: expected 2 sizes'
grid '' 'wrong.csv: expected a grid'
printf 'AddInteger/1/5000\n' > big.csv
fails 1 'big.csv:1: AddInteger/1/5000: its arguments would take more than the byte cap of 65536' \
    --grid big.csv --max-bytes 64K --out x
[ ! -e x ] || fail 'a folder was made'
fails 1 'small: it has a sweep of another grid' --grid big.csv --out small
fails 1 'small: it has a sweep of another seed' --grid grid.csv --seed 8 --out small
fails 1 'small: it has a sweep of another shard' --grid grid.csv --shard 1/2 --out small
fails 1 'whole: it has a sweep already' --merge first second --out whole
fails 1 'twice: its sweep is of another grid' --merge small twice --out x
sed -i '3s/visit/Visit/' first/sweep.journal
fails 1 'first/sweep.journal:3: this record of the journal is damaged' --merge first --out y
printf 'file' > file
fails 1 'file' --grid grid.csv --out file
printf 'LookupCoin/4/4/34\nValueData/40001\n' > fails.csv
fails 1 "ValueData/40001: it can't be evaluated: valueData: maximum input size (40000) exceeded" \
    --grid fails.csv --out failing --max-visits 6

# The reference's own file is a grid.
csv="$shared/upstream/cost-model/benching-conway.csv"
if [ -n "$shared" ] && [ -e "$csv" ]; then
    run --list --grid "$csv"
    has out '14773 points of 121 benchmarks'
fi
