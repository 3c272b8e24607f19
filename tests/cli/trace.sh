#!/usr/bin/env bash
# --trace of every command that measures: every line is as `plutbench trace describe --json` has it,
# every event that is documented comes in some run, what is killed leaves whole lines.
set -euo pipefail
subcommand=
. "$(dirname "$0")/common.sh"

# ---- What can be told ----

run trace describe
has out 'sampling-begun: '
run trace describe --json
cp out schema.json
is_json schema.json
run trace --help
has out 'describe'

# ---- Runs ----

run calibrate --script loop --time 3s --trace calibrate.jsonl --out run
[ "$(head -c 21 calibrate.jsonl)" = '{"event":"trace-begun' ] || fail 'the configuration is not first'
tail -n 1 calibrate.jsonl > last
has last '"event":"trace-ended"'
run calibrate --script loop --time 1s --no-stages --trace few.jsonl --trace-every 1000
run block --script loop --fraction 0.02 --time 1s --utxo-size 100 --trace block.jsonl
run measure --script loop --vary calls=1,2 --time 2s --trace measure.jsonl
exits 0 sweep addInteger --out sweep --time 2s --trace sweep.jsonl
exits 0 regress --baseline base.json --update --time 5s --trace regress.jsonl addInteger
exits 0 study "$root/tests/plans/study_small.json" --out study --trace study.jsonl
grep -q '"event":"process-ended","at_ns":[0-9]*,"process":2' calibrate.jsonl ||
    fail 'no third process in the trace of calibrate'
[ "$(grep -c '"event":"round"' few.jsonl)" -lt "$(grep -c '"event":"round"' calibrate.jsonl)" ] ||
    fail '--trace-every left nothing out'

# check FILE ...: every line by the schema; every event of it in some file.
cat > check.py <<'CHECK'
import json, sys

schema = {k["properties"]["event"]["const"]: k for k in json.load(open("schema.json"))["oneOf"]}
types = {"string": str, "integer": int, "number": (int, float), "boolean": bool,
         "object": dict, "null": type(None)}

def holds(value, of):
    wanted = of.get("type", [])
    wanted = wanted if isinstance(wanted, list) else [wanted]
    fits = [t for t in wanted if isinstance(value, types[t])
            and not (t in ("integer", "number") and isinstance(value, bool))]
    if wanted and not fits or "const" in of and value != of["const"]:
        return False
    if "minimum" in of and value < of["minimum"]:
        return False
    if "properties" in of:
        return set(value) == set(of["required"]) == set(of["properties"]) and all(
            holds(v, of["properties"][k]) for k, v in value.items())
    return True

seen = set()
for name in sys.argv[1:]:
    for number, line in enumerate(open(name), 1):
        event = json.loads(line)
        if event["event"] not in schema or not holds(event, schema[event["event"]]):
            sys.exit(f"{name}:{number}: not as it is documented: {line}")
        seen.add(event["event"])
missing = set(schema) - seen - {"lost"}
if missing:
    sys.exit(f"documented, and never told: {sorted(missing)}")
CHECK
if command -v python3 > which; then
    python3 check.py calibrate.jsonl few.jsonl block.jsonl measure.jsonl sweep.jsonl \
        regress.jsonl study.jsonl || fail 'a trace is not what is documented'
fi

# ---- Every sample of the run is in the trace ----

if command -v python3 > which; then
    python3 - <<'SAME' || fail 'trace and run differ'
import json
ended = [json.loads(l) for l in open("calibrate.jsonl") if '"event":"sampling-ended"' in l]
whole = [e for e in ended if e["joined"]][-1]["rounds"]
told = sum(1 for l in open("calibrate.jsonl") if '"event":"round"' in l)
assert whole == told == sum(e["rounds"] for e in ended if not e["joined"]), (whole, told)
assert whole == json.load(open("run/manifest.json"))["samples"]["rounds"]
SAME
fi

# ---- Chrome's format ----

run calibrate --script loop --time 2s --no-stages --trace perfetto.json --trace-format chrome
is_json perfetto.json
has perfetto.json '"ph":"X"'
run calibrate --script loop --time 1s --no-stages --trace by_name.chrome.json
is_json by_name.chrome.json

# ---- Killed ----

"$program" calibrate --script loop --time 60s --trace killed.jsonl > killed.out 2> killed.err &
victim=$!
for _ in $(seq 100); do
    [ -e killed.jsonl ] && [ "$(wc -c < killed.jsonl)" -gt 1000000 ] && break
    sleep 0.1
done
kill -9 "$victim"
wait "$victim" 2> which || true
[ "$(wc -c < killed.jsonl)" -gt 1000000 ] || fail 'nothing was written before the kill'
has_not killed.jsonl '"event":"trace-ended"'
if command -v python3 > which; then
    python3 - <<'KILLED' || fail 'a line before the last one is torn'
import json
lines = open("killed.jsonl", "rb").read().split(b"\n")
for line in lines[:-1]:
    json.loads(line)
KILLED
fi

# ---- What tracing costs ----

exits 0 trace cost --script loop --pairs 3 --time 1s --json
has out '"overhead_change"'
if command -v python3 > which; then
    python3 -c 'import json, sys
cost = json.load(sys.stdin)
for name in "overhead_change", "rate_change":
    assert cost[name]["low"] < cost[name]["value"] < cost[name]["high"], name' < out ||
        fail 'what tracing costs has no interval'
fi
exits 0 trace cost --script loop --pairs 3 --time 1s
has out 'rounds a second'

# ---- What is refused ----

subcommand=calibrate
fails 1 'the trace could not be opened' --script loop --trace no/such/folder
fails 1 'the trace could not be written' --script loop --trace /dev/full
fails 2 '--trace-every belongs to --trace' --script loop --trace-every 2
fails 2 '--trace-format belongs to --trace' --script loop --trace-format json
fails 2 'trace-format' --script loop --trace t --trace-format xml
subcommand=trace
fails 2 'pairs' cost --script loop --pairs 2
exits 2 wrong

echo 'trace: all good'
