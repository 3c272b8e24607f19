#!/usr/bin/env bash
# plutbench conformance: a folder of its own with right and wrong expectations, what it refuses, and
# the reference's suite where that is present (otherwise the test is skipped in the end).
set -euo pipefail
subcommand=conformance
. "$(dirname "$0")/common.sh"

# ends CODE LINE ARGUMENT ...: that exit code, and that last line.
ends() {
    exits "$1" "${@:3}"
    [ "$(tail -n 1 out)" = "$2" ] || { cat out >&2; fail "$what: not '$2'"; }
    nothing_on_stderr
}
# make FOLDER INPUT EXPECTED BUDGET: a case, without the files whose content is '-'.
make() {
    local name
    name=$(basename "$1")
    mkdir -p "$1"
    printf '%s' "$2" > "$1/$name.uplc"
    [ "$3" = - ] || printf '%s' "$3" > "$1/$name.uplc.expected"
    [ "$4" = - ] || printf '%s' "$4" > "$1/$name.budget.expected"
}

# ---- Cases of our own ----

unit='(program 1.1.0 (con unit ()))'
make good/a "$unit" '(program 1.1.0 (con unit ()))' '({cpu: 16100
| mem: 200})'
make good/deep/b '(program 1.1.0 [(lam x x) (error)])' 'evaluation failure' 'evaluation failure'
make good/deep/c '(program 1.1.0 (lam x y))' 'parse/decode error' 'parse/decode error'
make good/deep/names '(program 1.1.0 (lam x (lam y x)))' '(program 1.1.0 (lam a-1 (lam b_2 a-1)))' -
mkdir -p good/deep/no-case
echo nothing > good/deep/no-case/README
ends 0 '4 passed, 0 failed, 0 skipped' good
ends 0 '4 passed, 0 failed, 0 skipped' good --threads 3
ends 0 '4 passed, 0 failed, 0 skipped' good/ --format text
# Without flat inputs there is nothing to run.
ends 0 '0 passed, 0 failed, 4 skipped' good --format flat
"$program" convert good/a/a.uplc --to flat --output good/a/a.flat
cp good/a/a.flat good/a/a.flat.expected
ends 0 '1 passed, 0 failed, 3 skipped' good --format flat

# Wrong in each way that there is; each is named with what was expected and what came.
make bad/result "$unit" '(program 1.1.0 (con bool True))' -
make bad/version "$unit" '(program 1.0.0 (con unit ()))' -
make bad/cpu "$unit" "$unit" '({cpu: 16101 | mem: 200})'
make bad/mem "$unit" "$unit" '({cpu: 16100 | mem: 201})'
make bad/failure "$unit" 'evaluation failure' 'evaluation failure'
make bad/success '(program 1.1.0 (error))' "$unit" -
make bad/decode "$unit" 'parse/decode error' -
make bad/which '(program 1.1.0 (error))' 'parse/decode error' -
make bad/budget "$unit" "$unit" 'cheap'
make bad/expectation "$unit" '(program 1.1.0 (con unit' -
make bad/missing "$unit" - -
make bad/right "$unit" "$unit" -
ends 1 '1 passed, 11 failed, 0 skipped' bad
for name in result version cpu mem failure success decode which budget expectation missing; do
    [ "$(grep -c "^FAILED .*bad/$name/$name " out)" -eq 1 ] || fail "bad/$name is not named once"
done
has_not out 'right'
[ "$(grep -c '^  expected: ' out)" -eq 11 ] || fail 'not every failure says what was expected'
[ "$(grep -c '^  got: ' out)" -eq 11 ] || fail 'not every failure says what came'
grep -A2 '^FAILED .*bad/cpu/' out > cpu
has cpu 'expected: cpu 16101, mem 200'
has cpu 'got:      cpu 16100, mem 200'
grep -A2 '^FAILED .*bad/result/' out > result
has result 'expected: (program 1.1.0 (con bool True))'
has result 'got:      (program 1.1.0 (con unit ()))'
grep -A2 '^FAILED .*bad/success/' out > success
has success 'evaluation failure: '

# Languages choose costs and what there is.
make era/ripemd '(program 1.0.0 (builtin ripemd_160))' 'parse/decode error' -
ends 1 '0 passed, 1 failed, 0 skipped' era
ends 0 '1 passed, 0 failed, 0 skipped' era --language v3 --protocol-version 9

# ---- What is refused ----

mkdir empty
fails 1 'empty: no cases found' empty
fails 1 'nowhere' nowhere
fails 2 'expected DIR'
fails 2 "did you mean '--format'?" good --fromat text
fails 2 'expected one of text, flat' good --format cbor
fails 2 '--threads' good --threads 0
fails 2 '--threads' good --threads -1

# ---- The reference's suite ----

suite=$shared/upstream/conformance
if [ ! -d "$suite" ]; then
    echo "skipped: no $suite"
    exit 77
fi
for format in text flat; do
    "$program" conformance "$suite" --format $format > out 2> err ||
        { tail -n 40 out >&2; fail "the suite in $format"; }
    grep -Eq '^[0-9]+ passed, 0 failed, [0-9]+ skipped$' out || fail "the suite in $format"
    passed=$(sed -n 's/ passed, .*//p' out)
    [ "$passed" -ge 700 ] || fail "only $passed cases in $format"
done
