#!/usr/bin/env bash
# plutbench measure: sweeps from the command line and from plans, what they print and leave, and what
# is refused before anything is measured.
set -euo pipefail
subcommand=measure
. "$(dirname "$0")/common.sh"

# run ARGUMENT ...: succeeds, says nothing on stderr, and prints no long lines, unless they are JSON.
run() {
    exits 0 "$@"
    nothing_on_stderr
    [ "${json:-}" ] || awk 'length > 110 { print "a long line: " $0; bad = 1 } END { exit bad }' out ||
        fail "$what"
}

# ---- Many cheap calls in one transaction ----

run --script loop-v3 --loops 0 --purpose withdraw --reference-script --vary calls=1,10,50,100 \
    --time 5s
for text in 'loop-v3 (PlutusV3, protocol version 10) on embedded ledger: 4 design points' \
            'loops=0, purpose=withdraw, script-place=reference' 'overhead' 'per call' 'charged' \
            'twin' 'lovelace' 'as a function of what is varied' 's/call' 'noise floor' \
            'linear: the largest residual is at calls=' 'One call more (calls) costs'; do
    has out "$text"
done
[ "$(grep -cE '^ +(1|10|50|100) ' out)" -eq 9 ] || { cat out >&2; fail 'not two lines a point'; }

# ---- As JSON and CSV, in a folder ----

json=1 run --script ecdsa-loop --loops 1 --vary script-bytes=600,1200,2400 \
    --vary script-place=witness,reference --time 4s --seed 5 --json --out new/results \
    --model '1 + script-bytes + script-place + script-bytes*script-place'
is_json out
for text in '"label": "script-place=witness, script-bytes=600"' '"overhead_per_call"' \
            '"term": "script-bytes*script-place=reference"' '"unit": "ns/byte"' '"linear"' \
            '"seed": 5' '"partial": false'; do
    has out "$text"
done
cmp out new/results/measure.json || fail 'measure.json is not what --json prints'
[ "$(wc -l < new/results/measure.csv)" -eq 7 ] || fail 'not a line a point'
for file in manifest.json measure.json; do is_json "new/results/$file"; done
[ -s new/results/ecdsa-loop.hlog ] || fail 'no histograms'
[ -s new/results/ecdsa-loop-p006-twin-again.hgrm ] || fail 'no histogram of the last point'
has new/results/manifest.json '"measure.csv"'
if command -v python3 > which; then
    python3 - <<'PYTHON'
import csv, json
rows = list(csv.DictReader(open("new/results/measure.csv")))
points = json.load(open("new/results/measure.json"))["design_points"]
assert [r["script_bytes"] for r in rows] == ["600", "1200", "2400"] * 2, rows
assert [r["script_place"] for r in rows] == ["witness"] * 3 + ["reference"] * 3, rows
assert all(r["datum_bytes"] == "NA" and r["loops"] == "1" for r in rows)
for row, point in zip(rows, points):
    assert row["own_script_bytes"] == row["script_bytes"]
    assert abs(float(row["overhead_ns"]) - point["overhead"]["value"]) < 0.01, (row, point)
    assert float(row["overhead_ns_low"]) <= float(row["overhead_ns"])
    assert row["resolved"] in ("TRUE", "FALSE")
    assert int(row["charged_steps"]) == point["charged"]["steps"]
    residual = float(row["overhead_ns"]) - float(row["fitted_ns"])
    assert abs(float(row["residual_ns"]) - residual) < 1, row
# Reference scripts cost no transaction bytes.
assert rows[3]["transaction_bytes"] == rows[5]["transaction_bytes"]
assert int(rows[2]["transaction_bytes"]) - int(rows[1]["transaction_bytes"]) == 1200
PYTHON
fi

# ---- Without measuring; one point; calibrated loops ----

run --script loop --no-measure
has out '1 design point'
has_not out 'noise floor'
run --script loop-v3 --strategy txbudget --vary calls=1,2 --no-measure
has out 'loops calibrated to txbudget'
json=1 run --script loop-v3 --strategy txbudget --vary calls=1,2 --no-measure --json
has out '"strategy": "txbudget"'
json=1 run --script supplemental-datum --vary payments=1,3 --no-measure --json
run --script loop --time 1s
has out '1 design point'
has_not out 'function'
# Equal seeds make equal transactions.
json=1 run --script loop-v3 --vary calls=1,2 --no-measure --seed 1 --json
mv out first
json=1 run --script loop-v3 --vary calls=1,2 --no-measure --seed 1 --json
cmp out first

# ---- Plans ----

json=1 run --schema
is_json out
cmp out "$root/calibrate/data/plan.schema.json" || fail 'another schema'
for plan in "$root"/docs/examples/measure/*.json; do
    run --plan "$plan" --no-measure --out planned
    has out 'design points'
done
run --plan "$root/docs/examples/measure/june-2024.json" --time 1s --seed 3 --out planned
has out '4 design points'
for text in '"time_s"' '"overridden"' '"plan"' 'june-2024.json'; do
    has planned/manifest.json "$text"
done
mkdir plans
cat > plans/own.uplc <<'UPLC'
(program 1.0.0 (lam d (lam r (lam c
  [(lam go [go go [(builtin subtractInteger) [(builtin unIData) r] (con integer 1000000)]])
   (lam self (lam n
     (force [(force (builtin ifThenElse)) [(builtin equalsInteger) n (con integer 0)]
       (delay (con unit ()))
       (delay [self self [(builtin subtractInteger) n (con integer 1)]])])))]))))
UPLC
printf '{"int": 1000000}' > plans/own.json
cat > plans/plan.json <<'JSON'
{"script": {"file": "own.uplc", "language": "v2", "redeemer": "own.json", "datum": "d87980"},
 "vary": {"calls": [1, 2], "datum": ["inline", "hashed"]}}
JSON
run --plan plans/plan.json --no-measure
has out 'own.uplc (PlutusV2'
has out '4 design points'

# The table that the reader is tested with, through a validator of the schema, where there is one.
if command -v python3 > which && python3 -c 'import jsonschema' 2> which; then
    python3 - "$root" <<'PYTHON'
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1] + "/calibrate/data/plan.schema.json"))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for row in json.load(open(sys.argv[1] + "/tests/plans/table.json")):
    assert validator.is_valid(row["plan"]) == row["valid"], row
PYTHON
fi

# ---- What is refused, before anything is measured ----

begun=$SECONDS
fails 2 'expected --script NAME or --plan FILE' --vary calls=1,2
fails 2 "did you mean 'loop'" --script lop --vary calls=1,2
fails 2 'expected such as calls=1,2,5' --script loop --vary calls
fails 2 "did you mean 'calls'?" --script loop --vary call=1,2
fails 2 "did you mean 'script-place'?" --script loop --vary reference-script=no,yes
fails 2 "expected a whole number from 1 to 1000, got 'x'" --script loop --vary calls=1,x
fails 2 "expected a whole number from 1 to 1000, got ''" --script loop --vary calls=1,
fails 2 'expected one of witness, reference' --script loop --vary script-place=witness,inline
fails 2 'takes a value twice' --script loop --vary calls=1,2,1
fails 2 'is both fixed and varied' --script loop --calls 3 --vary calls=1,2
fails 2 'expected at least two values' --script loop --vary calls=1
fails 2 'expected at most 200 design points' --script loop --vary calls=1,2,3,4,5,6 \
    --vary payments=0,1,2,3,4,5 --vary assets=0,1,2,3,4,5
fails 2 "term 'cals': expected 1 or what is varied" --script loop --vary calls=1,2 --model '1 + cals'
fails 2 "term 'loops': it is not varied" --script loop --vary calls=1,2 --model '1 + loops'
fails 2 '2 design points do not determine the terms' --script loop --vary calls=1,2 \
    --model '1 + calls + calls*calls'
fails 2 'expected --loops or --strategy' --script loop --loops 1 --strategy txbudget
fails 2 'expected one of these' --script loop --vary loops=0,1 --strategy txbudget
fails 2 'design point 1 of 2 (datum=inline): PlutusV1 can'"'"'t see inline datums' --script loop \
    --vary datum=inline,hashed
fails 2 'only calls that spend have a datum' --script loop-v3 --purpose mint --vary datum-bytes=9,99
fails 2 "(script-bytes=50): a script of 67 bytes can't be made 50 bytes long" --script loop-v3 \
    --vary script-bytes=50,500
fails 2 'a datum of 2 nodes has 3 to 68 bytes' --script loop-v3 --datum-nodes 2 \
    --vary datum-bytes=60,90
fails 1 '(calls=400): transaction: MaxTxSizeUTxO' --script loop-v3 --purpose withdraw \
    --vary calls=1,400
has err 'reduce calls or payments, or have the script in a reference input'
fails 1 'ExUnitsTooBigUTxO' --script ecdsa-loop --vary loops=1,300
has err 'reduce loops'
fails 1 'ConwayTxRefScriptsSizeTooBig' --script loop-v3 --reference-script --purpose withdraw \
    --calls 30 --vary script-bytes=100,8000
has err 'reduce calls or script-bytes'
fails 1 "a script that looks at its datum can't have another" --script custom-call-spine \
    --vary datum-bytes=10,100
printf '{"script": "loop", "vary": {"calls": [1, 2], "colour": []}}' > bad.json
fails 1 'bad.json:1: vary.colour: unknown factor' --plan bad.json
fails 1 'none.json' --plan none.json
fails 2 '--script is not for use with --plan' --plan bad.json --script loop
fails 2 '--calls is not for use with --plan' --plan bad.json --calls 3
fails 2 '--vary is not for use with --plan' --plan bad.json --vary calls=1,2
printf 'a file' > file
fails 1 'file' --script loop --vary calls=1,2 --time 30s --out file
[ $((SECONDS - begun)) -lt 60 ] || fail 'something was measured first'

# ---- Ending early ----

"$program" measure --script loop --vary calls=1,2 --time 60s --precision 0.0001% --out stopped \
    > out 2> err &
job=$! code=0
until [ -d stopped ]; do sleep 0.1; done
sleep 2
kill -INT "$job"
wait "$job" || code=$?
[ "$code" -eq 1 ] || fail "exit code $code after SIGINT"
has err 'interrupted: the result is partial; what was measured is in stopped'
has out 'PARTIAL'
has stopped/measure.json '"partial": true'

# ---- Help ----

run --help
for option in $(sed -n '/^examples:/,$p' out | grep -oE -- ' --[a-z-]+' | sort -u); do
    grep -qE -- "^  $option( |$)" out || fail "an example uses $option"
done
