#!/usr/bin/env bash
# --reference: fits and sweeps in the units of another machine.
set -euo pipefail
subcommand=fit
. "$(dirname "$0")/common.sh"

header=benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub
# times NS NO-OP-NS: of the builtins below; half of them take NS for each of their size.
times() {
    echo "$header"
    for n in 1 2 3 4 5 6; do
        name=Nop${n}o
        for _ in $(seq "$n"); do name=$name/1; done
        echo "$name,${2}e-9,${2}e-9,${2}e-9,1e-9,1e-9,1e-9"
    done
    for x in 1 2 3 4 5; do
        for name in Sha2_256 Sha3_256 Blake2b_256 Keccak_256; do
            ns=$((20000 + $1 * x + $2))
            echo "$name/$x,${ns}e-9,${ns}e-9,${ns}e-9,1e-9,1e-9,1e-9"
        done
    done
}
times 1000 100 > own.csv
# Twice as long, and the call ten times.
times 1000 100 | awk -F, -v OFS=, 'NR == 1 { print; next } {
    ns = $2 * 1e9
    ns = $1 ~ /^Nop/ ? 1000 : 2 * (ns - 100) + 1000
    print $1, ns "e-9", ns "e-9", ns "e-9", "1e-9", "1e-9", "1e-9"
}' > reference.csv
printf '%s Nop1o one\n' Sha2_256 Sha3_256 > set.txt
printf '%s Nop1o two\n' Blake2b_256 Keccak_256 >> set.txt

# ---- Fits ----

exits 3 own.csv --reference reference.csv --scale-set set.txt --bootstrap 50 --out fitted
has out 'scale: what takes the reference machine 1 takes this one 0.5 [0.5, 0.5] (95 %)'
has out '20 points of 4 builtins of 2 libraries, which spread by 0.0 %'
grep -Eq '^sha2_256 +linear_in_x +4000000[01] \+ 200000[01] x' out || {
    cat out >&2
    fail 'times that were not doubled'
}
is_json fitted/scale.json
has fitted/scale.json '"agrees": true'
has fitted/manifest.json '"reference.csv"'
has fitted/manifest.json '"set.txt"'
exits 3 own.csv
grep -Eq '^sha2_256 +linear_in_x +2000000[01] \+ 100000[01] x' out || fail 'own times were changed'

fails 2 '--scale-set goes with --reference CSV' own.csv --scale-set set.txt
sed 's/^Keccak_256\/.*/&/; /^Keccak_256/s/e-9,/e-8,/g' reference.csv > odd.csv
fails 1 'the set disagrees with itself' own.csv --reference odd.csv --scale-set set.txt
has err 'furthest from 0.5: Keccak_256 0.0'
fails 1 'expected points of equal sizes of at least 4 builtins' own.csv --reference reference.csv
has err 'without any: VerifyEcdsaSecp256k1Signature'
printf 'Sha2_256 Nop1o\n' > bad.txt
fails 1 "bad.txt:1: expected the library" own.csv --reference reference.csv --scale-set bad.txt

# ---- Sweeps: one against itself ----

subcommand=sweep
printf '%s\n' Nop1o/1 Nop2o/1/1 Nop3o/1/1/1 Sha2_256/400 VerifyEd25519Signature/4/10/8 \
    VerifyEcdsaSecp256k1Signature/5/4/8 Bls12_381_G1_scalarMul/10/18 > grid.txt
run --grid grid.txt --precision 0.5 --time 20s --out swept
cp swept/benching.csv before.csv
run --grid grid.txt --precision 0.5 --time 20s --out swept --reference before.csv
has out 'scale: what takes the reference machine 1 takes this one 1 [1, 1] (95 %)'
has swept/scale.json '"factor": 1'
has swept/manifest.json '"before.csv"'
has swept/manifest.json '"scale.json"'
exits 1 --grid grid.txt --precision 0.5 --time 20s --out swept --reference "$work/own.csv"
has err 'expected points of equal sizes'
has out 'VerifyEd25519Signature'
