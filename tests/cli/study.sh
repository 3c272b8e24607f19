#!/usr/bin/env bash
# plutbench study: every step, what it leaves, going on after kill -9 and interruption, what is made
# again when a plan or a file changes, and what is refused. Figures are not looked at.
set -euo pipefail
subcommand=study
. "$(dirname "$0")/common.sh"

steps_of() { sed -n "s/^\($1\): //p" err; }
# told STEP TEXT: what the study that ran last said of a step.
told() { grep -qF -- "$1: $2" err || { cat err >&2; fail "$what: expected '$1: $2'"; }; }
check() {
    command -v python3 > which || return 0
    python3 - "$@"
}

# ---- A study ----

printf '(program 1.0.0 [(builtin sha2_256) (con bytestring #0011)])' > hash.uplc
printf '(program 1.1.0 (case (constr 0 (con integer 4)) [(builtin addInteger) (con integer 3)]))' > case.uplc
mkdir programs
"$program" convert hash.uplc --to flat --output programs/hash.flat
"$program" convert case.uplc --to flat --output programs/case.flat

plan=$root/tests/plans/study_small.json
exits 0 "$plan" --out small --look
for step in sweep fit machine calibrate-sha2-256-loop overhead-1 overhead proposal impact; do
    told $step 'not done yet'
done
nothing_on_stdout
[ ! -e small/done ] || fail '--look did something'

exits 0 "$plan" --out small --programs programs
for step in sweep fit machine calibrate-sha2-256-loop overhead-1 overhead proposal impact; do
    told $step 'not done yet'
done
has out 'study_small.json: a proposal beside cost model E'
has out 'builtins, by size of change'
has out 'machine steps, ps'
has out 'programs, and their steps'
has out 'What calls take around their evaluation'
has out 'Not swept, so that nothing is proposed:'
[ "$(LC_ALL=C awk '{ gsub(/[\200-\277]/, ""); if (length($0) > 100) n++ } END { print n + 0 }' out)" -eq 0 ] ||
    { LC_ALL=C awk '{ line = $0; gsub(/[\200-\277]/, ""); if (length($0) > 100) print line }' out >&2; fail 'a line of more than 100 columns'; }
for file in study.txt study.json study.md builtins.csv programs.csv catalogue.csv manifest.json \
    sweep/benching.csv sweep/sweep.journal fit/fit.json fit/coefficients.tsv \
    machine/cekMachineCosts.json machine/times.csv overhead/overheadCostModel.json \
    calibrate/sha2-256-loop/summary.json proposal/builtinCostModel.json \
    proposal/cekMachineCosts.json proposal/parameters-8.json proposal/parameters-10.json \
    proposal/parameters_named-10.json; do
    [ -s "small/$file" ] || fail "no $file"
done
cmp out small/study.txt
check small <<'PYTHON'
import csv, json, sys
folder = sys.argv[1] + "/"
told = json.load(open(folder + "study.json"))
assert told["fitted"] == 4 and told["left_out"] == 0 and told["not_swept"] == 98, told["fitted"]
for b in told["builtins"]:
    if b["outcome"] != "fitted":
        assert b["new_over_old"] is None and b["points"] == 0, b
        continue
    r = b["new_over_old"]
    assert r["low"] <= r["value"] <= r["high"], b
    assert b["least"]["ratio"] <= r["value"] <= b["most"]["ratio"], b
    for charge in (b["measured_over_old"], b["measured_over_new"]):
        for at in (charge["most_over"], charge["most_under"]):
            assert at["low"] <= at["ratio"] <= at["high"], b
        assert charge["most_over"]["high"] <= charge["most_under"]["high"], b
        assert 0 <= charge["under_resolved_share"] <= charge["under_share"] <= 1, b
sizes = [abs(__import__("math").log(b["new_over_old"]["value"])) for b in told["builtins"] if b["new_over_old"]]
assert sizes == sorted(sizes, reverse=True), sizes
assert [s["name"] for s in told["machine_steps"]][:2] == ["cekStartupCost", "cekConstCost"]
# PlutusV3 came with version 9, PlutusV2 is in 8 and 10; and the base itself.
assert [e["name"] for e in told["eras"]] == ["newest", "PlutusV2, protocol version 8",
    "PlutusV2, protocol version 10", "PlutusV3, protocol version 10"], told["eras"]
newest = told["eras"][0]
assert newest["programs"] == 2, newest
assert newest["old_total"]["memory"] == newest["new_total"]["memory"], newest
rows = list(csv.DictReader(open(folder + "programs.csv")))
assert {r["program"] for r in rows} == {"hash", "case"}
assert all(r["old_memory"] == r["new_memory"] for r in rows), rows
assert len(list(csv.DictReader(open(folder + "builtins.csv")))) == 102
scripts = told["scripts"]
assert [(s["name"], s["protocol_version"], s["strategy"]) for s in scripts] == [
    ("sha2-256-loop", 8, "txbudget"), ("sha2-256-loop", 8, "txperblock_8"),
    ("sha2-256-loop", 10, "txbudget"), ("sha2-256-loop", 10, "txperblock_8"),
    ("loop-v3", 10, "txbudget"), ("loop-v3", 10, "txperblock_8")], scripts
assert all(s["problem"] is None and s["old"]["loops"] > 0 and s["new"]["loops"] > 0 for s in scripts)
call = told["calls"][0]
assert call["name"] == "sha2-256-loop" and call["old_per_loop"]["steps"] > 0, call
named = json.load(open(folder + "proposal/parameters_named-10.json"))
arrays = json.load(open(folder + "proposal/parameters-10.json"))
assert list(named) == list(arrays) == ["PlutusV1", "PlutusV2", "PlutusV3"][3 - len(arrays):], list(arrays)
machine = json.load(open(folder + "proposal/cekMachineCosts.json"))
for language in named:
    assert arrays[language] == list(named[language].values()), language
    assert named[language]["cekVarCost-exBudgetCPU"] == machine["cekVarCost"]["exBudgetCPU"]
model = json.load(open(folder + "proposal/builtinCostModel.json"))
assert len(model) == 102 and all(set(m) == {"cpu", "memory"} for m in model.values())
PYTHON

# The proposal is a cost model that the program takes.
"$program" eval hash.uplc --cost-model small/proposal/builtinCostModel.json > which ||
    fail 'eval does not take the proposal'

# ---- Nothing is repeated ----

exits 0 "$plan" --out small --programs programs --json
is_json out
cmp out small/study.json
for step in sweep fit machine calibrate-sha2-256-loop overhead-1 overhead proposal impact; do
    told $step 'done before'
done
exits 0 "$plan" --out small --programs programs --markdown
cmp out small/study.md

# What changed, and what depends on it, is made again; nothing else is.
mkdir plans
cp "$root"/tests/plans/study_* plans
sed -i 's/"bootstrap": 20/"bootstrap": 0/' plans/study_small.json
exits 0 plans/study_small.json --out small --programs programs
told sweep 'done before'
told fit 'the plan has another bootstrap now'
told machine 'done before'
told overhead-1 'done before'
told proposal 'the plan has another fit now'
told impact 'the plan has another fit now'
rm small/proposal/parameters-8.json
printf ' ' >> small/fit/fit.json
exits 0 plans/study_small.json --out small --programs programs
told fit 'fit/fit.json is not as it was left'
told proposal 'proposal/parameters-8.json is not as it was left'
told impact 'done before'
"$program" convert case.uplc --to flat --output programs/other.flat
exits 0 plans/study_small.json --out small --programs programs
told proposal 'done before'
told impact "$(realpath programs) has changed"
[ "$(grep -c '^"other"' small/programs.csv)" -eq 2 ] || fail 'the new program is not in programs.csv'
printf 'Nop4o/1/1/1/1\n' >> plans/study_grid.txt
visits=$(grep -c '^visit ' small/sweep/sweep.journal)
exits 0 plans/study_small.json --out small --programs programs --look
told sweep 'study_grid.txt has changed'
told impact 'done, but made again if what it is made from changes'
exits 0 plans/study_small.json --out small --programs programs
told sweep 'study_grid.txt has changed'
told sweep 'it has a sweep of another grid'
told calibrate-sha2-256-loop 'done before'
told fit 'sweep/benching.csv has changed'
[ "$(grep -c '^visit ' small/sweep-1/sweep.journal)" -eq "$visits" ] || fail 'the old sweep is lost'

exits 0 plans/study_small.json --out small --programs programs --restart
told sweep 'not done yet'
told calibrate-sha2-256-loop 'not done yet'

# ---- kill -9, and going on ----

{ seq -f 'Sha2_256/%.0f' 1 300; printf 'Nop1o/1\n'; } > long.txt
cat > long.json <<'JSON'
{"sweep": {"grid": "long.txt", "time_s": 60, "precision": 0.0000001, "max_visits": 12},
 "fit": {"bootstrap": 10}, "calibrate": {"scripts": ["loop"], "time_s": 3},
 "impact": {"protocol_versions": [10], "languages": ["v1"]}}
JSON
# begin FOLDER: a study in the background.
begin() {
    "$program" study long.json --out "$1" > "$1.out" 2> "$1.err" &
    pid=$!
}
# until_there COMMAND ...: wait for it, at most a minute.
until_there() {
    for i in $(seq 600); do
        "$@" && return
        sleep 0.1
    done
    fail "waited too long for: $*"
}
some_visits() { [ -s "$1/sweep/sweep.journal" ] && [ "$(grep -c '^visit' "$1/sweep/sweep.journal")" -gt 50 ]; }

begin killed
until_there some_visits killed
kill -9 "$pid"
wait "$pid" 2> which || true
before=$(grep -c '^visit .*\*[0-9a-f]\{8\}$' killed/sweep/sweep.journal)
begin killed
until_there grep -q '^calibrate-loop: not done yet' killed.err
kill -9 "$pid"
wait "$pid" 2> which || true
[ "$(grep -c '^visit ' killed/sweep/sweep.journal)" -ge "$before" ] || fail 'visits were lost'
exits 0 long.json --out killed
told sweep 'done before'
told fit 'done before'
told calibrate-loop 'not done yet'
[ -s killed/study.json ] || fail 'no study.json'
check killed <<'PYTHON'
import json, sys
sweep = json.load(open(sys.argv[1] + "/sweep/sweep.json"))
assert sweep["points"] == 301 and sweep["sessions"] == 2, (sweep["points"], sweep["sessions"])
PYTHON

begin stopped
until_there some_visits stopped
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
[ "$code" -eq 1 ] || { cat stopped.err >&2; fail "interrupted: exit code $code"; }
has stopped.err 'the same command goes on with it'
[ ! -e stopped/done/sweep.json ] || fail 'an interrupted sweep is no finished one'
begin stopped
until_there grep -q '^calibrate-loop: not done yet' stopped.err
sleep 0.5
kill -INT "$pid"
code=0
wait "$pid" || code=$?
[ "$code" -eq 1 ] || { cat stopped.err >&2; fail "interrupted: exit code $code"; }
has stopped.err 'calibrate-loop: interrupted'
exits 0 long.json --out stopped
told sweep 'done before'
told calibrate-loop 'not done yet'

# Two at once.
if command -v flock > which; then
    code=0
    flock stopped/study.lock "$program" study long.json --out stopped > out 2> err || code=$?
    [ "$code" -eq 1 ] || fail "two at once: exit code $code"
    has err 'another process is working on this study'
fi

# ---- An earlier sweep, other times, a scale ----

cat > from.json <<'JSON'
{"sweep": {"from": "killed/sweep"}, "fit": {"bootstrap": 0}, "out": "from",
 "impact": {"protocol_versions": [10], "languages": ["v1"]}}
JSON
exits 0 from.json
[ -z "$(steps_of sweep)" ] || fail 'a sweep was made'
has out '301 rows of killed/sweep'
sed 's,killed/sweep",killed/sweep/benching.csv",' from.json > csv.json
exits 0 csv.json
has out '301 rows of killed/sweep/benching.csv'

csv="$shared/upstream/cost-model/benching-conway.csv"
if [ -n "$shared" ] && [ -e "$csv" ]; then
    # This machine takes twice as long as the reference for everything.
    awk -F, -v OFS=, '/^#/ || /^benchmark/ { print; next }
        { for (i = 2; i <= NF; i++) $i = sprintf("%.17g", 2 * $i); print }' "$csv" > slow.csv
    printf '{"sweep": {"from": "slow.csv"}, "reference": "%s", "base": "C", "fit": {"bootstrap": 0},
             "impact": {"protocol_versions": [10], "languages": ["v3"]}}' "$csv" > scaled.json
    exits 0 scaled.json --out scaled
    has out 'All times are in units of the reference machine, which takes 1 for what this one takes 2'
    grep -Eq '^addInteger +1\.000 ' out || fail 'addInteger is not what it was'
    [ -s scaled/fit/scale.json ] || fail 'no scale.json'
fi

# ---- What can't be fitted ----

printf 'benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub\n' > few.csv
printf 'AddInteger/1/1,1e-7,1e-7,1e-7,0,0,0\nIData/1,-1,1,1,1,1,1\n' >> few.csv
printf '{"sweep": {"from": "few.csv"}, "out": "few"}' > few.json
exits 3 few.json
has out 'iData could not be fitted and keeps its cost:'
exits 3 few.json

# ---- Schema and examples ----

run --schema
cmp out "$root/calibrate/data/study.schema.json"
if command -v python3 > which && python3 -c 'import jsonschema' 2> which; then
    python3 - "$root" <<'PYTHON'
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1] + "/calibrate/data/study.schema.json"))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for name in ("docs/examples/study.json", "tests/plans/study_small.json"):
    validator.validate(json.load(open(sys.argv[1] + "/" + name)))
for row in json.load(open(sys.argv[1] + "/tests/plans/study_table.json")):
    expected = row["valid"] or row.get("contradicts", False)
    assert validator.is_valid(row["plan"]) == expected, row
PYTHON
fi
exits 0 "$root/docs/examples/study.json" --out example --look
told overhead-2 'not done yet'

# ---- What is refused, before anything is measured ----

fails 2 'expected a plan'
fails 1 'none.json' none.json --out x
printf '{"sweep": {}}' > bare.json
fails 2 'expected --out DIR' bare.json
printf '{"sweep": {"from": "nowhere"}}' > nowhere.json
fails 1 'nowhere: could not be read' nowhere.json --out x
printf '{"sweep": {}, "base": "nowhere.json2"}' > base.json
fails 1 'nowhere.json2: could not be read' base.json --out x
printf '{"sweep": {}, "calibrate": {"scripts": ["lop"]}}' > script.json
fails 1 "there is no script 'lop' in the catalogue" script.json --out x
printf '{"sweep": {}, "impact": {"scripts": ["lop"]}}' > script.json
fails 1 "impact.scripts: there is no script 'lop'" script.json --out x
printf '{"sweep": {"builtins": ["adInteger"]}}' > builtin.json
exits 1 builtin.json --out y
has err "there is no builtin 'adInteger' to sweep"
printf '{"sweep": {"colour": 1}}' > field.json
fails 1 'field.json:1: sweep.colour: unknown field: expected one of from, grid' field.json --out x
fails 1 'no-such: there is no such folder' bare.json --out x --programs no-such
[ ! -e x ] || fail 'a folder was made'
printf 'file' > file
fails 1 'file' bare.json --out file
