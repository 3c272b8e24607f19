#!/usr/bin/env bash
# The proof of the method, as a user runs it: report, exit code, JSON, refusals.
set -euo pipefail
subcommand=selftest
. "$(dirname "$0")/common.sh"

# ---- Report ----

run --statistics --runs 100 --scenario independent
has out '100 simulated calibrations of each scenario, seed 1'
has out '93 to 97'
has out 'All promises are kept.'

run --statistics --runs 40 --scenario difference
has out 'A call that takes 1.0 % longer than its twin is found in'

# Intervals that are too narrow break promises, and that is a failure.
exits 1 --statistics --runs 600 --scenario independent --scale-intervals 0.7
nothing_on_stderr
has out "beyond chance where there is a '!'"

# ---- JSON ----

run --statistics --runs 50 --scenario layout --seed 7 --json
is_json out
mv out one.json
run --statistics --runs 50 --scenario layout --seed 7 --json
cmp one.json out || fail 'equal seeds, different reports'
for key in '"seed": 7' '"runs": 50' '"scenario": "layout"' '"covered"' '"interval"' '"promised"' \
    '"null_called"' '"kept": true'; do
    has one.json "$key"
done

# ---- Refusals ----

fails 2 'expected --statistics'
fails 2 "did you mean 'drift-sine'?" --statistics --scenario drift-sin
fails 2 "there is no 'earthquake'" --statistics --scenario earthquake
fails 2 '--runs' --statistics --runs 0
fails 2 '--runs: expected at most 100000' --statistics --runs 1000000
fails 2 "'nowhere' is no folder" --statistics --pictures nowhere
