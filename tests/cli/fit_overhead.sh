#!/usr/bin/env bash
# plutbench fit --overhead: table, files, steps of another machine, and what is said about bad input.
set -euo pipefail
subcommand=fit
. "$(dirname "$0")/common.sh"

# point CALLS SCRIPT-BYTES: 1500 ns, 200 a call, 3 a byte; fees of mainnet's parameters (44 a byte,
# 155381, 721 for ten million steps).
point() {
    local ns=$((1500 + 200 * $1 + 3 * $2)) size=$((200 + 40 * $1 + $2))
    cat << JSON
{"label": "calls=$1, script-bytes=$2", "settings": {"calls": $1, "script_bytes": $2},
 "charged": {"memory": 0, "steps": ${1}0000000}, "fee_lovelace": $((44 * size + 155381 + 721 * $1)),
 "transaction_bytes": $size, "script_bytes": $2, "datum_bytes": 0, "datum_nodes": 0,
 "overhead": {"value": $ns, "low": $((ns - 10)), "high": $((ns + 10)), "degrees_of_freedom": 8},
 "null_experiment": {"value": 0, "low": -5, "high": 5}}
JSON
}
# sweep PROCESSOR POINT ...: a measure.json.
sweep() {
    local processor=$1 points
    shift
    points=$(printf '%s,' "$@")
    cat << JSON
{"script": "loop-v3", "language": "PlutusV3", "protocol_version": 10, "target": "embedded ledger",
 "measured": true, "environment": {"before": {"cpu_model": "$processor"}},
 "sampling": {"pace_ns": 700}, "design_points": [${points%,}]}
JSON
}

mkdir calls
sweep Z80 "$(point 1 100)" "$(point 4 100)" "$(point 10 100)" > calls/measure.json
sweep Z80 "$(point 1 300)" "$(point 4 300)" "$(point 1 3000)" > bytes.json

# ---- What comes out ----

run --overhead calls bytes.json
has out 'overhead of PlutusV3 at protocol version 10 on embedded ledger, Z80'
has out '6 design points of 2 runs'
grep -Eq '^  spends +200.0 ns +\[[0-9.]+, [0-9.]+\] +10.00 µs' out || fail 'no line of spends'
grep -Eq '^  transactions +1.5[0-9]* µs' out || fail 'no line of transactions'
grep -Eq '^  script_bytes +3.[0-9]* ns +\[[0-9.]+, [0-9.]+\] +nothing' out || fail 'no script_bytes'
has out 'Not told apart by these data: scripts from transactions'
has out 'Linear: the largest residual'
has out '194 calls in a transaction, as in June 2024 (more than was measured)'

# One of the two: bytes are not varied, and what is not known is no number.
run --overhead calls --json
is_json out
has out '"size": "script_bytes"'
has out '"not_told_apart_from": ['
has out '"type": "linear_in_sizes"'

run --overhead calls bytes.json --out fitted
is_json fitted/overheadCostModel.json
is_json fitted/manifest.json
has fitted/manifest.json '"calls/measure.json"'
has fitted/overhead.csv 'size,unit,state,ns,ns_low,ns_high'
has fitted/overhead.csv 'spends,call,fitted,200,'
has fitted/overhead.csv 'scripts,script,not-told-apart,NA,NA,NA'

# Ten million steps a call are paid 10 us at 1 ps, and 0.2 us at 20 fs.
run --overhead calls bytes.json --ns-per-step 0.00002 --machine-steps --json
has out '"basis": "machine"'

run --overhead calls bytes.json --sizes spends,transactions,script_bytes
has_not out 'Not told apart'

# ---- Another machine's steps ----

header=benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub
# times NS NO-OP-NS: of the set below.
times() {
    echo "$header"
    for row in "Nop1o/1 $2" "Nop2o/1/1 $2" "A/1 $(($1 + $2))" "A/2 $((2 * $1 + $2))" \
        "B/1 $(($1 + $2))" "C/1/1 $(($1 + $2))" "D/1/1 $((3 * $1 + $2))"; do
        echo "${row% *},${row#* }e-9,${row#* }e-9,${row#* }e-9,1e-9,1e-9,1e-9"
    done
}
times 20000 10 > own.csv
times 40000 1000 > reference.csv
printf 'A Nop1o one\nB Nop1o one\nC Nop2o two\nD Nop2o two\n' > set.txt
run --overhead calls bytes.json --own own.csv --reference reference.csv --scale-set set.txt \
    --out scaled
has out 'a step is 1 ps of the reference machine, 0.5 ps'
has scaled/scale.json '"factor": 0.5'
has scaled/overheadCostModel.json '"basis": "reference"'

# ---- Bad input ----

fails 2 '--reference and --own go together' --overhead calls --own own.csv
fails 2 '--scale-set goes with --reference' --overhead calls --scale-set set.txt
fails 2 "there is no size 'callz'" --overhead calls --sizes callz
fails 1 'missing.json' --overhead missing.json
sed 's/"calls": 10/"calls": 0/' calls/measure.json > zero.json
fails 1 'zero.json:11: design_points[2].settings.calls: expected' --overhead zero.json
sed 's/Z80/6502/' bytes.json > other.json
fails 1 "other.json: expected runs of one processor: '6502' here, 'Z80' in calls/measure.json" \
    --overhead calls other.json
sed 's/"fee_lovelace": 1/"fee_lovelace": 2/' bytes.json > fee.json
fails 1 'is not what the protocol parameters make it' --overhead fee.json
sed 's/"measured": true/"measured": false/' bytes.json > unmeasured.json
fails 1 'expected design points that were measured' --overhead unmeasured.json
sed 's/^B.*/B\/1,9e-3,9e-3,9e-3,1e-9,1e-9,1e-9/' own.csv > odd.csv
fails 1 'the set disagrees with itself' --overhead calls --own odd.csv --reference reference.csv \
    --scale-set set.txt
