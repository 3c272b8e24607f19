#!/usr/bin/env bash
# kill -9 at any moment of a calibration: nothing that was finished is lost, nothing looks complete
# that is not, and what is left can be imported. PLB_KILLS=100 for more of them.
set -euo pipefail
subcommand=results
. tests/cli/common.sh
kills=${PLB_KILLS:-6}

# rounds FOLDER: whole rounds of samples in it; 0 before there are any.
rounds() {
    { "$program" results check --json "$1" 2> /dev/null || true; } |
        sed -n 's/^ *"rounds": \([0-9]*\).*/\1/p'
}

incomplete=0 complete=0 kept=0
for i in $(seq "$kills"); do
    folder=killed$i
    # Four in five while it samples, the others about when it ends.
    if [ $((i % 5)) -eq 0 ]; then time=1s delay=1.$((RANDOM % 500 + 100)); else time=30s delay=1; fi
    [ "$time" = 1s ] || delay=$((RANDOM % 3)).$((RANDOM % 900 + 100))
    "$program" calibrate --script loop --time "$time" --precision 0.0001% --no-stages \
        --out "$folder" > told 2>&1 &
    job=$!
    sleep "$delay"
    before=$(rounds "$folder")
    kill -9 "$job" 2> /dev/null || true
    wait "$job" 2> /dev/null || true
    sleep 0.1 # its process, which goes when it goes
    [ -e "$folder/plan.json" ] || continue
    after=$(rounds "$folder")
    [ "${after:-0}" -ge "${before:-0}" ] || fail "$folder: $before rounds before, $after afterwards"
    kept=$((kept + ${after:-0}))
    code=0
    "$program" results check "$folder" > out 2> err || code=$?
    if [ -e "$folder/manifest.json" ]; then
        [ "$code" -eq 0 ] || { cat out >&2; fail "$folder: it looks complete, and is not in order"; }
        complete=$((complete + 1))
    else
        [ "$code" -eq 1 ] || { cat out >&2; fail "$folder: expected exit code 1, got $code"; }
        grep -q "^$folder: incomplete" out || { cat out >&2; fail "$folder: expected incomplete"; }
        if grep -qE '^  (damaged|missing)' out; then cat out >&2; fail "$folder: damaged"; fi
        incomplete=$((incomplete + 1))
    fi
    run import --store runs.db "$folder"
    has out ': imported'
done
run query --store runs.db 'SELECT count(*) AS n, coalesce(sum(rounds), 0) AS rounds FROM run'
echo "$kills kills: $incomplete incomplete runs, $complete complete ones, $kept rounds in all"
cat out
[ "$(sed -n 2p out | cut -f 1)" -eq $((incomplete + complete)) ] || fail 'runs are missing'
[ "$incomplete" -gt 0 ] || fail 'not one was killed in time'

# Rounds have no gap: whatever was killed, what came before it is there.
if command -v python3 > which; then
    python3 - killed*/samples.bin <<'PYTHON'
import json, struct, sys, zlib
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    if b"\n" not in data: continue
    start = data.index(b"\n") + 1
    subjects = json.loads(data[:start])["subjects"]
    size, seed, wanted = 24 + 4 * len(subjects), zlib.crc32(data[:start]), {}
    for at in range(start, len(data) - size + 1, size):
        row = data[at:at + size]
        if zlib.crc32(row[:-4], seed) != struct.unpack("<I", row[-4:])[0]: break
        number, epoch, process, kind = struct.unpack_from("<IIHH", row, 8)
        if kind != 0: continue
        assert number == wanted.get(process, 0), (path, process, number, wanted)
        wanted[process] = number + 1
    assert sorted(wanted) == list(range(len(wanted))), (path, wanted)
PYTHON
fi
