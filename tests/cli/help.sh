#!/usr/bin/env bash
# What the program says of itself: help on everything, with examples that work, and versions.
set -euo pipefail
subcommand=''
. "$(dirname "$0")/common.sh"

# says ARGUMENT ...: exit code 0, something on stdout, nothing on stderr.
says() {
    run "$@"
    [ -s out ] || fail "$what: nothing was printed"
}
# refuses TEXT ARGUMENT ...: exit code 2, one line on stderr, nothing on stdout.
refuses() { fails 2 "$@"; }

# ---- The program ----

says --help
mv out help
for word in -h help; do
    says "$word"
    cmp out help
done
has help 'usage: plutbench COMMAND'
has help 'plutbench calibrate --script ecdsa-loop'
commands=$(sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' help)
[ "$(echo "$commands" | xargs -n 1 | sort | xargs)" = \
    'bench block calibrate compare completion conformance convert describe doctor eval fit list measure model publish regress report results selftest study sweep timeline trace tx version' ] ||
    fail "other commands: $commands"

refuses 'no command was given (see plutbench --help)'
refuses "there is no command 'calibrat'; did you mean 'calibrate'?" calibrat
refuses "did you mean 'convert'?" covnert
refuses "there is no command 'zzz' (see plutbench --help)" zzz
refuses "did you mean 'eval'?" help evil

# ---- Each command ----

for command in $commands; do
    says "$command" --help
    mv out about
    says help "$command"
    cmp out about
    says "$command" -h
    cmp out about
    has about "usage: plutbench $command"
    has about '  --help '
    grep -q "^  plutbench $command" about || fail "$command --help has no example"
    # Help wins over whatever else is there, but for what is wrong before it.
    says "$command" --help nonsense
    cmp out about
    awk -v command="$command" 'length > 105 { print command ": a long line: " $0; bad = 1 }
                               END { exit bad }' about
    # Every option that an example uses is one that exists.
    for option in $(sed -n '/^examples:/,$p' about | grep -oE -- ' --[a-z-]+' | sort -u); do
        grep -qE -- "^  $option( |$)" about || fail "$command: its example uses $option"
    done
done

# Every option that takes a value says so when it is missing.
for command in $commands; do
    "$program" "$command" --help > about
    for option in $(grep -oE -- '^  --[a-z-]+ [A-Z]' about | grep -oE -- '--[a-z-]+'); do
        refuses "$option wants a value: " "$command" "$option"
    done
done

# Examples whose files are at hand.
says calibrate --script ecdsa-loop --no-measure
says list
says list scripts
says version --json

# ---- Versions ----

version=$("$program" version)
echo "$version" | head -1 | grep -Eq '^plutbench [0-9]+\.[0-9]+\.[0-9]+ \(' || fail "$version"
says --version
[ "$(cat out)" = "$version" ] || fail '--version says something else'
for library in libsecp256k1 libcbor jansson libsodium GMP LMDB LAPACK blst HdrHistogram_c; do
    grep -Eqi "^ +$library +[0-9v]" out || fail "no version of $library"
done
says version --json
mv out json
says --version --json
cmp out json
for library in libsecp256k1 libcbor jansson libsodium GMP LMDB LAPACK blst HdrHistogram_c; do
    grep -qi "\"name\": \"$library\"" json || fail "no $library in JSON"
done
if command -v python3 > which; then
    python3 - json <<'PYTHON'
import json, sys
told = json.load(open(sys.argv[1]))
assert sorted(told) == ["build", "libraries", "version"], sorted(told)
for row in told["libraries"]:
    assert row["name"] and row["version"] and row["origin"], row
assert told["build"]["compiler"] and told["build"]["system"], told["build"]
PYTHON
fi
