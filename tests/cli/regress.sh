#!/usr/bin/env bash
# plutbench regress: baselines written and compared, budgets that changed, an older library, what is
# refused. What is measured is looked at for its form only, but for a library that is slower by half.
set -euo pipefail
subcommand=regress
. "$(dirname "$0")/common.sh"

# ---- Budgets ----

run --baseline budgets.json --update --budgets-only
has out 'passed: '
has out 'budgets.json: 0 items as they were, 0 replaced, '
is_json budgets.json
has budgets.json '"format": "plutbench-baseline"'
has budgets.json '"EqualsInteger/101/101": {'
has budgets.json '"loop-v3": {'
run --baseline budgets.json --budgets-only
has out 'budgets as they were'
cp budgets.json before.json
run --baseline budgets.json --budgets-only --update
cmp budgets.json before.json
has out ' items as they were, 0 replaced, 0 added, 0 removed'

# Any change at all fails, and is told in every form.
steps=$(sed -n '/"AddInteger\/1\/1"/,/^    }/p' budgets.json | sed -n '/"E"/,/}/s/.*"steps": //p')
sed '/"AddInteger\/1\/1"/,/^    }/{/"E"/,/}/s/"steps": .*/"steps": 1/}' before.json > changed.json
exits 1 --baseline changed.json --budgets-only --junit j.xml --markdown m.md --json j.json
nothing_on_stderr
has out "AddInteger/1/1, variant E: the budget was 1 steps, 602 memory, is $steps steps, 602 memory"
has out 'failed: 1 budget changed'
has j.xml 'failures="1"'
has j.xml '<failure type="budget"'
has m.md '### plutbench regress: failed'
is_json j.json
has j.json '"outcome": "failed"'
run --baseline changed.json --budgets-only MkCons/4 # which is not what changed
run --baseline changed.json --budgets-only --update
has out ', 1 replaced, 0 added, 0 removed'
cmp changed.json before.json

# What is not there any more is missed, unless other things were named.
sed 's|"AddInteger/1/1"|"NoSuch/1/1"|; s|"loop-v3"|"loop-v9"|' before.json > gone.json
exits 3 --baseline gone.json --budgets-only
has out 'NoSuch/1/1'
has out 'gone'
has out 'incomplete: 2 gone'
run --baseline gone.json --budgets-only --update
has out '2 removed'

# Files are items by name; one that has changed is another thing.
printf '(program 1.1.0 [(builtin addInteger) (con integer 1) (con integer 2)])' > add.uplc
run --baseline file.json --budgets-only --update add.uplc
has file.json '"sha256": "'
run --baseline file.json --budgets-only
printf '(program 1.1.0 [(builtin addInteger) (con integer 1) (con integer 3)])' > add.uplc
exits 3 --baseline file.json --budgets-only
has out 'scripts that are not what they were'
has out 'incomplete: 1 changed script'
run --baseline file.json --budgets-only --update
has out '1 replaced'
run --baseline file.json --budgets-only
printf '(program 1.1.0 (error))' > error.uplc
fails 3 "error.uplc: it can't be evaluated: " --baseline new.json --update --budgets-only error.uplc
printf 'text' > text.uplc
fails 2 'text.uplc' --baseline new.json --update --budgets-only text.uplc
[ ! -e new.json ] || fail 'a baseline was written'

# ---- Times ----

items='AddInteger/1/1 Sha2_256/20 Bls12_381_mulMlResult/72/72 loop'
run --baseline times.json --update --time 6s $items
has out 'there are no times to compare with'
has out 'loop (decode)'
is_json times.json
has times.json '"measured": "20'
has times.json '"VerifyEd25519Signature/'
# A run that is so tolerant can only find everything to be the same.
run --baseline times.json --time 6s --tolerance 900% --all --json j.json --junit j.xml
has out 'times.json'
grep -Eq '^AddInteger/1/1 +[0-9.]+ (ns|µs) +[0-9.]+ (ns|µs) +[-+][0-9.]+ % +\[.*\]  same' out || {
    cat out >&2
    fail 'no row'
}
has j.json '"mode": "same-machine"'
has j.json '"correction": "Holm"'
has j.xml 'tests="6" failures="0" errors="0" skipped="0"'
cp times.json times.before
run --baseline times.json --time 6s --tolerance 900% --update
cmp times.json times.before

# Nothing is called the same that is not known to be.
code=0
"$program" regress --baseline times.json --time 1s --tolerance 0.0001% --both AddInteger/1/1 > out 2> err ||
    code=$?
[ "$code" -ne 0 ] || { cat out >&2; fail 'a time is known to a millionth'; }

# Another machine's: through the scale, or not at all.
sed 's/"cpu_model": .*/"cpu_model": "Another one",/' times.json > other.json
run --baseline other.json --time 6s --tolerance 900%
has out 'another machine'
sed '/"scale": {/,$d' other.json > no-scale.json
printf '  "schema": 1, "scale": {}, "written": "2026-11-21"}' >> no-scale.json
exits 3 --baseline no-scale.json --time 1s
has out 'times do not compare: '
has out 'incomplete: 5 undecided'
fails 2 "other.json: its times are another machine's" \
    --baseline other.json --time 1s --update MkCons/4

# Ctrl-C ends it in order, and leaves the baseline as it was.
"$program" regress --baseline times.json --update --time 60s --tolerance 0.01% > stopped.out \
    2> stopped.err &
pid=$!
sleep 1
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
[ "$code" -eq 3 ] || { cat stopped.err >&2; fail "interrupted: exit code $code"; }
has stopped.err 'interrupted: the result is partial, and the baseline as it was'
cmp times.json times.before

# ---- An older library ----

library=$(dirname "$program")/lib/libplutbench.so
slower=$(dirname "$program")/tests/libplutbench_slower.so
if [ -e "$library" ] && [ -e "$slower" ]; then
    run --against "$library" --time 3s --tolerance 900% --all addInteger loop
    has out 'in turns with'
    has out "items' budgets as they were"
    exits 1 --against "$library" --library "$slower" --time 10s addInteger
    grep -Eq '^AddInteger/1/1 .* slower$' out || { cat out >&2; fail 'half as slow again, and not found'; }
    exits 0 --against "$slower" --library "$library" --time 10s addInteger
    grep -Eq '^AddInteger/1/1 .* faster$' out || { cat out >&2; fail 'faster, and not found'; }
    exits 1 --against "$slower" --library "$library" --time 10s --both addInteger
    # Budgets are the older library's where no baseline tells them, the baseline's where one does.
    exits 1 --baseline before.json --against "$library" --library "$slower" --time 10s addInteger
    has out 'in turns with'
    fails 2 'adInteger' --against "$library" adInteger
fi
fails 2 'nowhere.so: expected a libplutbench.so: it could not be opened' --against nowhere.so \
    --library nowhere.so
fails 2 'add.uplc: expected a libplutbench.so: ' --against add.uplc --library add.uplc

# ---- Plug-ins ----

plugin=$(dirname "$program")/tests/plugin/more_builtins.so
if [ -e "$plugin" ]; then
    run --baseline plugged.json --update --time 1s --plugin "$plugin" crc32ByteString BitLength/3
    has out 'BitLength/3 '
    has plugged.json '"Crc32ByteString/'
    run --baseline plugged.json --time 1s --tolerance 900% --plugin "$plugin"
    has out "3 items' budgets as they were"
    exits 2 --baseline plugged.json --time 1s # nothing is left to measure
    fails 2 '--plugin goes without --against' --against "$library" --plugin "$plugin"
fi
fails 2 'nowhere.so' --baseline before.json --plugin nowhere.so

# ---- What is refused ----

fails 2 'expected --baseline FILE, or --against'
fails 2 '--update wants --baseline FILE' --against x --update
fails 2 '--update goes without --against' --baseline x --against y --update
fails 2 '--library goes with --against' --baseline x --library y
fails 2 'nowhere.json: there is no such baseline: --update writes it' --baseline nowhere.json
fails 2 '--tolerance: expected' --baseline before.json --tolerance 0
fails 2 "there is no builtin, script or file 'adInteger'; did you mean 'AddInteger'?" \
    --baseline before.json adInteger
fails 2 'AddInteger/1: expected 2 sizes' --baseline before.json AddInteger/1
fails 2 'AddInteger/1/1: it is named twice' --baseline before.json addInteger AddInteger/1/1
fails 2 'no-ops are known to sweeps only' --baseline before.json Nop1o/1
fails 2 'expected a script that runs without a transaction' --baseline before.json \
    supplemental-datum
fails 2 'gone.uplc: could not be opened' --baseline before.json gone.uplc
# baseline TEXT MESSAGE
baseline() {
    printf "$1" > wrong.json
    fails 2 "$2" --baseline wrong.json --budgets-only
}
baseline '' 'wrong.json:1:0: expected JSON'
baseline '{"format": 1}' 'wrong.json:1: expected a baseline'
baseline '{"format": "plutbench-baseline",\n"schema": 9}' \
    'wrong.json:2: schema: expected schema version 1, got 9: write it anew with --update'
sed '0,/"memory": .*/s//"memory": -2,/' before.json > wrong.json
fails 2 'wrong.json:7: items.AddInteger/1/1.budgets.A.memory: expected a number that is not' \
    --baseline wrong.json --budgets-only
sed '0,/"MkCons\/4"/s//"MkNilData\/1"/' before.json > wrong.json
fails 2 'duplicate object key' --baseline wrong.json --budgets-only
printf '{"format": "plutbench-baseline", "schema": 9}' > old.json
exits 0 --baseline old.json --budgets-only --update MkCons/4
has err 'old.json: it is written anew'
has old.json '"schema": 1'
