#!/usr/bin/env bash
# plutbench block: what a run prints and leaves, how it ends early, and what it refuses.
set -euo pipefail
subcommand=block
. "$(dirname "$0")/common.sh"

# ---- The job ----

run --script ecdsa-loop --fraction 5% --time 500ms
for text in 'ecdsa-loop (PlutusV2, protocol version 10) in blocks on embedded ledger' \
            '8 transactions of' '1 call (spend) of 2 loops each' 'of 20,000,000,000 steps' \
            'of 62,000,000 memory' 'of 90,112 bytes' 'memory, 100,000 unspent outputs' \
            'block of calls' 'block of twins' 'per call' 'null experiment' 'noise floor' 'p99.9' \
            'memory-twins'; do
    has out "$text"
done

# As JSON, on disk too, and in a folder.
run --script loop --loops 3 --transactions 4 --calls 2 --reference-script --utxo state \
    --utxo-size 300 --time 1s --seed 11 --json --out new/results
is_json out
for text in '"state": "memory"' '"state": "disk"' '"loops": 3' '"transactions": 4' \
            '"calls_per_transaction": 2' '"reference_script": true' '"seed": 11' \
            '"utxo_count": 300' '"full_by"' '"partial": false'; do
    has out "$text"
done
expected='block.json loop-disk-calls.hgrm loop-disk-twins-again.hgrm loop-disk-twins.hgrm
loop-memory-calls.hgrm loop-memory-twins-again.hgrm loop-memory-twins.hgrm loop.hlog manifest.json
plan.json run.log samples.bin'
[ "$(ls -A new/results | xargs)" = "$(echo "$expected" | xargs)" ] || { ls -A new/results >&2; fail 'other files'; }
cmp out new/results/block.json || fail 'block.json is not what --json prints'
is_json new/results/manifest.json
for text in '"block"' '"embedded:loop.uplc"' '"block.json"' '"utxo": "state"'; do
    has new/results/manifest.json "$text"
done
[ -s state/data.mdb ] || fail 'there is no state on disk'
# The same folder again: it is filled already.
run --script loop --loops 0 --transactions 2 --utxo state --utxo-size 300 --time 300ms
has out 'disk, '

run --script loop --loops 0 --fraction 0.1% --purpose withdraw --calls 3 --time 300ms
has out '3 calls (withdraw) of 0 loops each'
run --script loop-v3 --strategy txperblock_40 --time 300ms --utxo memory --utxo-size 0
has out '40 transactions of'

# ---- Ending early ----

"$program" block --script loop --time 30s --precision 0.0001% --out stopped > out 2> err &
job=$! code=0 begun=$SECONDS
until [ -d stopped ]; do sleep 0.1; done
sleep 2
kill -INT "$job"
wait "$job" || code=$?
[ "$code" -eq 1 ] || fail "exit code $code after SIGINT"
[ $((SECONDS - begun)) -lt 25 ] || fail 'SIGINT did not end it'
[ "$(wc -l < err)" -eq 1 ] || { cat err >&2; fail 'expected one line after SIGINT'; }
has err 'interrupted: the result is partial; what was measured is in stopped'
has out 'PARTIAL'
has stopped/block.json '"partial": true'

# ---- What is refused ----

fails 2 'expected --loops or --strategy, got both' --script loop --loops 1 --strategy txbudget
fails 2 'expected two of --transactions, --fraction and --loops' \
    --script loop --loops 1 --transactions 2 --fraction 0.5
fails 2 'expected two of --transactions, --fraction and --strategy' \
    --script loop --strategy txbudget --transactions 2 --fraction 0.5
fails 2 'at most 1 (100%)' --script loop --fraction 200%
fails 2 'expected a ratio' --script loop --fraction 0
fails 2 'at least 1' --script loop --transactions 0
fails 2 'at most 1000 --calls' --script loop --calls 1001
fails 2 '--utxo-size: expected at most' --script loop --utxo-size 1000000000
fails 2 'have a datum' --script loop --purpose mint --hashed-datum
fails 2 "did you mean 'withdraw'?" --script loop --purpose withdrawal
fails 2 'needs its scale' --script loop --strategy blockbudget
fails 2 "did you mean 'ecdsa-loop'?" --script ecdsa-lop
fails 2 'expected --script NAME' --time 1s
fails 1 'not even one loop fits' --script loop --fraction 0.01%
fails 1 'BlockSizeTooLargeCHAIN' --script loop --loops 0 --transactions 400
fails 1 'TooManyExUnits' --script loop --loops 6000 --transactions 9
fails 1 'MaxTxSizeUTxO' --script loop --calls 900 --loops 0
printf 'a file' > file
fails 1 'file' --script loop --utxo file --time 30s
fails 1 'file' --script loop --out file --time 30s
mkdir foreign && printf 'x' > foreign/x
fails 1 "not plutbench's" --script loop --utxo foreign --time 30s
