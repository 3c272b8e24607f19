#!/usr/bin/env bash
# plutbench calibrate: what a run prints and leaves, how it ends early, and what it refuses.
set -euo pipefail
program=$(realpath "$1")
shared=$(realpath -m "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    printf 'FAIL: %s\n' "$*" >&2
    exit 1
}
has() { grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "no line of $1 has '$2'"; }; }
has_not() { if grep -qF -- "$2" "$1"; then fail "a line of $1 has '$2'"; fi; }
# run ARGUMENT ...: succeeds, and says nothing on stderr.
run() {
    "$program" calibrate "$@" > out 2> err || { cat err >&2; fail "calibrate $*: exit code $?"; }
    [ ! -s err ] || { cat err >&2; fail "calibrate $*: something on stderr, which is no terminal"; }
}
# fails CODE TEXT ARGUMENT ...: that exit code, one line on stderr with the text, nothing on stdout.
fails() {
    local code=0
    "$program" calibrate "${@:3}" > out 2> err || code=$?
    [ "$code" -eq "$1" ] || { cat err >&2; fail "calibrate ${*:3}: exit code $code"; }
    [ "$(wc -l < err)" -eq 1 ] || { cat err >&2; fail "calibrate ${*:3}: expected one line"; }
    [ ! -s out ] || fail "calibrate ${*:3}: something was printed"
    has err "$2"
}
is_json() {
    if command -v python3 > which; then
        python3 -m json.tool < "$1" > tool || fail "$1 is no JSON"
    fi
}

# ---- The main job ----

run --script ecdsa-loop --time 1s
for text in 'ecdsa-loop (PlutusV2, protocol version 10) on embedded ledger' 'txbudget, limited by' \
            'of 10,000,000,000 steps' 'of 14,000,000 memory' 'overhead per call' 'by regression' \
            'cost per loop' 'time per charged step' 'null experiment' 'noise floor' 'p99.9' \
            'value-only twin' 'until the time was spent' 'A call to ecdsa-loop'; do
    has out "$text"
done
has_not out 'PARTIAL'

# ---- As JSON, and in a folder ----

run --script loop --strategy txperblock_8 --time 500ms --seed 11 --json --out new/results
is_json out
for text in '"overhead_per_call"' '"cost_per_loop"' '"null_experiment"' '"partial": false' \
            '"loopCounter"' '"seed": 11' '"messageId": "txperblock_8"'; do
    has out "$text"
done
expected='loop-call-empty.hgrm loop-call-half.hgrm loop-call.hgrm loop-twin-again.hgrm
loop-twin.hgrm loop.hlog manifest.json scaling_loop.csv summaries_loop.json summary.json'
[ "$(ls -A new/results | xargs)" = "$(echo "$expected" | xargs)" ] || { ls -A new/results >&2; fail 'other files'; }
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
# The folder takes another run: summaries are added, none is lost.
run --script loop --no-measure --out new/results
has new/results/summaries_loop.json '"txperblock_8"'
has new/results/summaries_loop.json '"txbudget"'
has new/results/scaling_loop.csv ',txperblock_8,txbudget'

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

# ---- Budgets alone ----

run --script schnorr-loop --no-measure
has out 'schnorr-loop, txbudget: '
has out 'limited by steps; found in 4 evaluations'
run --script hash-onto-g2-and-add --no-measure --strategy blockbudget --json
is_json out
has out '"messageStrategy": "maximizes loops per block'
run --script loop --no-measure --hashed-datum --strategy blockbudget_1.5
has out 'loop, blockbudget_1.5: '

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
fails 1 'own.uplc: ' --script own.uplc --redeemer own.json

# A folder that can't be written is found before a minute is spent.
printf 'a file' > file
begun=$SECONDS
fails 1 'file' --script loop --time 30s --out file
fails 1 'file/deeper' --script loop --time 30s --out file/deeper
[ $((SECONDS - begun)) -lt 20 ] || fail 'it was measured first'
[ "$(cat file)" = 'a file' ] || fail 'the file was changed'
