#!/usr/bin/env bash
# plutbench doctor: every finding has a severity, a value, and what to do unless it is fine.
set -euo pipefail
subcommand=doctor
. "$(dirname "$0")/common.sh"

exits 0 --time 500ms
for subject in clock 'noise, arithmetic' 'noise, memory' placement interruptions governor turbo steal \
               'other processes' 'CPU quota' 'memory limit' 'isolated CPUs' 'virtual machine'; do
    grep -qE "^(ok|note|warning) +$subject " out || { cat out >&2; fail "no $subject"; }
done

# Advice where there is something to do, and only there.
awk '/^(note|warning)/ { want = 1; next }
     /^ +-> ./ { if (!want) exit 1; want = 0; next }
     /^ok/ { if (want) exit 1 }
     END { exit want }' out || { cat out >&2; fail 'advice and findings do not match'; }

exits 0 --time 500ms --json
python3 - out <<'EOF'
import json, sys
d = json.load(open(sys.argv[1]))
assert {f["severity"] for f in d["findings"]} <= {"ok", "note", "warning"}
assert all((f["severity"] == "ok") == (f["advice"] is None) for f in d["findings"])
for r in d["resolutions"]:
    assert r["submission_ns"] > 100
    assert r["null_ns"]["low"] <= r["null_ns"]["value"] <= r["null_ns"]["high"]
assert d["clock"]["read_ns"] > 0 and d["gaps"]["watched_ns"] >= 9e7
assert 0 <= d["placement_spread"] < 1
EOF

exits 2 --time 0
one_line_on_stderr
nothing_on_stdout
echo ok
