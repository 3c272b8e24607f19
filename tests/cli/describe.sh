#!/usr/bin/env bash
# The data dictionary: what it says, and that every field of every file that is written is in it.
set -euo pipefail
subcommand='describe'
. "$(dirname "$0")/common.sh"

# ---- What it says ----

run cost_per_loop
has out 'cost_per_loop  (summary.json)'
has out 'what one loop more adds to a call'
has out 'docs/methodology.md'
run noise_floor_ns p999_ns
has out '99.9th percentile'
run summary.json
has out 'overhead_per_call'
run some/folder/ecdsa-loop.hlog
has out 'Interval_Max'
run --list
has out 'manifest.json'
has out 'bench --json'
run --json
is_json out
cp out dictionary.json

fails 2 "there is no field 'cost_per_lop'; did you mean 'cost_per_loop'?" cost_per_lop
fails 2 "there is no field 'zzzzzz' (see plutbench describe --list)" zzzzzz
fails 2 'expected a METRIC, a FILE or --list'
fails 2 '--as belongs to --check' --as summary.json x
fails 1 'unheard.json: no such file is described' --check unheard.json
fails 1 'summary.json: could not be opened' --check summary.json

echo '{"script": "x", "surprise": {"in": [1, 2]}}' > summary.json
exits 1 --check summary.json
nothing_on_stdout
one_line_on_stderr
has err 'surprise.in[] is not described in summary.json'
echo '{"script": ' > summary.json
fails 1 'summary.json: expected JSON' --check summary.json
printf 'point,calls,surprise\n1,2,3\n' > measure.csv
fails 1 'measure.csv: column surprise is not described in measure.csv' --check measure.csv
python3 - > summary.json <<'PYTHON' || printf '{"a": {"b": 1}}' > summary.json
print('{"a":' * 500 + '1' + '}' * 500)
PYTHON
fails 1 'is not described' --check summary.json
rm summary.json measure.csv

# ---- Whatever is written ----

# described FOLDER: its files are; a lock has nothing in it.
described() {
    find "$1" -maxdepth 1 -type f ! -name '*.lock' > files
    [ -s files ] || fail "nothing in $1"
    xargs "$program" describe --check < files > out 2> err || { cat err >&2; fail "$1"; }
}
# writes FOLDER ARGUMENT ...: the command writes files to the folder, which are all described.
writes() {
    "$program" "${@:2}" --out "$1" > printed 2> noise || true # a warning is no matter here
    [ -s "$1/manifest.json" ] || { cat noise >&2; fail "${*:2}: no manifest"; }
    described "$1"
}
# prints NAME ARGUMENT ...: what the command prints is described as NAME.
prints() {
    "$program" "${@:2}" > printed 2> noise || true
    [ -s printed ] || { cat noise >&2; fail "${*:2}: nothing was printed"; }
    exits 0 --check --as "$1" printed
    nothing_on_stderr
}

writes calibration calibrate --script loop --time 1s --profile --rate 100 --scale '2 1 1 1'
writes block block --script loop --time 1s --utxo store --utxo-size 1000
writes measure measure --script loop --vary calls=1,2,3 --vary purpose=spend,mint --time 1s
writes sweep sweep addInteger --time 2s
writes budget calibrate --script loop --no-measure

prints 'calibrate --json' calibrate --script loop --time 500ms --json --no-stages
prints 'calibrate --no-measure --json' calibrate --script loop --no-measure --json
prints 'calibrate --scale --json' calibrate --script loop --no-measure --scale auto --json
prints 'block --json' block --script loop --time 500ms --json
prints 'measure --json' measure --script loop --vary calls=1,2 --no-measure --json
prints 'sweep --json' sweep addInteger --out sweep --time 2s --json
prints 'sweep --list --json' sweep --list --json
prints 'list --json' list --json
prints 'version --json' version --json
prints 'doctor --json' doctor --time 1s --json
prints 'trace cost --json' trace cost --script loop --pairs 3 --time 1s --json
prints 'selftest --json' selftest --statistics --runs 2 --scenario layout --json
prints 'describe --json' describe --json

echo '(program 1.1.0 [ (force (builtin trace)) (con string "a") (con integer 1) ])' > script.uplc
"$program" convert script.uplc --to flat --output script.flat
prints 'eval --json' eval script.uplc --tally --profile --time 200ms --stacks s.folded --json
exits 0 --check s.folded
prints 'bench --json' bench . --time 10ms --csv bench.csv --json
exits 0 --check --as 'bench --csv' bench.csv

prints 'tx build --json' tx build --script loop --loops 1 --out tx.json --utxo-out utxo.json --json
exits 0 --check --as 'tx build' tx.json
prints 'tx validate --json' tx validate tx.json --utxo utxo.json --json
prints 'tx evaluate --json' tx evaluate tx.json --utxo utxo.json --json

export PLUTBENCH_STORE=$work/store.db
"$program" results import calibration measure > printed
prints 'results check --json' results check calibration measure --json
prints 'results list --json' results list --json
prints 'results show --json' results show calibration --json
prints 'results export' results export
prints 'results export --format csv' results export --format csv
prints 'report --format json' report calibration measure --format json
prints 'report --format csv' report calibration measure --format csv

writes again calibrate --script loop --time 500ms --no-stages
prints 'compare --json' compare calibration again --percentiles --json
prints 'compare --csv' compare calibration again --csv
prints 'compare --protocol-versions --json' compare --protocol-versions 9,10 --script loop --json
prints 'timeline --json' timeline overhead_per_call.paired calibration again --json
prints 'timeline --csv' timeline overhead_per_call.paired calibration again --csv

prints 'model show --json' model show E --at 1,2 --json
prints 'model show --json' model show E --language v3 --parameters --json
prints 'model diff --json' model diff A E --language v1 --json
prints 'model diff --csv' model diff D E --csv
prints 'model check --json' model check E --json

"$program" regress --baseline base.json --update --time 2s addInteger > printed 2> noise || true
exits 0 --check --as 'regress --baseline' base.json
"$program" regress --baseline base.json --time 2s addInteger --json regress.json > printed 2> noise || true
exits 0 --check --as 'regress --json' regress.json

# A study writes what sweep, fit, fit --machine, fit --overhead and calibrate do, and its own.
writes study study "$root/tests/plans/study_small.json"
for folder in sweep fit machine overhead proposal calibrate/sha2-256-loop; do
    described "study/$folder"
done
for step in study/done/*.json; do exits 0 --check --as 'study done' "$step"; done

writes machine fit --machine --times study/machine/times.csv
writes overhead fit --overhead study/overhead/1

# ---- With reference data ----

data=${shared:+$shared/upstream}
if [ -f "${data:-}/cost-model/benching-conway.csv" ]; then
    writes fit fit "$data/cost-model/benching-conway.csv" --bootstrap 10 --select --diagnose \
        --nnls --quantile 0.9 --weights sd --keep-base
    prints 'fit --json' fit "$data/cost-model/benching-conway.csv" --keep-base --json
fi
if [ -d "${data:-}/transaction" ]; then
    prints 'tx validate DIR --json' tx validate "$data/transaction/scenarios" --json
fi
