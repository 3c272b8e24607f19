#!/usr/bin/env bash
# plutbench model: show, diff, convert, check; forms, exit codes, and what is said about bad input.
set -euo pipefail
subcommand=model
. "$(dirname "$0")/common.sh"

# has_row PATTERN: a line of the output is that.
has_row() { grep -Eq "^$1" out || { cat out >&2; fail "no row '$1'"; }; }

fails 2 'expected show, diff, convert or check' shwo
fails 2 'expected show|diff|convert|check ...'

# ---- show ----

run show E
has out 'E: published, variant E'
has_row 'cekVarCost +16000 +100'
has_row 'sha2_256 +steps +linear_in_x +270652 \+ 22588 x'
run show E --builtin divideInteger --at 20,10
has out '355,373'
run show E --at 5
has out 'sha2_256'
has_not out 'addInteger'
run show B --language v1 --parameters
has out 'B: published, PlutusV1 at protocol version 10'
has_row ' +12 +bData-cpu-arguments +11183'
[ "$(grep -c -- '-arguments\|exBudget' out)" -eq 166 ] || fail 'not 166 parameters'
run show E --json
is_json out
has out '"formula": "270652 + 22588 x"'
fails 2 "there is no builtin 'sha2_265'; did you mean 'sha2_256'?" show E --builtin sha2_265
fails 2 '--at: expected 1 size, as many as sha2_256 has arguments, got 2' show E --builtin sha2_256 --at 1,2
fails 2 "--at: expected up to 6 sizes such as 10,20, got '1,,2'" show E --at 1,,2
fails 2 '--protocol-version: expected 5 to 12, got 99' show E --protocol-version 99
fails 1 'divideInteger-cpu-arguments: expected the shape' show E --language v1 --parameters
fails 1 'nowhere: could not be opened' show nowhere

# ---- convert: every form and back ----

for form in both array named protocol-parameters genesis; do
    exits 0 convert C --language v3 --protocol-version 10 --to "$form" --out "$form.json"
    nothing_on_stdout
    if [ "$form" = both ]; then nothing_on_stderr; else has err 'expModInteger'; fi
    exits 0 convert "$form.json" --language v3 --protocol-version 10 --to array
    if [ "$form" = both ]; then has err 'expModInteger'; else nothing_on_stderr; fi
    cp out "$form.array"
    cmp "$form.array" both.array || fail "other parameters by way of $form"
done
exits 0 convert both.json --to builtin --out builtin.json
exits 0 convert both.json --to machine --out machine.json
exits 0 convert builtin.json --machine machine.json --language v3 --protocol-version 10 --to array
cmp out both.array || fail 'other parameters by way of the two halves'
exits 0 convert builtin.json --language v3 --protocol-version 10 --to array
has err 'note: default: machine steps are the published ones of variant C: builtin.json has none'

# Several languages of one file.
printf '{"costModels": {"PlutusV1": ' > several.json
"$program" model convert B --language v1 --to array 2> err >> several.json
printf ', "PlutusV3": ' >> several.json
cat array.json >> several.json
printf '}, "protocolVersion": {"major": 10}, "txFeeFixed": 1}' >> several.json
exits 0 convert several.json --to protocol-parameters
has out '"PlutusV1"'
has out '"PlutusV3"'
has err 'what several.json has beside cost models is not written'
exits 0 convert several.json --to array
has err 'note: left-out: PlutusV1: the form has room for one language'
cmp out array.json || fail 'not PlutusV3'
exits 0 convert - --to array --language v3 < several.json
cmp out array.json || fail 'not the same from standard input'

fails 2 'expected --to FORM or --into FILE' convert E
fails 2 'expected --to FORM or --into FILE, got both' convert E --to array --into several.json

# Into a file that there is: everything else stays as it is.
cat > params.json <<'JSON'
{ "txFeeFixed": 1.50e-2,
  "costModels": {
      "PlutusV1": [1, 2],
      "PlutusV3": [
          7,
          8
      ]
  },   "protocolVersion": {"minor": 0, "major": 10} }
JSON
exits 0 convert C --language v3 --into params.json
head -5 out | cmp - <(printf '{ "txFeeFixed": 1.50e-2,\n  "costModels": {\n      "PlutusV1": [1, 2],\n      "PlutusV3": [\n          100788,\n') ||
    fail 'another beginning'
tail -3 out | cmp - <(printf '          3\n      ]\n  },   "protocolVersion": {"minor": 0, "major": 10} }\n') ||
    fail 'another end'
cp out new-params.json
exits 0 convert new-params.json --language v3 --into new-params.json
cmp out new-params.json || fail 'the same model changed the file'
exits 0 convert B --language v1 --into params.json
has out '"PlutusV1": [100788, 420, 1, 1, 1000, 173,'
fails 1 'params.json:2: costModels: expected a cost model for PlutusV2 to replace: there is none' \
    convert B --language v2 --into params.json
fails 2 "--to: expected one of builtin, machine, both, array" convert E --to cbor
fails 1 'expected a language to write parameters for' convert E --to array
fails 1 'expected to be told a language: an array does not say whose parameters these are' convert array.json --to named
fails 1 'expected the shape const_above_diagonal/multiplied_sizes, which the parameters of PlutusV1 at protocol version 10 stand for' \
    convert E --language v1 --protocol-version 10 --to array
fails 1 'expected a protocol version that has PlutusV3, got 8' convert C --language v3 --protocol-version 8 --to array
fails 1 'nowhere/x: could not be written' convert E --to builtin --out nowhere/x

# ---- diff ----

run diff C E
has_row 'divideInteger-cpu-arguments +const_above_diagonal/quadratic_in_x_and_y, then above_and_below_diagonal/'
has_row 'equalsByteString-cpu-arguments-slope +38 +75 +\+97.37 %'
has_row 'equalsByteString +steps +0.976 +0.988 +1.089 +1.537 +0.976 at 1,1 +1.537 at 1000,1000'
has out '9 differences'
run diff C E --least 90%
has out '97.37'
has_not out '+74.86'
has out '3 of at least 90 %'
run diff C C --exit-code
has out '0 differences'
exits 1 diff C E --exit-code
nothing_on_stderr
run diff C E --csv
has out 'kind,name,sizes,before,after,percent'
has out 'changed,equalsByteString-cpu-arguments-slope,,38,75,97.3684'
has out 'cost,equalsByteString-cpu-arguments,1000/1000,67498,103755,'
run diff C E --json
is_json out
run diff several.json several.json --language v1 --after-language v3
has_row 'divideInteger-cpu-arguments +const_above_diagonal/multiplied_sizes, then const_above_diagonal/quadratic_in_x_and_y'
has_row 'keccak_256 +- .*only after'
run diff several.json E --language v3
has out 'only after'
fails 2 'expected --json or --csv, got both' diff C E --json --csv
fails 2 'expected BEFORE AFTER' diff C

# ---- check ----

run check E
has out '0 errors'
has out 'warning: falls: divideInteger-cpu-arguments: falls from 250253 to 250178 steps where y grows by 1 at x = 12, y = 10'
has_not out 'note:'
run check E --all
has out 'note: cheap: bData-cpu-arguments'
run check several.json --language v1
has out '0 errors'
cat > bad.json <<'JSON'
{
  "sha2_256": {
    "cpu": {"type": "quadratic_in_x", "arguments": {"c0": 800, "c1": -60, "c2": 1}},
    "memory": {"type": "constant_cost", "arguments": 4}
  }
}
JSON
exits 1 check bad.json
nothing_on_stderr
has out 'error: negative: sha2_256-cpu-arguments: costs -100 steps at x = 30'
has out 'error: missing: addInteger: has no costs'
exits 1 check bad.json --json
is_json out
has out '"what": "negative"'
sed 's/quadratic_in_x/cubic_in_x/' bad.json > shape.json
fails 1 'shape.json:3: sha2_256.cpu.type: expected a shape such as linear_in_x, got "cubic_in_x"' check shape.json
sed 's/"c1": -60, //' bad.json > arguments.json
fails 1 'arguments.json:3: sha2_256.cpu.arguments.c1: expected an integer, got nothing' check arguments.json
exits 1 check arguments.json --json
is_json out
has out '"what": "unreadable"'
head -c 20 bad.json > cut.json
fails 1 'cut.json:3:2: expected JSON' check cut.json

# ---- What is published ----

if [ -d "$shared/upstream/cost-model" ]; then
    for letter in A B C D E; do
        for form in builtin:builtinCostModel machine:cekMachineCosts; do
            file=$shared/upstream/cost-model/${form#*:}$letter.json
            exits 0 convert "$letter" --to "${form%:*}"
            cmp out "$file" || fail "another ${form#*:}$letter.json"
            run check "$file"
        done
    done
    for file in "$shared"/upstream/node-bench/protocol-parameters*.json; do
        exits 0 convert "$file" --into "$file"
        cmp out "$file" || fail "another $file"
    done
fi
