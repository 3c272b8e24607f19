#!/usr/bin/env bash
# Plug-ins: the example's builtins evaluated, converted, timed, swept and fitted by name; and plug-ins
# that are wrong in every way that tests/plugin/misbehaving.c knows.
set -euo pipefail
subcommand=''
. "$(dirname "$0")/common.sh"

plugins=$(dirname "$program")/tests/plugin
example=$root/docs/examples/plugin
[ -e "$plugins/more_builtins.so" ] || { echo 'no plug-ins were built'; exit 77; }
cp "$plugins"/*.so .

# ---- Evaluating ----

# 3421780262 = 0xcbf43926, the check value of CRC-32 for "123456789". Steps: 100 for the start, 3
# machine steps of 16000, 200000 + 8000 * 2 words as the plug-in declares; memory: 4 * 100 + 1.
run eval "$example/crc32.uplc" --plugin more_builtins.so
has out '(program 1.1.0 (con integer 3421780262))'
has out 'cpu: 264100'
has out 'mem: 401'
run eval "$example/crc32.uplc" --plugin ./more_builtins.so --tally --json
is_json out
has out '"crc32ByteString": {'
run eval "$example/crc32.uplc" --plugin more_builtins.so --profile --time 2s
grep -q '^ *crc32ByteString ' out || fail 'no row of crc32ByteString in the profile'
exits 1 eval "$example/crc32.uplc" --plugin more_builtins.so --budget 264099,401
has err 'crc32.uplc: the script ran out of steps'
fails 1 "found 'crc32ByteString'" eval "$example/crc32.uplc"

# term TEXT: a program of it in term.uplc
term() { printf '(program 1.1.0 %s)' "$1" > term.uplc; }
# evaluates TERM RESULT
evaluates() {
    term "$1"
    run eval term.uplc --plugin more_builtins.so
    has out "(program 1.1.0 $2)"
}
evaluates '[(builtin crc32ByteString) (con bytestring #)]' '(con integer 0)'
evaluates '[(builtin concatByteStrings) (con (list bytestring) [#0102, #, #03])]' '(con bytestring #010203)'
evaluates '[(builtin concatByteStrings) (con (list bytestring) [])]' '(con bytestring #)'
evaluates '[(builtin bitLength) (con integer 0)]' '(con integer 0)'
evaluates '[(builtin bitLength) (con integer -256)]' '(con integer 9)'
evaluates '[(builtin bitLength) (con integer 18446744073709551616)]' '(con integer 65)'
evaluates '[(lam f [f (con integer 255)]) (builtin bitLength)]' '(con integer 8)'
evaluates '(builtin bitLength)' '(builtin bitLength)'

# Three elements and two words of bytes: its own measure, not the length of the list.
term '[(builtin concatByteStrings) (con (list bytestring) [#0102, #, #03])]'
run eval term.uplc --plugin more_builtins.so
has out "cpu: $((100 + 3 * 16000 + 200000 + 2000 * 5))"
has out "mem: $((4 * 100 + 5))"

# Arguments of other types fail as with any builtin.
for argument in '(con integer 1)' '(con (list integer) [1])' '(lam x x)' '(con (list (list bytestring)) [])'; do
    term "[(builtin concatByteStrings) $argument]"
    exits 1 eval term.uplc --plugin more_builtins.so
    has err 'a builtin got an argument of the wrong type'
done

# ---- Another price ----

cat > price.json <<'JSON'
{"crc32ByteString": {"cpu": {"type": "constant_cost", "arguments": 7}, "memory": {"type": "linear_in_x", "arguments": {"intercept": 10, "slope": 5}}}}
JSON
run eval "$example/crc32.uplc" --plugin more_builtins.so --cost-model price.json
has out 'cpu: 48107'
has out 'mem: 420'
fails 1 'expected the name of a builtin or of a machine step' \
    eval "$example/crc32.uplc" --plugin well.so --plugin more_builtins.so --cost-model <(sed s/crc32/crc33/ price.json)
fails 1 'expected a shape for fewer arguments: linear_in_y uses some that are not there' \
    eval "$example/crc32.uplc" --plugin more_builtins.so --cost-model <(sed s/linear_in_x/linear_in_y/ price.json)

# ---- Flat ----

mkdir flat
run convert "$example/crc32.uplc" --plugin more_builtins.so --to flat --output flat/crc32.flat
# Version 1.1.0; application (0011), builtin (0111) with tag 104, the first free one.
[ "$(head -c 6 flat/crc32.flat | od -An -tx1)" = ' 01 01 00 37 d0 91' ] || fail 'another flat'
run convert flat/crc32.flat --plugin more_builtins.so
has out '(builtin crc32ByteString)'
fails 1 "expected a builtin's tag below 104, got 104" convert flat/crc32.flat
run bench flat --plugin more_builtins.so --iterations 20
has out 'crc32'
exits 1 bench flat --iterations 20
# Another order, another tag.
run convert flat/crc32.flat --plugin well.so --plugin more_builtins.so
has out '(builtin wrong)'
run convert "$example/crc32.uplc" --plugin more_builtins.so --apply 182a
has out '(con data (I 42))'

# ---- In transactions ----

# A loop of the catalogue with another builtin in it.
loop=$root/scripts/sha2-256-loop
sed 's/\[ (builtin sha2_256) digest \]/[ (lam same digest) [ (builtin crc32ByteString) digest ] ]/' \
    "$loop.uplc" > loop.uplc
loops() {
    exits "$1" calibrate --script loop.uplc --redeemer "$loop.redeemer.json" --language v2 --no-measure "${@:2}"
}
loops 0 --plugin more_builtins.so --json
nothing_on_stderr
is_json out
loops 1
has err "expected a builtin's name, found 'crc32ByteString'"
sed -i 's/crc32ByteString) digest/wrong) counter/' loop.uplc
loops 1 --plugin later_fails.so
one_line_on_stderr
has err "later_fails.so: builtin 'wrong': no such luck"
loops 1 --plugin later_crash.so
one_line_on_stderr
has err "later_crash.so: builtin 'wrong': it crashed with SIGSEGV when it was called"

# ---- Sweeping and fitting ----

run sweep --list crc32ByteString bitLength --plugin more_builtins.so
grep -Eq '^Crc32ByteString +crc32ByteString +100  Crc32ByteString/1$' out || fail 'no row of crc32'
has out '159 points of 27 benchmarks'
run sweep --list --plugin more_builtins.so
has out '15008 points of 124 benchmarks'
printf 'Crc32ByteString/1|50..200:50\nBitLength/3\nConcatByteStrings/0|7|30\nNop1o/1\n' > grid
run sweep --grid grid --plugin more_builtins.so --out swept --max-visits 6 --seed 3
has out 'of 10 points are known'
[ "$(grep -c '^[A-Z]' swept/benching.csv)" -eq 10 ] || fail 'expected ten lines of Criterion'
has swept/sweep.grid '# plug-in more_builtins 1.0'
has swept/manifest.json '"role": "plug-in"'
run fit swept/benching.csv crc32ByteString ConcatByteStrings --plugin more_builtins.so
has out '2 of 2 functions fitted to 10 points'
grep -Eq '^crc32ByteString +linear_in_x +[0-9]+ \+ [0-9]+ x$' out || fail 'no fit of crc32'
exits 0 fit swept/benching.csv crc32ByteString --plugin more_builtins.so --json
is_json out
mv out fitted.json
has fitted.json '"linear_in_x"'
run eval "$example/crc32.uplc" --plugin more_builtins.so --cost-model fitted.json
has out 'mem: 401'
exits 3 fit swept/benching.csv --plugin more_builtins.so --out fitted
has err 'addInteger'
has fitted/builtinCostModel.json '"concatByteStrings"'
fails 1 "there is no builtin 'crc32ByteString' to fit" fit swept/benching.csv crc32ByteString
# Shards add up, where both have the same plug-in.
run sweep --grid grid --plugin more_builtins.so --out first --shard 1/2 --max-visits 6 --seed 3
run sweep --grid grid --plugin more_builtins.so --out second --shard 2/2 --max-visits 6 --seed 3
run sweep --merge first second --plugin more_builtins.so --out whole
has out 'of 10 points are known'
fails 1 'there is no such benchmark' sweep --merge first second --out other
fails 1 'swept: it has a sweep of another grid' \
    sweep --grid grid --plugin well.so --plugin more_builtins.so --out swept
printf 'Crc32ByteString/0\n' > grid
fails 1 'grid:1: Crc32ByteString/0: size 1 is 0, expected 1 to 1048576' \
    sweep --grid grid --plugin more_builtins.so --out x
fails 1 "there is no such benchmark" sweep --grid grid --out x

# ---- What is wrong with a plug-in is told before anything is done with it ----

# wrong NAME MESSAGE
wrong() { fails 1 "plutbench convert: $1.so: $2" convert "$example/crc32.uplc" --plugin "$1.so"; }
printf 'nothing' > text.so
wrong text 'expected a shared object: '
wrong missing 'expected a shared object: '
cc=$(command -v cc || command -v gcc || true)
if [ -n "$cc" ] && echo 'int x;' | "$cc" -shared -fPIC -xc - -o other.so 2> cc.err; then
    wrong other 'expected a plug-in: it has no function plb_plugin_entry'
fi
wrong abi 'expected version 1 of the plug-in interface, got 2: build it anew'
wrong small 'expected a description of at least '
wrong small_builtin 'expected descriptions of builtins of at least '
wrong nothing 'plb_plugin_entry returned nothing: expected a description'
wrong no_name 'expected a name and a version of one line'
wrong no_builtins 'expected 1 to 24 builtins (24 of all plug-ins), got 0'
wrong taken "builtin 'addInteger': another builtin has that name"
wrong odd_name "builtin number 1: expected a name of up to 47 letters, digits and '_' that begins with a letter"
wrong arity "builtin 'wrong': expected 1 to 6 arguments"
wrong forces "builtin 'wrong': expected at most 15 type arguments"
wrong type "builtin 'wrong': expected types of its arguments such as integer or (list bytestring)"
wrong result_type "builtin 'wrong': expected a type of its result such as integer or (list bytestring)"
wrong measure "builtin 'wrong': expected measures that go with the types of its arguments"
wrong no_measure "builtin 'wrong': expected a function that measures its arguments"
wrong shape "builtin 'wrong': expected costing functions' shapes such as linear_in_x"
wrong costing "builtin 'wrong': its costing wants arguments that it does not have"
wrong no_run "builtin 'wrong': it has no function"
wrong no_generator "builtin 'wrong': it has no generator of arguments"
fails 1 "more_builtins.so: builtin 'crc32ByteString': another builtin has that name" \
    convert "$example/crc32.uplc" --plugin more_builtins.so --plugin ./more_builtins.so
fails 1 "taken_benchmark.so: builtin 'unitTerm': another benchmark has the name UnitTerm" \
    sweep --plugin taken_benchmark.so --list
fails 1 "grid.so: grid of 'wrong':1: Wrong/1..1000:100: size 1 is 101, expected 1 to 100" \
    sweep --plugin grid.so --list
fails 1 "fit_shape.so: builtin 'wrong': how it is fitted: expected a costing function's shape such as linear_in_x, got 'straight'" \
    fit swept/benching.csv --plugin fit_shape.so

# ---- What it does wrong is found by trying it, in another process ----

wrong load_crash 'it crashed with SIGSEGV when it was loaded'
wrong unload_crash 'it crashed with SIGSEGV when it was unloaded'
wrong run_crash "builtin 'wrong': it crashed with SIGSEGV when it was called with size 1"
wrong run_abort "builtin 'wrong': it crashed with SIGABRT when it was called with size 1"
wrong run_exit "builtin 'wrong': it ended the process with exit code 0 when it was called with size 1"
wrong run_loop "builtin 'wrong': it did not come back within 5 s when it was called with size 1"
wrong run_fails "builtin 'wrong': no such luck"
wrong run_none "builtin 'wrong': it failed without saying why"
wrong run_wrong_type "builtin 'wrong': its result has another type"
wrong run_garbage "builtin 'wrong': it crashed with SIGSEGV when it was called with size 1"
wrong generate_crash "builtin 'wrong': it crashed with SIGSEGV when it made arguments of size 1"
wrong generate_fails "builtin 'wrong': its generator failed: nothing to give"
wrong generate_type "builtin 'wrong': its generator made an argument 1 that is no integer"
wrong generate_nothing "builtin 'wrong': its generator made an argument 1 that is no integer"
wrong generate_size "builtin 'wrong': its generator made an argument 1 of size 2, expected 1"
wrong generate_random "builtin 'wrong': its generator made different arguments from equal seeds"
wrong measure_crash "builtin 'wrong': it crashed with SIGSEGV when it measured an argument"
wrong measure_negative "builtin 'wrong': its generator made an argument 1 of size -1, expected 1"

# ---- What it does wrong later does not take a run down ----

term '[(builtin wrong) (con integer 15)]'
fails 1 "later_crash.so: builtin 'wrong': it crashed with SIGSEGV when it was called" \
    eval term.uplc --plugin later_crash.so
fails 1 "later_exit.so: builtin 'wrong': it ended the process with exit code 0 when it was called" \
    eval term.uplc --plugin later_exit.so --json
fails 1 "later_loop.so: builtin 'wrong': it did not come back within 10 s when it was called" \
    eval term.uplc --plugin later_loop.so
exits 1 eval term.uplc --plugin later_fails.so
has err "term.uplc: later_fails.so: builtin 'wrong': no such luck"
term '[(builtin wrong) (con integer 5)]'
run eval term.uplc --plugin later_crash.so

# A sweep goes on without the benchmark, which is in no result that is fitted from.
printf 'Wrong/1|9|15\nBitLength/1|3\nNop1o/1\n' > grid
for way in crash exit fails size; do
    exits 3 sweep --grid grid --plugin "later_$way.so" --plugin more_builtins.so --out "$way" \
        --max-visits 6 --seed 5
    one_line_on_stderr
    has err "Wrong is left out: "
    has err "later_$way.so: builtin 'wrong': "
    has out "Wrong is left out: "
    [ "$(grep -c '^[A-Z]' "$way/benching.csv")" -eq 3 ] || fail "$way: expected three lines of Criterion"
    has_not "$way/benching.csv" Wrong
    has "$way/sweep.json" '"why": "'
    is_json "$way/sweep.json"
done
exits 3 sweep --grid grid --plugin later_crash.so --plugin more_builtins.so --out crash --max-visits 6
has err "it crashed with SIGSEGV when it was called with size 15"

# Ctrl-C ends it in order.
printf 'Crc32ByteString/1..1000\n' > grid
"$program" sweep --grid grid --plugin more_builtins.so --out stopped --time 60s --precision 0.00001% \
    > stopped.out 2> stopped.err &
pid=$!
for i in $(seq 100); do
    [ -s stopped/sweep.journal ] && [ "$(grep -c ^visit stopped/sweep.journal)" -gt 50 ] && break
    sleep 0.1
done
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
[ "$code" -eq 1 ] || { cat stopped.err >&2; fail "interrupted: exit code $code"; }
has stopped.err 'interrupted: the result is partial; the same command goes on with it'
[ -s stopped/sweep.json ] || fail 'no sweep.json'
