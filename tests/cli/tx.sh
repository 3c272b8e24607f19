#!/usr/bin/env bash
# plutbench tx: what build makes, validate accepts; fixtures and what they expect; forms of input;
# exit codes; and what is refused.
set -euo pipefail
subcommand=tx
. "$(dirname "$0")/common.sh"

# run CODE ARGUMENT ...: that exit code, and nothing on stderr.
run() {
    exits "$@"
    nothing_on_stderr
}
# fails CODE TEXT ARGUMENT ...: that exit code, and one line on stderr with the text.
fails() {
    exits "$1" "${@:3}"
    one_line_on_stderr
    has err "$2"
}
hex_of() { sed -n 's/.*"cborHex": "\([0-9a-f]*\)".*/\1/p' "$1"; }

# ---- Every shape that build makes is valid, and so is its twin ----

shape() {
    rm -f tx utxo accounts
    run 0 build --out tx --utxo-out utxo --accounts-out accounts "$@"
    has out 'try it: plutbench tx validate tx --utxo utxo'
    run 0 validate tx --utxo utxo --accounts accounts
    grep -q '^Pass  *tx$' out || { cat out >&2; fail "$* is not valid"; }
}
for more in '' --twin; do
    shape --script ecdsa-loop --loops 2 $more
    shape --script loop --loops 2 --calls 3 $more
    shape --script loop --loops 2 --hashed-datum --required-signer --payments 0 $more
    shape --script loop-v3 --loops 2 --no-datum --reference-script --calls 2 $more
    shape --script loop-v3 --loops 2 --purpose mint --calls 3 --network testnet $more
    shape --script loop-v3 --loops 2 --purpose withdraw --calls 30 --reference-script $more
    shape --script loop-v3 --loops 2 --assets 3 --extra-inputs 2 --native-scripts 2 --payments 4 \
        --supplemental-datum 182a --collateral-return --validity-interval --inline-datum $more
done
shape --script loop-v3 --strategy txperblock_8 --calls 2
has out '  spend         1  PlutusV3'
# The same call by call: another seed is another transaction.
run 0 build --script loop --loops 1
mv out one
run 0 build --script loop --loops 1 --seed 1
cmp out one
run 0 build --script loop --loops 1 --seed 2
! cmp -s out one || fail 'another seed, the same transaction'
has one '"type": "Witnessed Tx ConwayEra"'
has one '"description": "Ledger Cddl Format"'
run 0 build --script loop --loops 1 --json
has out '"loops": 1'
has out '"cborHex": "84'
! "$program" tx build --script loop --loops 1 > /dev/full 2> err || fail 'wrote to a full disk'
[ "$(wc -l < err)" -eq 1 ] || fail 'expected one line'

fails 2 'expected --script NAME' build
fails 2 "expected --script loop, got 'loop' alone" build loop
fails 2 "did you mean 'loop'" build --script lop
fails 2 'expected --loops or --strategy' build --script loop --loops 1 --strategy txbudget
fails 2 'expected one of --inline-datum' build --script loop --inline-datum --no-datum
fails 2 'only calls for --purpose spend' build --script loop --purpose mint --hashed-datum
fails 2 '--calls: expected a whole number from 1 to 1000, got 1001' build --script loop --calls 1001
fails 2 '--calls: expected a whole number of at least 1' build --script loop --calls 0
fails 2 '--purpose: expected one of spend, mint, withdraw' build --script loop --purpose vote
fails 2 'blockbudget needs its scale' build --script loop --strategy blockbudget
fails 2 'strategy' build --script loop --strategy txbudgt
fails 1 'PlutusV1 needs a datum to spend' build --script loop --no-datum
fails 1 "PlutusV1 can't see inline datums" build --script loop --loops 1 --inline-datum
fails 1 'the ledger refuses it: ExUnitsTooBigUTxO' build --script ecdsa-loop --loops 300
fails 1 'no-such-folder/tx' build --script loop --loops 1 --out no-such-folder/tx

# ---- validate and evaluate: one transaction in all forms ----

run 0 build --script loop-v3 --loops 5 --calls 2 --out tx --utxo-out utxo
hex_of tx > tx.hex
run 0 validate tx.hex --utxo utxo
run 0 validate - --utxo utxo < tx.hex
has out 'Pass         -'
run 0 validate tx --utxo utxo --json
has out '"outcome": "Pass"'
has out '"purpose": "spend"'
has_not out expected
run 0 evaluate tx --utxo utxo
has out 'total'
run 0 evaluate tx --utxo utxo --json
has out '"outcome": "Pass"'
run 0 evaluate tx --utxo utxo --ogmios
has out '"validator"'
has out '"cpu"'
fails 2 'expected --json or --ogmios' evaluate tx --utxo utxo --json --ogmios
if command -v xxd > which; then
    xxd -r -p tx.hex > tx.cbor
    run 0 validate tx.cbor --utxo utxo
fi

# ExUnits as declared are what evaluate finds.
run 0 validate tx --utxo utxo --json
grep -o '"\(memory\|steps\)": [0-9]*' out | sort | uniq -c | grep -qv ' 4 ' &&
    fail 'declared is not what is spent'

# What is not there; another network, slot, parameters.
echo '{}' > none
run 1 validate tx --utxo none
has out 'Fail         tx: BadInputsUTxO'
run 1 validate tx --utxo none --json
has out '"outcome": "Fail"'
has out '"predicate": "BadInputsUTxO"'
run 1 validate tx --utxo utxo --network preprod --json
has out '"predicate": "WrongNetworkInTxOutput"'
has out '"ledger_predicate": "WrongNetwork"'
run 0 validate tx --utxo utxo --network 764824073
fails 2 '--network: expected mainnet' validate tx --utxo utxo --network mars
run 0 build --script loop --loops 1 --validity-interval --slot 160000000 --out t --utxo-out u
run 0 validate t --utxo u
run 1 validate t --utxo u --slot 160007200
has out 'OutsideValidityIntervalUTxO'
fails 1 'none.json' validate tx --utxo utxo --protocol-parameters none.json
fails 1 'protocolVersion' validate tx --utxo utxo --protocol-parameters none
run 0 build --script loop-v3 --loops 1 --purpose withdraw --seed 7 --out t --utxo-out u \
    --accounts-out a
run 1 validate t --utxo u
run 0 validate t --utxo u --accounts a
fails 1 'expected an array of reward accounts' validate t --utxo u --accounts u

# Several files: each verdict, and a count.
run 1 validate tx tx.hex t --utxo utxo --utxo u
has out 'passed 2, failed 1, unsupported 0'
run 1 validate tx tx.hex t --utxo utxo --utxo u --json
has out '"passed": 2'

# Malformed in many ways: never a crash, always one line.
fails 2 'expected --utxo FILE' validate tx
fails 2 'expected FILE' validate
fails 2 "there is no option '--utx'; did you mean '--utxo'?" validate tx --utx utxo
fails 1 'no-such-file' validate no-such-file --utxo utxo
fails 1 'no-such-file' validate tx --utxo no-such-file
: > empty
fails 1 'empty: is empty' validate empty --utxo utxo
fails 1 'empty: is empty' validate tx --utxo empty
printf '84a' > odd
fails 1 'odd number of digits (3)' validate odd --utxo utxo
printf '{"type": "Tx ConwayEra", "type": "Tx ConwayEra"}' > twice
fails 1 'duplicate' validate twice --utxo utxo
printf '{"type": "PlutusScriptV2", "cborHex": "00"}' > script
fails 1 "got 'PlutusScriptV2'" validate script --utxo utxo
printf '{"type": "Tx BabbageEra", "cborHex": "00"}' > babbage
run 3 validate babbage --utxo utxo
has out "unsupported  babbage: expected a transaction of Conway"
printf '00' > zero
run 1 validate zero --utxo utxo --json
has out '"decodingFailure": true'
run 1 validate zero --utxo utxo
has out "it can't be decoded: expected"
sed 's/"lovelace": [0-9]*/"lovelace": -1/' utxo > negative
fails 1 'expected an integer that is not negative, got -1' validate tx --utxo negative
sed 's/"lovelace": [0-9]*/"lovelace": 99999999999999999999999/' utxo > huge
fails 1 'expected an amount below 2^64' validate tx --utxo huge
sed 's/addr1/addr2/' utxo > address
fails 1 'is no address' validate tx --utxo address
sed '2s/#0/#70000/' utxo > index
fails 1 'at most 65535' validate tx --utxo index
{ echo '['; tail -n +2 utxo; } > brackets
fails 1 'expected JSON' validate tx --utxo brackets
length=$(wc -c < tx.hex)
for cut in 2 10 50 100 200 400; do
    head -c "$cut" tx.hex > cut
    run 1 validate cut --utxo utxo
    has out "it can't be decoded"
done
for at in $(seq 1 37 "$length"); do
    { head -c $((at - 1)) tx.hex; printf f; tail -c +$((at + 1)) tx.hex; } > changed
    code=0
    "$program" tx validate changed --utxo utxo --json > out 2> err || code=$?
    [ "$code" -le 1 ] || [ "$code" -eq 3 ] || fail "a change at $at: exit code $code"
    has out '"outcome"'
done

# ---- Fixtures ----

mkdir -p data/common data/scenarios
cat > data/common/parameters.json <<'JSON'
{"minFeeCoefficient": 44, "minFeeConstant": 155381,
 "minFeeReferenceScripts": {"range": 25600, "base": {"numerator": 15, "denominator": 1},
   "multiplier": {"numerator": 12, "denominator": 10}},
 "minUtxoDepositCoefficient": 4310, "maxBlockBodySize": 90112, "maxTransactionSize": 16384,
 "maxValueSize": 5000, "maxReferenceScriptsSize": 204800, "collateralPercentage": 150,
 "maxCollateralInputs": 3, "plutusCostModels": {},
 "scriptExecutionPrices": {"memory": {"numerator": 577, "denominator": 10000},
   "cpu": {"numerator": 721, "denominator": 10000000}},
 "maxExecutionUnitsPerTransaction": {"memory": 14000000, "cpu": 10000000000},
 "maxExecutionUnitsPerBlock": {"memory": 62000000, "cpu": 20000000000},
 "version": {"major": 10, "minor": 0}}
JSON
# fixture NAME TRANSACTION EXPECTED [OVERRIDE]
fixture() {
    cat > "data/scenarios/$1.json" <<JSON
{"title": "$1", "network": "mainnet", "initialState": {},
 "eraHistory": {"stabilityWindow": 129600, "eras": [{"start": {"time": 0, "slot": 0, "epoch": 0},
   "end": null, "params": {"epochSizeSlots": 432000, "slotLengthMs": 1000, "eraName": "Conway"}}]},
 "protocolParameters": {"\$ref": "common/parameters.json", "\$override": {${4:-}}},
 "point": {"slot": 0, "transactionIndex": 0}, "transaction": "$2", "expected": $3}
JSON
}
transaction=$(cat tx.hex)
fixture missing "$transaction" '{"predicate": "BadInputsUTxO"}'
fixture junk 8400 '{"decodingFailure": true}'
run 0 validate data/scenarios
has out 'as expected 2, unsupported 0, wrong 0'
run 0 validate data/scenarios/missing.json
has out '(as expected)'
run 0 validate data/scenarios/missing.json --json
has out '"agrees": true'
has out '"title": "missing"'
(cd data/scenarios && run 0 validate missing.json) || fail 'not from its own folder'
mkdir elsewhere
(cd elsewhere && run 0 validate "$work/data/scenarios/missing.json") || fail 'not from elsewhere'
cp data/scenarios/missing.json elsewhere/
fails 1 "there is no such file" validate elsewhere/missing.json
run 0 validate elsewhere/missing.json --root data
run 0 validate - --root data < data/scenarios/missing.json
(cd data && run 0 validate - < scenarios/missing.json) || fail 'not from standard input'
(cd data/common && run 0 validate ../../elsewhere/missing.json) || fail 'not below the data root'
fixture wrong "$transaction" '"Pass"'
run 1 validate data/scenarios/wrong.json
has out '(WRONG: expected Pass)'
run 1 validate data/scenarios
has out 'as expected 2, unsupported 0, wrong 1'
run 1 validate data/scenarios --json
has out '"wrong": 1'
fixture future "$transaction" '"Pass"' '"version": {"major": 99, "minor": 0}'
run 3 validate data/scenarios/future.json --json
has out '"outcome": "unsupported"'
has out '"what": "protocol version 99'
fixture outside "$transaction" '"Pass"'
sed -i 's|common/parameters|../common/parameters|' data/scenarios/outside.json
fails 1 'a path inside of the data root' validate data/scenarios/outside.json
fails 1 'a path inside of the data root' validate data/scenarios/outside.json --json
has out '"outcome": "error"'
fails 2 '--utxo is for transactions' validate data/scenarios/missing.json --utxo utxo
fails 2 '--root is for fixtures' validate tx --utxo utxo --root data
mkdir none.d
fails 1 'expected a folder with fixtures' validate none.d

# ---- The commands themselves ----

fails 2 'expected validate, evaluate or build' ""
fails 2 "did you mean 'validate'?" valdate
for command in validate evaluate build; do
    run 0 "$command" --help
    has out "usage: plutbench tx $command"
    awk -v command="$command" 'length > 105 { print command ": a long line: " $0; bad = 1 }
                               END { exit bad }' out
    cp out about
    for option in $(sed -n '/^examples:/,$p' about | grep -oE -- ' --[a-z-]+' | sort -u); do
        grep -qE -- "^  $option( |$)" about || fail "$command: its example uses $option"
    done
done

# ---- Fixtures from outside ----

scenarios=$shared/upstream/transaction/scenarios
if [ -d "$scenarios" ]; then
    run 0 validate "$scenarios"
    grep -q 'wrong 0$' out || fail 'a fixture is wrong'
    cd /
    for file in "$scenarios"/0002*.json; do
        code=0
        "$program" tx validate "$file" --json > "$work/out" || code=$?
        [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || fail "$file: exit code $code"
        has "$work/out" '"outcome"'
    done
fi
