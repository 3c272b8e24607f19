#!/usr/bin/env bash
# plutbench calibrate: what a run prints and leaves, how it ends early, and what it refuses.
set -euo pipefail
subcommand=calibrate
. "$(dirname "$0")/common.sh"

# ---- The main job ----

run --script ecdsa-loop --time 4s
# A machine that does something else meanwhile needs longer for an interval of the long call.
if grep -q 'fewer than 100 samples' out && ! grep -q 'by regression' out; then
    run --script ecdsa-loop --time 30s
fi
for text in 'ecdsa-loop (PlutusV2, protocol version 10) on embedded ledger' 'txbudget, limited by' \
            'of 10,000,000,000 steps' 'of 14,000,000 memory' 'overhead per call' 'by regression' \
            'cost per loop' 'time per charged step' 'null experiment' 'noise floor' 'p99.9' \
            'value-only twin' 'until the time was spent' 'A call to ecdsa-loop'; do
    has out "$text"
done
has_not out 'PARTIAL'
for text in 'overhead by stage' 'decode-transaction' 'phase-1' 'decode-scripts' 'build-contexts' \
            'evaluate' 'size fee' "The stages' sum is"; do
    has out "$text"
done
awk '{ gsub(/[\200-\277]/, "") } length($0) > 100 { exit 1 }' out || fail 'a line is longer than 100 columns'
run --script ecdsa-loop --time 300ms --no-stages
has_not out 'overhead by stage'
has out 'overhead per call'

# ---- As JSON, and in a folder ----

run --script loop --strategy txperblock_8 --time 500ms --seed 11 --json --out new/results
is_json out
for text in '"overhead_per_call"' '"cost_per_loop"' '"null_experiment"' '"partial": false' \
            '"loopCounter"' '"seed": 11' '"messageId": "txperblock_8"'; do
    has out "$text"
done
expected='loop-call-empty.hgrm loop-call-half.hgrm loop-call.hgrm loop-twin-again.hgrm
loop-twin.hgrm loop.hlog manifest.json scaling_loop.csv summaries_loop.json summary.json
loop-stages.hlog loop-twin-build-contexts.hgrm loop-twin-decode-transaction.hgrm
loop-twin-phase-1.hgrm plan.json run.log samples.bin'
for name in call call-empty; do
    for stage in decode-transaction phase-1 decode-scripts build-contexts start evaluate; do
        expected="$expected loop-$name-$stage.hgrm"
    done
done
[ "$(ls -A new/results | xargs)" = "$(echo $expected | xargs -n 1 | sort | xargs)" ] ||
    { ls -A new/results >&2; fail 'other files'; }
has new/results/loop-stages.hlog 'Tag=call-empty.evaluate,'
has new/results/summary.json '"charges": {'
has new/results/summary.json '"stages": {'
cmp out new/results/summary.json || fail 'summary.json is not what --json prints'
for file in manifest.json summaries_loop.json summary.json; do
    is_json "new/results/$file"
done
has new/results/scaling_loop.csv ',txperblock_8'
has new/results/loop.hlog '#[Histogram log format version'
has new/results/loop-call.hgrm 'Percentile'
for text in '"plutbench"' '"calibrate"' '"embedded:loop.uplc"' '"embedded:mainnet_v10.json"' \
            '"summary.json"'; do
    has new/results/manifest.json "$text"
done
# A folder takes further loop counts: summaries are added, none is lost.
mkdir more
cp new/results/summaries_loop.json new/results/scaling_loop.csv more
run --script loop --no-measure --out more
has more/summaries_loop.json '"txperblock_8"'
has more/summaries_loop.json '"txbudget"'
has more/scaling_loop.csv ',txperblock_8,txbudget'

# Checksums of the manifest are those of the files.
if command -v python3 > which; then
    python3 - <<'PYTHON'
import hashlib, json
manifest = json.load(open("new/results/manifest.json"))
files = {row["name"]: row for row in manifest["outputs"]}
assert "scaling_loop.csv" in files, files
for name, row in files.items():
    content = open("new/results/" + name, "rb").read()
    assert hashlib.sha256(content).hexdigest() == row["sha256"], name
    assert len(content) == row["bytes"], name
assert manifest["command_line"][:2] == ["plutbench", "calibrate"], manifest["command_line"]
assert [row["role"] for row in manifest["inputs"]] == ["script", "redeemer", "datum",
                                                       "protocol-parameters"]
PYTHON
fi

# ---- A profile of the call ----

run --script loop --time 700ms --no-stages --profile --stacks folded --json --out profiled
is_json out
has out '"stages": null'
has out '"profile": {'
has out '"outside of the evaluation"'
is_json profiled/profile.json
has_not profiled/profile.json '"verifyEcdsaSecp256k1Signature"'
has folded 'loop;'
run --script loop --no-measure --profile --time 500ms
has out 'outside of the evaluation'
fails 2 '--stacks belongs to --profile' --script loop --stacks folded --no-measure

# ---- Budgets alone ----

run --script schnorr-loop --no-measure
has out 'schnorr-loop, txbudget: '
has out 'limited by steps; found in 4 evaluations'
run --script hash-onto-g2-and-add --no-measure --strategy blockbudget --json
is_json out
has out '"messageStrategy": "maximizes loops per block'
run --script loop --no-measure --hashed-datum --strategy blockbudget_1.5
has out 'loop, blockbudget_1.5: '

# Under scaled limits, as calibrate-script names them: one limit after another, until four such
# transactions fit in a block again.
run --script loop --no-measure --scale auto --out scaled
for text in 'limited by memory' 'scaled limits' 'txbudget txm:1.5 bm:1.5 bs:1.5' \
            'txbudget txm:2.0 bm:2.0 bs:2.0'; do
    has out "$text"
done
[ "$(head -n 1 scaled/scaling_loop.csv)" = ",txbudget,txbudget txm:1.5,txbudget txm:1.5 bm:1.5,\
txbudget txm:1.5 bm:1.5 bs:1.5,txbudget txm:2.0,txbudget txm:2.0 bm:2.0,\
txbudget txm:2.0 bm:2.0 bs:2.0" ] || { cat scaled/scaling_loop.csv >&2; fail 'other columns'; }
grep -qx 'memory,14000000,21000000,21000000,21000000,28000000,28000000,28000000' \
    scaled/scaling_loop.csv || fail 'other limits'
grep -qx 'txns per block,4,2,3,4,2,2,4' scaled/scaling_loop.csv || fail 'other blocks'
has scaled/summaries_loop.json '"txbudget txm:1.5 bm:1.5": {'
run --script ecdsa-loop --no-measure --scale auto --hint steps --strategy txperblock_8 --json
is_json out
has out '"messageId": "txperblock_8 bs:1.5"'
run --script loop --no-measure --scale '1.5 1 1 1' --scale '1 1 1 1' --scale '0.5 2 1 0.05'
has out 'txbudget txm:1.5 '
has out 'txbudget txm:0.5 txs:2.0 bs:5.0e-2 '
run --script loop --scale '1 1 2 2' --time 300ms --json
is_json out
has out '"scaled_budgets"'
has out '"txbudget bm:2.0 bs:2.0"'

# Submissions at a rate.
run --script loop --no-measure --rate 100/s --time 500ms --out rated
for text in 'loop at 100/s, at equal intervals' 'latency' 'service, corrected' 'intended' \
            'waiting in line' 'value-only twin'; do
    has out "$text"
done
is_json rated/rate.json
has rated/rate.json '"rate_asked": 100'
has rated/loop-rate.hlog 'Tag=call-service'
has rated/loop-rate-twin-service-corrected.hgrm 'Percentile'
has rated/manifest.json '"loop-rate.hlog"'
run --script loop --no-measure --rate 100000 --poisson --time 500ms
has out 'warning: saturated'
run --script loop --no-measure --rate 50 --poisson --time 300ms --json
is_json out
has out '"open_loop"'
has out '"arrivals": "poisson"'

# Equal seeds make equal transactions; budgets do not depend on them.
run --script loop-v3 --no-measure --seed 1 --json
mv out first
run --script loop-v3 --no-measure --seed 1 --json
cmp out first

# ---- A script of a user's own ----

cat > own.uplc <<'UPLC'
(program 1.0.0 (lam d (lam r (lam c
  [(lam go [go go [(builtin subtractInteger) [(builtin unIData) r] (con integer 1000000)]])
   (lam self (lam n
     (force [(force (builtin ifThenElse)) [(builtin equalsInteger) n (con integer 0)]
       (delay (con unit ()))
       (delay [self self [(builtin subtractInteger) n (con integer 1)]])])))]))))
UPLC
printf '{"int": 1000000}' > own.json
run --script own.uplc --redeemer own.json --language v2 --no-measure --json --out own
has out '"scriptId": "own.uplc"'
mv out from_json
# Its redeemer as CBOR: 1000000 is 0x000f4240.
run --script own.uplc --redeemer 1a000f4240 --language v2 --no-measure --json
cmp out from_json
printf '\x1a\x00\x0f\x42\x40' > own.cbor
run --script own.uplc --redeemer own.cbor --datum d87980 --language v2 --no-measure --json
has out '"constructor": 0'
"$program" convert own.uplc --to envelope --language v2 --output own.plutus
run --script own.plutus --redeemer own.json --no-measure
# The manifest has the checksum of the file as it is.
if command -v sha256sum > which; then
    has own/manifest.json "$(sha256sum < own.json | cut -d ' ' -f 1)"
    has own/manifest.json "$(sha256sum < own.uplc | cut -d ' ' -f 1)"
fi

# ---- The node team's scripts ----

folder=$shared/upstream/node-bench
if [ -d "$folder" ]; then
    for name in EcdsaSecp256k1Loop SchnorrSecp256k1Loop HashOntoG2AndAdd Loop Loop2024 LoopV3 \
                Ripemd160; do
        run --script "$folder/$name.plutus" --redeemer "$folder/$name.redeemer.json" \
            --protocol-parameters "$folder/protocol-parameters-v10.json" --no-measure
        has out 'found in 4 evaluations'
    done
    run --script "$folder/LoopV3.plutus" --redeemer "$folder/LoopV3.redeemer.json" --time 300ms
    has out 'overhead per call'
    # What a version does not have is said.
    for name in HashOntoG2AndAdd LoopV3 Ripemd160; do
        fails 1 'PlutusV3 is not available in protocol version 8' \
            --script "$folder/$name.plutus" --redeemer "$folder/$name.redeemer.json" \
            --protocol-parameters "$folder/protocol-parameters-v8.json" --no-measure
    done
    fails 1 'builtin ripemd_160 is not available in PlutusV3 at protocol version 9' \
        --script "$folder/Ripemd160.plutus" --redeemer "$folder/Ripemd160.redeemer.json" \
        --protocol-parameters "$folder/protocol-parameters-v9.json" --no-measure
fi

# ---- Ending early ----

# interrupt FOLDER SIGNAL: a run that is to last half a minute is stopped while it samples.
interrupt() {
    "$program" calibrate --script loop --time 30s --precision 0.0001% --out "$1" > out 2> err &
    local job=$! code=0 begun=$SECONDS
    until [ -d "$1" ]; do sleep 0.1; done
    sleep 2
    kill "-$2" "$job"
    wait "$job" || code=$?
    [ "$code" -eq 1 ] || fail "exit code $code after SIG$2"
    [ $((SECONDS - begun)) -lt 25 ] || fail "SIG$2 did not end it"
    [ "$(wc -l < err)" -eq 1 ] || { cat err >&2; fail "expected one line after SIG$2"; }
    has err "interrupted: the result is partial; what was measured is in $1"
    has out 'PARTIAL'
    has "$1/summary.json" '"partial": true'
    [ -s "$1/manifest.json" ] && [ -s "$1/loop.hlog" ] || fail "SIG$2: files are missing"
}
interrupt stopped INT
interrupt ended TERM

# A line of progress on a terminal alone, where script(1) can make one.
if script -qec true typescript > terminal 2>&1 < /dev/null; then
    script -qec "'$program' calibrate --script loop --time 500ms" typescript > terminal < /dev/null
    has terminal 'sampling: '
    has terminal 'A call to loop'
fi

# ---- What is refused ----

fails 2 "did you mean 'ecdsa-loop'?" --script ecdsa-lop
fails 2 'no such file' --script nothing-like-it
fails 2 "did you mean 'txbudget'?" --script loop --strategy txbuget
fails 2 "did you mean 'txperblock_N'?" --script loop --strategy txperblok_8
fails 2 'with R from 1.0 to 2.0' --script loop --strategy blockbudget_3
fails 2 "did you mean '--strategy'?" --script loop --stratgy txbudget
fails 2 'expected --script NAME' --no-measure
fails 2 'needs --redeemer' --script own.uplc
fails 2 'are for scripts from files' --script loop --redeemer own.json
fails 2 'expected a time' --script loop --time 0
fails 2 'expected a time' --script loop --time soon
fails 2 'expected a time' --script loop --time 1e300
fails 2 'expected a ratio' --script loop --precision -1%
fails 2 'at least 1' --script loop --seed 0
fails 2 '--rate: expected more than 0' --script loop --rate 0
fails 2 '--rate: expected more than 0' --script loop --rate 10/m
fails 2 '--poisson belongs to --rate' --script loop --poisson
fails 2 'expected four factors' --script loop --scale '1 1 1'
fails 2 'expected four factors' --script loop --scale '1 1 1 0'
fails 2 'expected auto or factors' --script loop --scale auto --scale '1 1 1 2'
fails 2 '--hint is for --scale auto' --script loop --hint steps --scale '1 1 1 2'
fails 2 'is for txbudget and txperblock_N' --script loop --scale auto --strategy blockbudget
fails 1 'txbudget txm:1.0e-4: loop: not even one loop fits' --script loop --scale '0.0001 1 1 1'
fails 1 'own.uplc: ' --script own.uplc --redeemer own.json

# A folder that can't be written is found before a minute is spent.
printf 'a file' > file
begun=$SECONDS
fails 1 'file' --script loop --time 30s --out file
fails 1 'file/deeper' --script loop --time 30s --out file/deeper
[ $((SECONDS - begun)) -lt 20 ] || fail 'it was measured first'
[ "$(cat file)" = 'a file' ] || fail 'the file was changed'
