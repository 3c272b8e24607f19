#!/usr/bin/env bash
# A disk that is full: a run on it does not look complete and keeps what fitted, figures are printed
# all the same, and a store is as it was. In a small file system of the test's own.
set -euo pipefail
if [ "${3:-}" != mounted ]; then
    if ! unshare -rm mount -t tmpfs -o size=64k none /mnt 2> /dev/null; then
        echo 'skipped: no file system can be mounted here'
        exit 77
    fi
    exec unshare -rm bash "$0" "$1" "${2:-}" mounted
fi
subcommand=results
. tests/cli/common.sh
mkdir disk
mount -t tmpfs -o size=1500k none disk
trap 'umount disk; rm -rf "$work"' EXIT

"$program" calibrate --script loop --time 500ms --no-stages --out fits > told
code=0
"$program" calibrate --script loop --time 30s --precision 5% --no-stages --out disk/run > out 2> err ||
    code=$?
if [ "$code" -eq 0 ]; then
    # It stopped before the disk was full: fill it more.
    rm -rf disk/run
    dd if=/dev/zero of=disk/filler bs=1k count=600 2> dd
    "$program" calibrate --script loop --time 30s --precision 5% --no-stages --out disk/run \
        > out 2> err || code=$?
fi
[ "$code" -eq 1 ] || { cat err >&2; fail "exit code $code on a full disk"; }
one_line_on_stderr
grep -qE 'No space left on device|is the disk full' err || { cat err >&2; fail 'no word of the disk'; }
has out 'A call to loop'
[ ! -e disk/run/manifest.json ] || fail 'it looks complete'
exits 1 check disk/run
has out 'disk/run: incomplete'
if grep -qE '^  (damaged|missing)' out; then cat out >&2; fail 'what fitted is damaged'; fi

# Too full to begin with: found before anything is measured.
rm -rf disk/*
dd if=/dev/zero of=disk/filler bs=1k 2> dd || true
begun=$SECONDS
"$program" calibrate --script loop --time 60s --out disk/run > out 2> err && fail 'it succeeded'
one_line_on_stderr
has err 'No space left on device'
[ $((SECONDS - begun)) -lt 20 ] || fail 'it was measured first'
rm disk/filler
"$program" calibrate --script loop --time 300ms --no-stages --out disk/run > out
run check disk/run

# A store: what was there stays, what does not fit leaves nothing.
rm -rf disk/*
run import --store disk/runs.db fits
"$program" calibrate --script loop --time 500ms --no-stages --out second > told
dd if=/dev/zero of=disk/filler bs=1k 2> dd || true
fails 1 'the disk is full' import --store disk/runs.db second
rm disk/filler
run query --store disk/runs.db 'SELECT count(*) AS runs FROM run'
[ "$(cat out)" = "$(printf 'runs\n1')" ] || { cat out >&2; fail 'expected one run'; }
run query --store disk/runs.db \
    'SELECT count(*) AS strays FROM figure WHERE run NOT IN (SELECT id FROM run)'
[ "$(cat out)" = "$(printf 'strays\n0')" ] || { cat out >&2; fail 'something was left'; }
run import --store disk/runs.db second
has out ': imported'
