#!/usr/bin/env bash
# plutbench fit: table, files, exit codes, and what is said about bad input.
set -euo pipefail
subcommand=fit
. "$(dirname "$0")/common.sh"

# refuses CODE PATTERN ARGUMENT ...
refuses() {
    exits "$1" "${@:3}"
    one_line_on_stderr
    grep -Eq "^plutbench fit: $2" err || { cat err >&2; fail "$what: expected $2"; }
    nothing_on_stdout
}

header=benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub
# row NAME TIME, in tenths of a picosecond: fits are no whole picoseconds, whose rounding up could
# go either way.
row() { echo "$1,${2}e-13,${2}e-13,${2}e-13,1e-9,1e-9,1e-9"; }
{
    echo '# own times'
    echo "$header"
    for n in 1 2 3 4 5 6; do
        name=Nop${n}o
        for _ in $(seq "$n"); do name=$name/1; done
        row "$name" "${n}000000"
    done
    for x in 1 5 10 20 30; do
        for y in 1 5 10 20 30; do row "AddInteger/$x/$y" $((12000005 + 100004 * (x > y ? x : y))); done
    done
    for x in 1 2 3 4 5; do row "Sha2_256/$x" $((11000005 + 70004 * x)); done
} > good.csv

# ---- What was fitted, and what was not ----

exits 3 good.csv --coefficients fit.tsv
has out 'addInteger                     max_size                    1000001 + 10001 max(x, y)'
has out 'sha2_256                       linear_in_x                 1000001 + 7001 x'
has out '3 of 102 functions fitted to 36 points'
has err 'plutbench fit: good.csv: trace: left out: expected rows of Trace: there are none'
[ "$(wc -l < err)" -eq 99 ] || fail 'not one line for each function that was left out'
[ "$(head -1 fit.tsv)" = "$(printf 'model\ttype\tsubtype\tconstant\tminimum\tcoefficients')" ] ||
    fail 'another header'
[ "$(cut -f 1,2,3,4,5 fit.tsv | sed -n 2p)" = "$(printf 'addIntegerModel\tmax_size\t-\t-\t-')" ] ||
    fail 'another first row'
[ "$(wc -l < fit.tsv)" -eq 4 ] || fail 'not three rows'

# What is no file is written to: a file in its place would be the end of it.
mkfifo pipe
cat pipe > piped &
exits 3 good.csv --coefficients pipe
wait $!
[ -p pipe ] || fail 'a file in the place of a pipe'
cmp -s piped fit.tsv || fail 'something else in the pipe than in the file'

# A table with just these is complete.
printf 'addInteger\tAddInteger\tNop2o\t-\t-\t-\tmax_size\t2\n' > models.tsv
printf 'sha2_256\tSha2_256\tNop1o\t-\t-\t-\tlinear_in_x\t1\n' >> models.tsv
for n in 3 4 5 6; do printf -- '-\tNop%do\t-\t-\t-\tunused\t-\t-\n' $n >> models.tsv; done
exits 0 good.csv --models models.tsv --json
[ ! -s err ] || fail 'something on stderr'
cat > expected.json <<'JSON'
{
  "sha2_256": {
    "cpu": {
      "arguments": {
        "intercept": 1000001,
        "slope": 7001
      },
      "type": "linear_in_x"
    },
    "memory": {
      "arguments": 4,
      "type": "constant_cost"
    }
  },
  "addInteger": {
    "cpu": {
      "arguments": {
        "intercept": 1000001,
        "slope": 10001
      },
      "type": "max_size"
    },
    "memory": {
      "arguments": {
        "intercept": 1,
        "slope": 1
      },
      "type": "max_size"
    }
  }
}
JSON
diff expected.json out || fail 'another cost model'

# ---- Beyond the reference ----

exits 0 good.csv --models models.tsv --weights relative --nnls --huber --quantile 99% --select \
    --diagnose --bootstrap 50 --seed 5
for word in weighted nnls huber quantile selected 'points, ' 'curvature\|leverage' '95 %' chosen; do
    grep -q -- "$word" out || { cat out >&2; fail "nothing about $word"; }
done
mv out first
exits 0 good.csv --models models.tsv --weights relative --nnls --huber --quantile 99% --select \
    --diagnose --bootstrap 50 --seed 5
cmp out first || fail 'equal seeds, other results'
exits 0 good.csv --models models.tsv --nnls --use nnls --json

# ---- The folder ----

exits 3 good.csv --out folder --keep-base --base C --bootstrap 20
[ "$(ls folder | xargs)" = 'builtinCostModel.json coefficients.tsv fit.json manifest.json parameters.json parameters_named.json' ] ||
    fail "$(ls folder)"
has folder/manifest.json '"role": "times"'
has folder/fit.json '"seed": 1'
if command -v python3 > which; then
    python3 - <<'PYTHON'
import json
model = json.load(open("folder/builtinCostModel.json"))
assert len(model) == 102, len(model)
assert model["divideInteger"]["cpu"]["arguments"]["model"]["arguments"]["c11"] == 549
arrays = json.load(open("folder/parameters.json"))
named = json.load(open("folder/parameters_named.json"))
assert {k: len(v) for k, v in arrays.items()} == {"PlutusV1": 332, "PlutusV2": 332, "PlutusV3": 350}
for language, values in arrays.items():
    assert list(named[language].values()) == values
    assert named[language]["sha2_256-cpu-arguments-slope"] == 7001
fit = json.load(open("folder/fit.json"))
assert fit["left_out"] == 99 and len(fit["functions"]) == 102
PYTHON
fi
# What was written is read again.
exits 3 good.csv --base folder/builtinCostModel.json --keep-base --json
cmp out folder/builtinCostModel.json || fail 'another model from its own base'
"$program" eval <(echo '(program 1.1.0 (con unit ()))') --language v3 --cost-model folder/parameters.json > out
exits 3 good.csv --out partial
has err 'partial: no parameters of the ledger: they need every function'
[ "$(ls partial | xargs)" = 'builtinCostModel.json coefficients.tsv fit.json manifest.json' ] || fail "$(ls partial)"

# ---- Bad input ----

refuses 2 'expected CSV' 
refuses 2 '--use nnls wants --nnls as well' good.csv --use nnls
refuses 2 '--quantile: expected a number between 0 and 1, got 2' good.csv --quantile 2
refuses 2 '--weights: expected one of none, sd, relative' good.csv --weights heavy
refuses 2 '--protocol-version: expected 5 to 12, got 99' good.csv --protocol-version 99
refuses 2 '--bootstrap: ' good.csv --bootstrap 0
refuses 1 'nowhere: could not be opened' nowhere
refuses 1 'nowhere: could not be opened' good.csv --base nowhere
refuses 1 'nowhere: could not be opened' good.csv --models nowhere
refuses 1 'good.csv:2: expected 8 columns' good.csv --models good.csv
refuses 1 'good.csv:1:1: expected JSON' good.csv --base good.csv
refuses 1 'nowhere/x: could not be written' good.csv --coefficients nowhere/x
: > empty.csv
refuses 1 'empty.csv: expected the columns benchmark, t, ' empty.csv
cut -d, -f 1-3 good.csv > columns.csv
refuses 1 'columns.csv:2: expected the columns .*: there is no t.mean.ub' columns.csv
{ cat good.csv; echo 'Trace/1/2,1e-6,1e-6'; } > short.csv
refuses 1 'short.csv:39: expected 7 fields, as in the header, got 3' short.csv
{ cat good.csv; echo 'Trace/1/2,fast,1e-6,1e-6,1e-6,1e-6,1e-6'; } > word.csv
refuses 1 'word.csv:39:2: expected seconds in column t of Trace/1/2, got' word.csv
head -c 3000 /dev/urandom > noise.csv
exits 1 noise.csv
[ "$(wc -l < err)" -eq 1 ] || fail 'noise'

# said CODE TEXT ROW ...: the good rows and these.
said() {
    { cat good.csv; printf '%s\n' "${@:3}"; } > bad.csv
    exits "$1" bad.csv --models models.tsv
    has err "plutbench fit: bad.csv$2"
}
said 3 ':39: Frobnicate: expected the name of a builtin or of a no-op: its 1 row is not fitted' \
    "$(row Frobnicate/1 5)"
said 3 ':39: AddInteger: expected a finite time above 0 in column t, got -5e-13 s' "$(row AddInteger/1/2 -5)"
said 3 ':9: addInteger: left out: 1 of its 26 rows have no valid time (line 39)' "$(row AddInteger/1/2 -5)"
said 3 ':39: AddInteger: expected a finite time above 0 in column t, got 0 s' "$(row AddInteger/1/2 0)"
said 3 ':39: Sha2_256: expected a finite time above 0 in column t, got nan s' \
    Sha2_256/1,NA,NA,NA,NA,NA,NA
# A name that is there several times, as replicates are: nothing is wrong with it.
{ cat good.csv; row AddInteger/5/5 12500000; row AddInteger/5/5 12500000; } > twice.csv
exits 0 twice.csv --models models.tsv
# Sizes that can't tell the terms apart.
{ grep -v Sha2 good.csv; row Sha2_256/4 11000000; row Sha2_256/4 11000100; } > collinear.csv
exits 3 collinear.csv --models models.tsv
has err ':34: sha2_256: left out: 2 points determine no coefficient of x_mem: expected points of more different sizes'
has out 'addInteger '
# Nothing at all can be fitted.
{ echo "$header"; row UnitTerm/1 5; } > nothing.csv
exits 1 nothing.csv

# ---- The reference's data ----

times=$shared/upstream/cost-model/benching-conway.csv
if [ -r "$times" ]; then
    exits 0 "$times" --coefficients all.tsv
    has out '102 of 102 functions fitted to 14773 points'
    [ ! -s err ] || fail 'something on stderr'
    [ "$(wc -l < all.tsv)" -eq 103 ] || fail 'not 102 functions'
fi
