#!/usr/bin/env bash
# plutbench fit --machine: from given times, from a short measurement, and what it refuses. What is
# measured is looked at for its form only.
set -euo pipefail
subcommand=fit
. "$(dirname "$0")/common.sh"

refuses() { fails "$1" "$2" --machine "${@:3}"; }

# ---- Times that are given: costs are known ----

header=program,const,var,lam,apply,delay,force,builtin,constr,case
header=$header,time_ns,low_ns,high_ns,builtin_ns,builtin_low_ns,builtin_high_ns
# 60.5 ns to start, and for a step of each kind 1.5, 2.5 ... 9.5 ns: half nanoseconds, so that no
# rounding shows. `seed` makes mixes of steps that have nothing to do with each other.
awk -v header="$header" 'BEGIN {
    print "# own times"; print header; seed = 7
    for (family = 0; family < 24; family++) for (member = 0; member < 3; member++) {
        row = sprintf("%c/%d", 97 + family, member); time = 60.5 + 5
        for (kind = 0; kind < 9; kind++) {
            seed = (seed * 16807) % 2147483647
            steps = 1 + int(seed / 2147483647 * 10 * 4 ^ member)
            row = row "," steps; time += steps * (kind + 1.5)
        }
        print row "," time "," time - 1 "," time + 1 ",5,4,6"
    }
}' > times.csv

run --machine --times times.csv
has out 'machine steps, from 72 of 72 programs in 24 families; intervals at 95 %'
has out 'written: costs by kind: families of programs that are left out'
grep -Eq '^  apply .* 4\.50* ns \[' out || { cat out >&2; fail 'apply does not cost 4.5 ns'; }
mv out by_default

cat > expected.json <<'JSON'
{
  "cekStartupCost": { "exBudgetCPU": 60500, "exBudgetMemory": 100 },
  "cekVarCost": { "exBudgetCPU": 2500, "exBudgetMemory": 100 },
  "cekConstCost": { "exBudgetCPU": 1500, "exBudgetMemory": 100 },
  "cekLamCost": { "exBudgetCPU": 3500, "exBudgetMemory": 100 },
  "cekDelayCost": { "exBudgetCPU": 5500, "exBudgetMemory": 100 },
  "cekForceCost": { "exBudgetCPU": 6500, "exBudgetMemory": 100 },
  "cekApplyCost": { "exBudgetCPU": 4500, "exBudgetMemory": 100 },
  "cekBuiltinCost": { "exBudgetCPU": 7500, "exBudgetMemory": 100 },
  "cekConstrCost": { "exBudgetCPU": 8500, "exBudgetMemory": 100 },
  "cekCaseCost": { "exBudgetCPU": 9500, "exBudgetMemory": 100 }
}
JSON
run --machine --times times.csv --json
# Whole picoseconds are rounded up: the last bit of a coefficient may make one more.
diff -b expected.json <(sed -E 's/CPU": ([0-9]*)01,/CPU": \100,/' out) || fail 'other costs'

run --machine --times times.csv --common --json
[ "$(grep -c exBudgetCPU out)" -eq 10 ] || fail 'not ten costs'
[ "$(grep -o 'exBudgetCPU": [0-9]*' out | sort -u | wc -l)" -eq 2 ] || fail 'more than one cost'
run --machine --times times.csv --by-kind
has out 'written: costs by kind, as was asked for'

# ---- The folder, which is read again ----

run --machine --times times.csv --out folder --base A
[ "$(ls folder | xargs)" = \
    'cekMachineCosts.json machine_fit.json machine_times.csv manifest.json' ] || fail "$(ls folder)"
is_json folder/cekMachineCosts.json
is_json folder/machine_fit.json
has folder/manifest.json '"role": "times"'
run --machine --times folder/machine_times.csv
cmp out by_default || fail 'another fit from the times that were written'
run --machine --times times.csv --base folder/cekMachineCosts.json --json
"$program" eval <(echo '(program 1.1.0 (con unit ()))') --cost-model folder/cekMachineCosts.json > out

# A program of which half is builtins, and one whose builtins are not known.
{ cat times.csv; echo 'heavy,9,9,9,9,9,9,9,9,9,900,890,910,800,790,810'
  echo 'unknown,9,9,9,9,9,9,9,9,9,900,890,910,NA,NA,NA'; } > more.csv
run --machine --times more.csv
has out 'heavy '
has out 'builtins take 89 % of its time, more than 50 %'
has out 'the time of its builtins is not known'
run --machine --times more.csv --builtin-share 90%
has_not out 'builtins take'

# ---- Measured ----

mkdir own
for n in 1 2 3; do
    body=x
    for member in a b c d; do
        for _ in $(seq $((n * n))); do body="[(lam x $body) (force (delay (con integer $n)))]"; done
        echo "(program 1.1.0 [(lam x $body) (constr 0)])" > own/chain$member.uplc
        [ $n -eq 1 ] || cp own/chain$member.uplc own/chain$member$n.uplc
    done
done
echo '(program 1.1.0 (error))' > own/failing.uplc
exits 3 --machine --only own --time 1s --out measured
has err 'plutbench fit --machine: left out: failing: it does not evaluate'
one_line_on_stderr
has out 'machine steps, from 12 of 12 programs in 4 families'
[ "$(ls measured | xargs)" = \
    'cekMachineCosts.json machine_fit.json machine_times.csv manifest.json' ] ||
    fail "$(ls measured)"
grep -q '^chaina2,' measured/machine_times.csv || fail 'a program was not timed'
has measured/manifest.json '"role": "program"'
is_json measured/machine_fit.json
run --machine --times measured/machine_times.csv

# A builtin that is swept, in a folder that goes away or in the results'.
echo '(program 1.1.0 [(builtin addInteger) (con integer 1) (con integer 2)])' > own/add.uplc
rm own/failing.uplc
TMPDIR=$work run --machine --only own --time 1s --sweep-time 20s
[ -z "$(find "$work" -name 'plutbench-*')" ] || fail 'a temporary folder was left'
run --machine --only own --time 1s --sweep-time 20s --out measured
[ -s measured/builtins/benching.csv ] || fail 'no sweep'
run --machine --only own --time 1s --builtins measured/builtins
echo '{"sha2_256":{"cpu":{"type":"constant_cost","arguments":1},"memory":{"type":"constant_cost","arguments":1}}}' > model.json
run --machine --only own --time 1s --builtin-model model.json --builtin-error 5%
has out 'the time of addInteger is not known'

# The catalogue, and programs that are made for it.
run --machine --time 1s --builtin-model model.json
has out 'catalogue/loop/1000'
grep -q 'steps/' out || fail 'no made programs'

# ---- Help ----

run --machine --help
has out 'usage: plutbench fit --machine [FILE|DIR ...]'
mv out about
run --help
has out '  --machine '

# ---- Bad input ----

refuses 2 '--times measures nothing: programs can' own.uplc --times times.csv
refuses 2 '--times measures nothing: --time can' --times times.csv --time 1s
refuses 2 'expected one of them' --builtins x --builtin-model y
refuses 2 '--common and --by-kind: expected one of them at most' --common --by-kind
refuses 2 '--builtin-share: expected at most 1, got 2' --builtin-share 2
refuses 2 '--builtin-error wants --builtin-model as well' --builtin-error 5%
refuses 2 '--only wants programs: files or folders' --only
refuses 1 'nowhere: could not be opened' --times nowhere
refuses 1 'nowhere: could not be opened' --times times.csv --base nowhere
refuses 1 'nowhere/benching.csv: could not be opened' --builtins nowhere/benching.csv
mkdir empty
refuses 1 'empty: expected *.flat, *.uplc or *.plutus in it' --only empty
refuses 1 'times.csv:1' --builtin-model times.csv
head -3 times.csv > few.csv
refuses 1 '1 of 1 programs count, of 1 different families: expected 3 at least' --times few.csv
{ cat times.csv; echo 'z,1,2,3'; } > short.csv
refuses 1 'short.csv:75: expected 16 fields, as in the header, got 4' --times short.csv
{ cat times.csv; echo 'z,1,2,3,4,5,6,7,8,9,-5,-6,-4,0,0,0'; } > negative.csv
refuses 1 'negative.csv:75: z: expected time_ns from 0.001 to 1e15' --times negative.csv
head -c 2000 /dev/urandom > noise.csv
exits 1 --machine --times noise.csv
one_line_on_stderr
