#!/usr/bin/env bash
# plutbench convert: there and back between all formats, arguments, and what it refuses.
set -euo pipefail
subcommand=convert
. "$(dirname "$0")/common.sh"

equal() { [ "$1" = "$2" ] || fail "expected '$2', got '$1'"; }
# same FILE TEXT: the script in FILE is TEXT, but for names and white space.
same() {
    printf '%s' "$2" > same.uplc
    "$program" convert same.uplc --to flat --output same.flat
    "$program" convert "$1" --to flat | cmp - same.flat || fail "$1 is not $2"
}

# ---- Formats ----

# By hand from the specification (appendix on flat): version 1.0.0, tag 4 for a constant, its type as
# the list [3] for unit, no content, padding. 0x45 is the head of a CBOR byte string of 5 bytes.
printf '(program 1.0.0 -- nothing\n  (con unit ()))' > unit.uplc
equal "$("$program" convert unit.uplc --to hex)" 450100004981
"$program" convert unit.uplc --to flat > unit.flat
equal "$(od -An -tx1 unit.flat | tr -d ' \n')" 0100004981
"$program" convert unit.uplc --to cbor --output unit.cbor
equal "$(od -An -tx1 unit.cbor | tr -d ' \n')" 450100004981
"$program" convert unit.uplc --to envelope --language v2 --output unit.plutus
has unit.plutus '"type": "PlutusScriptV2"'
has unit.plutus '"46450100004981"'
echo 450100004981 > unit.hex

# From each to each.
for file in unit.uplc unit.flat unit.cbor unit.hex unit.plutus; do
    "$program" convert "$file" --output back.uplc
    has back.uplc '(con unit ())'
    equal "$("$program" convert back.uplc --to hex)" 450100004981
    equal "$("$program" convert "$file" --to hex)" 450100004981
    "$program" convert "$file" --to flat | cmp - unit.flat
    "$program" convert "$file" --to cbor | cmp - unit.cbor
    "$program" convert "$file" --to envelope --language v2 | cmp - unit.plutus
done
equal "$("$program" convert --format hex --to hex - < unit.hex)" 450100004981
equal "$("$program" convert --to hex - < unit.flat)" 450100004981

# An envelope names its language; another may be asked for.
"$program" convert unit.plutus --to envelope | cmp - unit.plutus
"$program" convert unit.plutus --to envelope --language v3 > v3.plutus
has v3.plutus '"type": "PlutusScriptV3"'

# ---- Arguments ----

printf '(program 1.1.0 (lam x (lam y (constr 0 x y))))' > pair.uplc
printf '{"constructor": 0, "fields": [{"int": 42}]}' > datum.json
printf '(program 1.1.0 (delay (error)))' > later.uplc
"$program" convert pair.uplc --apply datum.json --apply 182a --output applied.uplc
same applied.uplc '(program 1.1.0
    [(lam x (lam y (constr 0 x y))) (con data (Constr 0 [I 42])) (con data (I 42))])'
"$program" convert pair.uplc --apply 43010203 --apply later.uplc --output applied.uplc
same applied.uplc '(program 1.1.0
    [(lam x (lam y (constr 0 x y))) (con data (B #010203)) (delay (error))])'
# Bytes that are no data are a script.
"$program" convert later.uplc --to flat --output later.flat
"$program" convert pair.uplc --apply 182a --apply later.flat --to flat > one.flat
"$program" convert pair.uplc --apply 182a --apply later.uplc --to flat | cmp - one.flat
# What is applied is what is evaluated.
"$program" eval one.flat > result
has result '(con data (I 42))'

fails 1 'same Plutus Core version' pair.uplc --apply unit.uplc
fails 1 'is neither a file nor CBOR' pair.uplc --apply nowhere.json
fails 1 'bad.json' pair.uplc --apply bad.json
printf '{"int": "1"}' > bad.json
fails 1 'int' pair.uplc --apply bad.json
fails 1 '1841ff' pair.uplc --apply 1841ff

# ---- What is refused ----

fails 2 '--to envelope needs --language' unit.flat --to envelope
fails 2 "did you mean 'envelope'?" unit.flat --to envelop
fails 2 'expected FILE' --to hex
fails 1 'nowhere.uplc: could not be opened' nowhere.uplc
fails 1 'nowhere/x.flat: could not be written' unit.uplc --to flat --output nowhere/x.flat
head -c 3 unit.flat > short.flat
fails 1 'short.flat: ' short.flat
printf '(program 1.0.0\n  (con unit ())' > open.uplc
fails 1 'open.uplc: ' open.uplc
printf '{"type": "PlutusScriptV2",\n "cborHex": 7}' > wrong.plutus
fails 1 'cborHex' wrong.plutus

# Binary to a terminal, where script(1) can make one.
if script -qec true typescript > terminal 2>&1 < /dev/null; then
    code=0
    script -qec "'$program' convert unit.uplc --to flat" typescript > terminal < /dev/null || code=$?
    equal "$code" 2
    has terminal 'give --output FILE'
fi

# ---- Scripts of others: the bytes survive ----

folder=$shared/upstream/node-bench
for file in "$folder"/*.plutus; do
    [ -e "$file" ] || break
    "$program" convert "$file" --to flat --output a.flat
    "$program" convert "$file" --output a.uplc
    "$program" convert a.uplc --to flat | cmp - a.flat
    hex=$("$program" convert "$file" --to hex)
    grep -q "$hex\"" "$file" || fail "$file: other bytes than it had"
done
