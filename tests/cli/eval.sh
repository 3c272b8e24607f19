#!/usr/bin/env bash
# plutbench eval: formats, arguments, budgets, the JSON object, exit codes, and what it refuses.
set -euo pipefail
subcommand=eval
. "$(dirname "$0")/common.sh"

# stops TEXT ARGUMENT ...: exit code 1, and one line on stderr with the text.
stops() {
    exits 1 "${@:2}"
    one_line_on_stderr
    has err "$1"
}
# json STATUS CODE ARGUMENT ...: prints an object with that status, and exits with that code.
json() {
    exits "$2" --json "${@:3}"
    nothing_on_stderr
    has out "\"status\": \"$1\""
    for member in status cpu mem result logs error; do has out "\"$member\":"; done
    is_json out
}

# ---- Formats: one script in each ----

# By hand from the specification: version 1.0.0, tag 4, the type list [3], padding. The steps of a
# constant and the start cost 16000 + 100 and 100 + 100 (cekMachineCosts).
printf '(program 1.0.0\n  (con unit ()))' > unit.uplc
printf '\001\000\000\111\201' > unit.flat
printf '\105\001\000\000\111\201' > unit.cbor
printf '\106\105\001\000\000\111\201' > twice.cbor
echo 450100004981 > unit.hex
echo '{"type": "PlutusScriptV2", "description": "", "cborHex": "46450100004981"}' > unit.plutus
cat > plutus.json <<'JSON'
{"preamble": {"title": "t", "plutusVersion": "v3"},
 "validators": [{"title": "v", "compiledCode": "450100004981", "hash": ""}]}
JSON
for file in unit.uplc unit.flat unit.cbor twice.cbor unit.hex unit.plutus plutus.json; do
    run "$file"
    has out '(con unit ())'
    has out 'cpu: 16100'
    has out 'mem: 200'
    json success 0 "$file"
    has out '"cpu": 16100'
    has out '"mem": 200'
    has out '"error": null'
    has out '"result": "(program 1.0.0 (con unit ()))"'
done
run --format hex - < unit.hex
has out 'cpu: 16100'
run - < unit.flat
has out 'cpu: 16100'
run --format=text unit.uplc
stops 'unit.flat' --format text unit.flat
stops 'unit.uplc' --format flat unit.uplc

# ---- Arguments, logs, tally ----

printf '(program 1.1.0 (lam d (lam r [(force (builtin trace)) (con string "a\\"b\\n")\n%s' \
    '    (constr 0 r d)])))' > pair.uplc
echo '{"constructor": 0, "fields": [{"int": 42}, {"bytes": "00ff"}]}' > datum.json
printf '182a' > redeemer.hex
run pair.uplc --arg datum.json --arg redeemer.hex
has out '(constr 0 (con data (I 42)) (con data (Constr 0 [I 42, B #00ff])))'
has out 'log: a"b'
run pair.uplc --arg 182a --arg datum.json
has out '(constr 0 (con data (Constr 0 [I 42, B #00ff])) (con data (I 42)))'
run pair.uplc --arg datum.json
has out '(lam '
json success 0 pair.uplc --arg 01 --arg 02
has out 'a\"b\n'

printf '(program 1.1.0 [(builtin addInteger) (con integer 2) (con integer 3)])' > add.uplc
run add.uplc --tally
has out '(con integer 5)'
grep -Eq '^ +apply +2 +32000 ' out || fail 'the tally has no two applications'
grep -Eq '^ +addInteger +1 ' out || fail 'the tally has no addInteger'
grep -Eq '^ +startup +1 +100 ' out || fail 'the tally has no start'
json success 0 add.uplc --tally
has out '"addInteger"'
has out '"tally"'

# ---- Outcomes ----

printf '(program 1.1.0 [(lam x (error)) [(force (builtin trace)) (con string "before") %s' \
    '(con unit ())]])' > error.uplc
stops 'error.uplc: ' error.uplc
has out 'log: before'
has out 'cpu: '
json evaluation-failure 1 error.uplc
has out '"before"'
has out '"result": null'
stops 'ran out of steps' unit.uplc --budget 16099,200
stops 'ran out of memory units' unit.uplc --budget 16100,199
run unit.uplc --budget 16100,200
run unit.uplc --budget none
json out-of-budget 1 unit.uplc --budget 16099,200
printf '(program 1.1.0 [(lam s [s s]) (lam s [s s])])' > loop.uplc
stops 'ran out of steps' loop.uplc --budget 1000000000,100000000
stops 'byte cap' loop.uplc --max-bytes 4MiB --budget none
json out-of-memory 1 loop.uplc --max-bytes 4MiB --budget none

# ---- Languages ----

printf '(program 1.0.0 (builtin ripemd_160))' > ripemd.uplc
run ripemd.uplc
run ripemd.uplc --language v3 --protocol-version 10
stops 'ripemd_160' ripemd.uplc --language v3 --protocol-version 9
stops 'PlutusV3' ripemd.uplc --language v3 --protocol-version 8
json decode-failure 1 ripemd.uplc --language v1 --protocol-version 9
printf '(program 1.1.0 (case (con bool True) (error) (con unit ())))' > case.uplc
run case.uplc --language v3 --protocol-version 11
stops 'protocol version 11' case.uplc --language v3 --protocol-version 10

# ---- Cost models ----

{
    echo '{"cekStartupCost": {"exBudgetCPU": 1, "exBudgetMemory": 2}'
    for step in Const Var Lam Apply Delay Force Builtin Constr Case; do
        echo ", \"cek${step}Cost\": {\"exBudgetCPU\": 5, \"exBudgetMemory\": 7}"
    done
    echo '}'
} > costs.json
run unit.uplc --cost-model costs.json
has out 'cpu: 6'
has out 'mem: 9'

# ---- What is refused ----

fails 1 'nowhere.uplc: could not be opened' nowhere.uplc
fails 1 'nowhere.uplc: could not be opened' --json nowhere.uplc
fails 1 '.: could not be read' .
for length in 1 2 3 4; do
    head -c $length unit.flat > short.flat
    fails 1 'short.flat: ' --format flat short.flat
done
head -c 4 unit.cbor > short.cbor
fails 1 'short.cbor: ' --format cbor short.cbor
: > empty
fails 1 'empty' empty
printf '(program 1.1.0\n  (con unit (]))' > bad.uplc
fails 1 'bad.uplc: line 2, column 14: expected' bad.uplc
json decode-failure 1 bad.uplc
has out 'line 2, column 14'
printf '(program 1.1.0\n  (lam x\n y))' > free.uplc
fails 1 'free.uplc: line 3, column 2: ' free.uplc
echo '{"type": "PlutusScriptV2", "cborHex": 7}' > wrong.plutus
fails 1 'wrong.plutus: ' wrong.plutus
echo '{"type": "PlutusScriptV2", "cborHex": "4' > torn.plutus
fails 1 'torn.plutus: ' --format envelope torn.plutus

fails 1 'nowhere.json: is neither a file nor CBOR' unit.uplc --arg nowhere.json
echo '{"int": "1"}' > bad.json
fails 1 'bad.json: line 1' pair.uplc --arg bad.json
echo '{"int": 1' > torn.json
fails 1 'torn.json: ' pair.uplc --arg torn.json
fails 1 '9f01: ' pair.uplc --arg 9f01
fails 1 'nowhere.json: could not be opened' unit.uplc --cost-model nowhere.json
fails 1 'bad.json' unit.uplc --cost-model bad.json

for budget in 1 1, ,1 1,2,3 -1,5 5,-1 x,y 1e9,1 99999999999999999999,1 ''; do
    fails 2 '--budget: expected CPU,MEM' unit.uplc --budget "$budget"
done
fails 2 "did you mean '--budget'?" unit.uplc --bugdet 1,2
fails 2 'expected FILE'
fails 2 "did not expect 'unit.flat'" unit.uplc unit.flat
fails 2 "did you mean 'flat'?" unit.uplc --format flta
fails 2 '--language: expected one of' unit.uplc --language plutus
fails 2 '--protocol-version: expected 5 to 12' unit.uplc --language v2 --protocol-version 4
fails 2 '--protocol-version' unit.uplc --protocol-version x
fails 2 '--max-bytes' unit.uplc --max-bytes many
fails 2 '--arg' unit.uplc --arg

# ---- Profiles ----

cat > spend.uplc <<'EOF'
(program 1.0.0 [[(lam f [f f]) (lam f (lam n (force [[[(force (builtin ifThenElse))
    [[(builtin lessThanEqualsInteger) n] (con integer 0)]] (delay n)] (delay [[f f]
    [[(builtin subtractInteger) n] (con integer 1)]])])))] (con integer 3000)])
EOF
run spend.uplc --profile --time 500ms --stacks spend.folded
for text in 'profile: ' subtractInteger ifThenElse apply 'start-up' 'cpu: '; do has out "$text"; done
grep -qE '^spend\.uplc;f;subtractInteger [0-9]+$' spend.folded || { cat spend.folded; exit 1; }
run spend.uplc --profile --time 300ms --json
python3 - out <<'EOF'
import json, sys
p = json.load(open(sys.argv[1]))["profile"]
rows = {r["name"]: r for r in p["rows"]}
assert rows["subtractInteger"]["count"] == 3000 and rows["ifThenElse"]["count"] == 3001
assert abs(sum(r["time_share"]["value"] for r in p["rows"]) - 1) < 1e-9
assert sum(r["charged_steps"] for r in p["rows"]) + p["startup_steps"] == p["charged_steps"]
EOF
fails 2 '--stacks and --time belong to --profile' spend.uplc --stacks spend.folded
# What was measured is printed even when it can't be written.
code=0
"$program" eval spend.uplc --profile --time 300ms --stacks nowhere/x.folded > out 2> err || code=$?
[ "$code" = 1 ] && has err 'nowhere/x.folded' && has out 'profile: '

"$program" eval --help > out
for text in 'usage: plutbench eval FILE' '--budget CPU,MEM' '--arg FILE.json|HEX' 'examples:'; do
    has out "$text"
done

# ---- The reference's golden budgets, through the program ----

folder=$shared/upstream/validation
for golden in "$folder"/uniswap-*.golden.eval; do
    [ -e "$golden" ] || break
    run "${golden%.golden.eval}"
    has out "cpu: $(sed -n 's/^CPU: *//p' "$golden" | tr -d _)"
    has out "mem: $(sed -n 's/^Memory: *//p' "$golden" | tr -d _)"
done
