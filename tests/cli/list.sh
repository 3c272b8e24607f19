#!/usr/bin/env bash
# plutbench list: what it names, as text and as JSON, and what it refuses.
set -euo pipefail
subcommand=list
. "$(dirname "$0")/common.sh"

# Everything in short: every kind, every script, no table of builtins.
"$program" list > all
for word in scripts: strategies: builtins: targets: ecdsa-loop schnorr-loop ed25519-loop loop-v3 \
            hash-onto-g2-and-add ripemd160-loop sha2-256-loop keccak-256-loop blake2b-256-loop \
            txbudget txperblock_N blockbudget_R ledger; do
    has all "$word"
done
has_not all verifyEcdsaSecp256k1Signature

"$program" list scripts > scripts
has scripts 'from protocol version 8 on'
has scripts 'a loop: '
has_not scripts strategies:

# CIP-49: the secp256k1 builtins came to PlutusV2 with protocol version 8; tags of the specification.
"$program" list builtins > builtins
grep -Eq '^ +52 +verifyEcdsaSecp256k1Signature +3 +3 +0 +11 +8 +9 +12$' builtins ||
    fail "verifyEcdsaSecp256k1Signature is described otherwise"
[ "$(grep -cE '^ +[0-9]+ +[a-z]' builtins)" -eq 104 ] || fail "expected 104 builtins"

[ "$("$program" list strategies | wc -l)" -eq 5 ] || fail "expected a title and 4 strategies"
[ "$("$program" list targets | wc -l)" -eq 2 ] || fail "expected a title and 1 target"

# JSON: the object has a member for each kind that is asked for.
"$program" list --json > all.json
for word in '"scripts"' '"strategies"' '"builtins"' '"targets"' '"since"' '"redeemer"'; do
    has all.json "$word"
done
"$program" list targets --json > targets.json
has targets.json '"targets"'
has_not targets.json '"scripts"'
if command -v python3 > which; then
    python3 - all.json <<'PYTHON'
import json, sys
listed = json.load(open(sys.argv[1]))
assert sorted(listed) == ["builtins", "scripts", "strategies", "targets"], sorted(listed)
assert [row["tag"] for row in listed["builtins"]] == list(range(104))
scripts = {row["name"]: row for row in listed["scripts"]}
assert scripts["loop"]["redeemer"] == {"int": 1000000}
assert scripts["ripemd160-loop"]["since"] == 10
assert scripts["ecdsa-loop"]["language"] == "PlutusV2"
PYTHON
fi

# Wrong command lines: exit code 2, one line on stderr, nothing on stdout.
refuses() { fails 2 "$@"; }
refuses "did you mean 'scripts'?" script
refuses "did you mean 'builtins'?" buitlins
refuses "got 'nothing-like-it'" nothing-like-it
refuses "did you mean '--json'?" --jsno
refuses "did not expect 'targets'" scripts targets
