#!/usr/bin/env bash
# plutbench compare and timeline: real runs for what is printed, and what is refused. (Whether the
# statistics are right: tests/property/test_compare.c.)
set -euo pipefail
subcommand=compare
. tests/cli/common.sh
export XDG_DATA_HOME=$work/data
unset PLUTBENCH_STORE

# leaves FOLDER ARGUMENT ...: a run of another command in the folder.
leaves() {
    "$program" "${@:2}" --out "$1" > told 2> err || { cat err >&2; fail "${*:2}: it failed"; }
}

for i in 1 2 3 4 5; do
    leaves runs/call$i calibrate --script loop --time 800ms --no-stages --seed $i
done
leaves other/script calibrate --script loop-v3 --time 800ms --no-stages
leaves other/block block --script loop --loops 3 --transactions 2 --utxo-size 100 --time 800ms
leaves other/budget calibrate --script loop --no-measure
leaves other/pinned calibrate --script loop --time 800ms --no-stages --hashed-datum

# ---- Runs ----

run runs/call1 runs/call2
has out 'runs/call2 (1 run) beside runs/call1 (1 run)'
has out 'overhead_per_call.paired'
has_not out 'null_experiment'
has out 'figures differ beyond noise'
has out 'Single runs are taken to differ by 0.5 %'
run runs/call1 runs/call2 --figure '*' --no-pace --between-runs 1%
has out 'null_experiment'
has out 'Times are as they were taken'
has out 'differ by 1 %'
run runs/call1 other/pinned
has out 'option hashed_datum'
has out '    runs/call1: false'
run runs/call1 runs/call2 --percentiles --figure overhead_per_call.paired
has out 'percentiles[twin].p99'

# ---- Batches ----

run runs/call1 runs/call2 vs runs/call3 runs/call4 runs/call5
has out 'runs/call3 (3 runs) beside runs/call1 (2 runs)'
has out 'within runs'
has out 'A batch of 2 runs says little'
run 'old=runs/call[12]' 'new=runs/call[345]' runs/../other/pinned
has out 'new (3 runs) beside old (2 runs)'
has out 'runs/../other/pinned (1 run) beside old (2 runs)'
run --batch 'old=runs/call[12]' --batch 'new=runs/call[345]' --json
is_json out
has out '"correction": "Holm 1979"'
run runs other/pinned --csv
has out 'figure,unit,side,before,'
has out 'other/pinned'

# ---- The gate ----

run runs/call1 runs/call2 --tolerance 1000% --fail-on regression --junit j.xml --markdown m.md
has j.xml '<testsuite name="plutbench compare" tests="'
has m.md '### plutbench compare'
if command -v python3 > which; then
    python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' j.xml || fail 'no XML'
fi

# ---- The store ----

"$program" results import runs/* > printed
id=$("$program" results show runs/call1 --json | sed -n 's/^  "id": "\(.*\)",$/\1/p')
run "${id:0:12}" runs/call2
has out 'overhead_per_call.paired'
run "${id:0:12}" runs/call2 --percentiles --figure overhead_per_call.paired
has out 'percentiles[twin].p50'

# ---- What does not compare ----

fails 2 "script: can't be compared with call1: another script, loop-v3, not loop" runs/call1 other/script
fails 2 "block: can't be compared with call1: another command, block, not calibrate" runs/call1 other/block
fails 2 'call1: the same run (' runs/call1 runs/call1
fails 2 'expected 2 to 32 runs or batches to compare, not 1' runs/call1
fails 2 'expected runs to compare'
fails 2 "expected runs on both sides of 'vs'" runs/call1 vs
fails 2 'nothing/*: there is no run of that name' runs/call1 'nothing/*'
fails 2 'nowhere/x: there is no such folder' runs/call1 nowhere/x
fails 2 'it has none of the figures that are compared' runs/call1 runs/call2 --figure surprise
fails 2 '--batch: expected NAME=PATTERN' runs/call1 --batch runs
fails 2 '--json and --csv: one of them' runs/call1 runs/call2 --json --csv
cp -r runs/call2 unfinished
rm unfinished/manifest.json
fails 2 "unfinished: can't be compared: it was not finished" runs/call1 unfinished
cp -r runs/call2 damaged
echo '{' > damaged/manifest.json
exits 2 runs/call1 damaged
one_line_on_stderr

# ---- Protocol versions ----

run --protocol-versions 9,10,11 --script loop
has out 'protocol version '
has out 'steps used'
run --protocol-versions 9,10 --script loop --json
is_json out
exits 3 --protocol-versions 3,10 --script loop
has out 'Version 3: '
fails 2 "expected at most 16 numbers such as 9,10,11, got '9,x'" --protocol-versions 9,x --script loop
fails 2 'expected --script' --protocol-versions 9,10
exits 2 --protocol-versions 9,10 --script surprise
one_line_on_stderr

# ---- Timelines ----

subcommand=timeline
run overhead_per_call.paired runs
has out 'overhead_per_call.paired by time: '
run overhead_per_call.paired runs/* --by revision --no-pace
has out 'by revision: '
has out 'no change points are looked for'
run overhead_per_call.paired 'runs/*' --json
is_json out
run overhead_per_call.paired --script loop --csv
has out 'point,began_utc,runs,unit,value,low,high,segment,segment_value'
[ "$(wc -l < out)" -ge 2 ] || fail 'expected a line for runs of the store'
fails 1 'surprise: none of 5 runs that are complete has this figure' surprise runs
fails 1 "can't be compared with" overhead_per_call.paired runs other/script
fails 1 'no run of the store matches' overhead_per_call.paired --script nothing-like-it
fails 2 'expected METRIC'
fails 2 '--json and --csv: one of them' overhead_per_call.paired runs --json --csv
