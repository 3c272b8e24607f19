#!/usr/bin/env bash
# Wrong input of every kind: one clear line on stderr that names what and where, an exit code that is
# not 0, nothing on stdout, and no file that was not there before.
set -euo pipefail
subcommand=''
. "$(dirname "$0")/common.sh"

trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir in
cd in

cases=0
# refuses CODE PATTERN ARGUMENT ...: an extended regular expression for the line after "plutbench ".
refuses() {
    local code=0
    "$program" "${@:3}" > ../out 2> ../err < /dev/null || code=$?
    [ "$code" -eq "$1" ] || { cat ../err >&2; fail "${*:3}: exit code $code, expected $1"; }
    [ "$(wc -l < ../err)" -eq 1 ] || { cat ../err >&2; fail "${*:3}: expected one line"; }
    [ "$(wc -c < ../err)" -lt 800 ] || { cat ../err >&2; fail "${*:3}: a line without end"; }
    grep -Eq "^plutbench[^:]*: $2" ../err || { cat ../err >&2; fail "${*:3}: expected $2"; }
    # What a broken program says, which may be a single line too; and bytes that steer a terminal.
    ! grep -Eqi 'assert|sanitizer|runtime error|segmentation|core dumped|terminate' ../err ||
        { cat ../err >&2; fail "${*:3}"; }
    ! LC_ALL=C tr -d '\n' < ../err | LC_ALL=C grep -q '[[:cntrl:]]' || fail "${*:3}: control characters"
    [ ! -s ../out ] || { head -c 500 ../out >&2; fail "${*:3}: something on stdout"; }
    cases=$((cases + 1))
}
# For the loop scripts of this test.
calibrates() { refuses "$1" "$2" calibrate --no-measure "${@:3}"; }
loops() { calibrates "$1" "$2" --script own.uplc --language v2 "${@:3}"; }

# ---- Good input, to be spoilt ----

cat > own.uplc <<'UPLC'
(program 1.0.0 (lam d (lam r (lam c
  [(lam go [go go [(builtin subtractInteger) [(builtin unIData) r] (con integer 1000000)]])
   (lam self (lam n
     (force [(force (builtin ifThenElse)) [(builtin equalsInteger) n (con integer 0)]
       (delay (con unit ()))
       (delay [self self [(builtin subtractInteger) n (con integer 1)]])])))]))))
UPLC
printf '{"int": 1000000}' > own.json
"$program" convert own.uplc --to flat --output own.flat
"$program" convert own.uplc --to cbor --output own.cbor
"$program" convert own.uplc --to envelope --language v2 --output own.plutus
"$program" calibrate --script own.uplc --language v2 --redeemer own.json --no-measure > ../out

for file in own.uplc own.flat own.cbor own.plutus; do
    head -c $(($(wc -c < "$file") / 2)) "$file" > "short.${file#own.}"
done
printf '{"int": 10000' > short.json
: > empty
mkdir folder
# The same bytes in every run, and none of them text.
for i in $(seq 400); do printf '\x9c\xff\x00\xfe\x1b[31m\x07\xc3\x28'; done > garbage
# repeat TEXT COUNT
repeat() { printf "%0.s$1" $(seq "$2"); }
{ repeat '[' 100000; } > deep.json
{ repeat '{"a":' 50000; printf 1; repeat '}' 50000; } > deep_object.json
{ repeat '{"list":[' 50000; printf '{"bytes":""}'; repeat ']}' 50000; } > deep_data.json
{ repeat '(delay ' 50000; } > deep.uplc

# parameters FILE JSON: protocol parameters with this in the place of their last members.
parameters() {
    printf '{"protocolVersion": {"major": 10, "minor": 0},
 "txFeePerByte": 44, "txFeeFixed": 155381, "maxTxSize": 16384, "maxBlockBodySize": 90112,
 "maxValueSize": 5000, "collateralPercentage": 150, "maxCollateralInputs": 3,
 "utxoCostPerByte": 4310, "executionUnitPrices": {"priceMemory": 0.0577, "priceSteps": 0.0000721},
 %s}' "$2" > "$1"
}
limits='"maxTxExecutionUnits": {"memory": 14000000, "steps": 10000000000},
 "maxBlockExecutionUnits": {"memory": 62000000, "steps": 20000000000}'

# ---- The command line ----

refuses 2 'no command was given'
refuses 2 "there is no command 'calibrte'; did you mean 'calibrate'\?" calibrte
refuses 2 "there is no command ''" ''
refuses 2 "there is no command 'evl'" help evl
for command in calibrate eval bench conformance convert fit list doctor sweep version; do
    refuses 2 "there is no option '--hlep'; did you mean '--help'\?" "$command" --hlep
    refuses 2 "there is no option '-x'" "$command" -x
done
refuses 2 "there is no option '--fromat'; did you mean '--format'\?" eval own.uplc --fromat text
refuses 2 "did not expect 'own.flat'" eval own.uplc own.flat
refuses 2 'expected FILE' eval
refuses 2 'expected DIR' bench
refuses 2 'expected DIR' conformance
refuses 2 'expected --script loop' calibrate loop
refuses 2 '--script wants a value: NAME' calibrate --script
refuses 2 '--json takes no value' eval own.uplc --json=yes
refuses 2 "--language: expected one of .* got 'v9'" eval own.uplc --language v9
refuses 2 "--format: .* did you mean 'flat'\?" eval own.uplc --format flt
refuses 2 '--protocol-version: expected 5 to 12, got 13' eval own.uplc --language v3 --protocol-version 13
refuses 2 '--budget: expected CPU,MEM' eval own.uplc --budget 1
refuses 2 '--max-bytes: expected a size' eval own.uplc --max-bytes 99999999999G
refuses 2 '--time: expected a time' bench folder --time nan
refuses 2 "there is no option '--  .31m'" eval "$(printf -- '--\n\033[31m')"

# ---- Scripts, strategies ----

calibrates 2 "there is no script 'ecdsa-lop' .* did you mean 'ecdsa-loop'\?" --script ecdsa-lop
calibrates 2 "there is no script 'two lines'" --script $'two\nlines'
calibrates 2 "expected a strategy .* did you mean 'txbudget'\?" --script loop --strategy txbudge
calibrates 2 "expected a strategy .* got 'none'" --script loop --strategy none
calibrates 2 'expected txperblock_N with N from 1' --script loop --strategy txperblock_0
calibrates 2 'expected blockbudget_R with R from 1.0 to 2.0' --script loop --strategy blockbudget_9
calibrates 1 'own.uplc: ' --script own.uplc --redeemer own.json
calibrates 1 'own.plutus: .*PlutusV2' --script own.plutus --language v3 --redeemer own.json

# ---- Files that are none, or hold something else ----

for file in nowhere folder empty garbage short.uplc short.flat short.cbor short.plutus deep.json \
            deep_object.json deep.uplc; do
    refuses 1 "$file: " eval "$file"
    refuses 1 "$file: " convert "$file" --to hex
    calibrates 1 "./$file: " --script "./$file" --language v2 --redeemer own.json
done
for file in nowhere folder empty garbage short.json deep.json deep_object.json; do
    refuses 1 "$file: " eval own.uplc --arg "$file"
    loops 1 "$file: " --redeemer "$file"
    loops 1 "$file: " --redeemer own.json --datum "$file"
    refuses 1 "$file:" eval own.uplc --cost-model "$file"
    calibrates 1 "$file:" --script loop --protocol-parameters "$file"
done
for file in nowhere folder empty garbage short.json deep.json deep_object.json; do
    refuses 1 "$file: " convert own.uplc --to hex --apply "$file"
done
refuses 1 'nowhere: ' bench nowhere
refuses 1 'own.uplc: ' bench own.uplc
refuses 1 'folder: no ' bench folder
refuses 1 'nowhere: ' conformance nowhere
refuses 1 'folder: no ' conformance folder
refuses 1 "'': could not be opened" eval ''
refuses 1 'own.uplc: bit [0-9]+ ' eval own.uplc --format flat
refuses 1 'own.flat: line 1, column [0-9]+: ' eval own.flat --format text
if [ "$(id -u)" -ne 0 ]; then
    cp own.json unreadable
    chmod 000 unreadable
    refuses 1 'unreadable: could not be opened: ' eval unreadable
    loops 1 'unreadable: could not be opened: ' --redeemer unreadable
    chmod 600 unreadable
fi
# Positions: where text, flat and JSON end too early.
refuses 1 'short.uplc: line [0-9]+, column [0-9]+: expected ' eval short.uplc
refuses 1 'short.flat: bit ([0-9]+) of \1: ' eval short.flat
refuses 1 'short.plutus: .*:[0-9]+:[0-9]+: expected JSON' eval short.plutus
loops 1 'short.json: line 1: int: ' --redeemer short.json

# ---- JSON of the wrong type: file, line, path ----

printf '{\n"constructor": 0,\n"fields": [\n{"int": 1},\n{"bytes": 7}]}' > data.json
loops 1 'data.json: line 5: fields\[1\].bytes: expected ' --redeemer data.json
printf '{\n"list": [{"map": [{"k": {"int": 1},\n"v": {"int": "1"}}]}]}' > data.json
refuses 1 'data.json: line 3: list\[0\].map\[0\].v.int: expected an integer' eval own.uplc --arg data.json
printf '{"int": 1} 2' > data.json
refuses 1 'data.json: line 1: expected nothing more' eval own.uplc --arg data.json
refuses 1 '9f01: CBOR: ' eval own.uplc --arg 9f01
refuses 1 'xyz: is neither a file nor CBOR' eval own.uplc --arg xyz
printf '{\n "type": "PlutusScriptV2",\n "cborHex": 7}' > wrong.plutus
refuses 1 'wrong.plutus: .*cborHex' eval wrong.plutus
parameters p.json '"maxTxExecutionUnits": {"memory": "many", "steps": 1}'
calibrates 1 'p.json:5: maxTxExecutionUnits.memory: expected an integer' \
    --script loop --protocol-parameters p.json
parameters p.json '"maxTxExecutionUnits": 7'
calibrates 1 'p.json:5: maxTxExecutionUnits: expected an object' --script loop --protocol-parameters p.json
parameters p.json "$limits"', "costModels":
 {"PlutusV1": [1, 2,
 3, "4"]}'
calibrates 1 'p.json:8: costModels.PlutusV1\[3\]: expected an integer' \
    --script loop --protocol-parameters p.json
printf '[1,\n2,\n{}]' > costs.json
refuses 1 'costs.json:3: \[2\]: expected an integer' eval own.uplc --language v1 --cost-model costs.json
printf '{"a": 1, "a": 2}' > costs.json
refuses 1 'costs.json:1' eval own.uplc --cost-model costs.json

# ---- Scripts and budgets that can't be calibrated ----

parameters p.json "$limits"
calibrates 1 'loop: the protocol parameters have no cost model for PlutusV1' \
    --script loop --protocol-parameters p.json
# 20 numbers pay for steps, and for no builtin that a loop needs.
parameters p.json "$limits"', "costModels": {"PlutusV2": ['"$(repeat '100, ' 40)"'100]}'
calibrates 1 'own.uplc: PlutusV2 with 41 parameters: the cost model is too short: it has no price for [a-zA-Z]+,' \
    --script own.uplc --language v2 --redeemer own.json --protocol-parameters p.json
printf '{"list": [{"bytes": "00"}, {"map": [{"k": {"int": 1}, "v": {"bytes": ""}}]}]}' > none.json
loops 1 'none.json: counter not found in the redeemer' --redeemer none.json
loops 1 'deep_data.json: counter not found in the redeemer' --redeemer deep_data.json
printf '{"int": 9223372036854775808}' > huge.json
loops 1 'huge.json: the counter in the redeemer does not fit in 64 bits' --redeemer huge.json
printf '{"int": 7}' > seven.json
printf '(program 1.0.0 (lam d (lam r (lam c (error)))))' > fails.uplc
calibrates 1 'fails.uplc: the script fails at zero loops: ' --script fails.uplc --language v2 --redeemer own.json
printf '(program 1.0.0 (lam d (lam r (lam c (con unit ())))))' > ignores.uplc
calibrates 1 "ignores.uplc: the script's cost does not depend on the loop counter" \
    --script ignores.uplc --language v2 --redeemer own.json
# It counts down to 1,000,000, and so beyond: never there.
loops 1 'own.uplc: not even one loop fits in the budget of a block' --redeemer seven.json
calibrates 1 'loop: not even one loop fits in the budget: at 0 the script takes cpu [0-9]+, mem [0-9]+ of cpu 200000, mem 620' \
    --script loop --strategy txperblock_100000

# ---- Folders and files that can't be written ----

printf 'precious' > file
refuses 1 'file: cannot be the output folder' calibrate --script loop --time 60s --out file
refuses 1 'file/below: cannot make the output folder' calibrate --script loop --time 60s --out file/below
refuses 1 'expected the name of an output folder' calibrate --script loop --time 60s --out ''
mkdir taken
printf 'precious' > taken/summaries_loop.json
refuses 1 'taken/summaries_loop.json: expected JSON' calibrate --script loop --time 60s --out taken
printf '{}' > taken/summaries_loop.json
printf 'precious' > taken/scaling_loop.csv
refuses 1 'taken/scaling_loop.csv: ' calibrate --script loop --time 60s --out taken
[ "$(cat taken/scaling_loop.csv)" = precious ] || fail 'what was there is gone'
refuses 1 'nowhere/x.flat: could not be written: ' convert own.uplc --to flat --output nowhere/x.flat
refuses 1 'folder: could not be written: ' convert own.uplc --to flat --output folder
mkdir programs
cp own.flat programs
refuses 1 'nowhere/x.csv: could not be written: ' bench programs --time 1ms --csv nowhere/x.csv
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed
    chmod 555 closed
    refuses 1 'closed' calibrate --script loop --time 60s --out closed
    refuses 1 'closed/x: could not be written: ' convert own.uplc --to flat --output closed/x
    chmod 755 closed
fi
if [ -w /dev/full ]; then
    code=0
    "$program" list > /dev/full 2> ../err || code=$?
    [ "$code" -eq 1 ] && grep -q 'standard output could not be written' ../err || fail 'a full disk went unseen'
fi

# ---- Nothing is left ----

[ "$(cat file)" = precious ] || fail 'a file was overwritten'
[ -z "$(ls -A folder)" ] || fail 'something was written to a folder'
[ "$(ls -A taken | xargs)" = 'scaling_loop.csv summaries_loop.json' ] || fail 'something was left'
[ ! -e nowhere ] && [ ! -e x.flat ] || fail 'a file was made'
# Temporary files have six characters behind the name.
left=$(find . -name '*.*.??????')
[ -z "$left" ] || fail "left behind: $left"
[ "$cases" -ge 150 ] || fail "only $cases cases were run"
