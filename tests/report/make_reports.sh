#!/bin/sh
# make_reports.sh PROGRAM FOLDER: short runs of each kind, and reports of them in FOLDER.
set -eu
program=$1
cd "$2"
export PLUTBENCH_STORE="$PWD/store.db"

# leaves RUN ARGUMENT ...: a warning, which short runs have, is no matter here.
leaves() {
    run=$1
    shift
    "$program" "$@" --out "$run" >"$run.log" 2>&1 || [ -s "$run/manifest.json" ] || {
        cat "$run.log" >&2
        exit 1
    }
}
leaves call calibrate --script loop --time 1s --rate 100
leaves again calibrate --script loop --time 1s
leaves points measure --script loop --vary calls=1,2,3 --time 1s
leaves block block --script loop --loops 3 --transactions 2 --utxo-size 100 --time 500ms
leaves sweep sweep addInteger --time 1s

# A folder that nobody checks, of an unfinished run, with markup wherever there is text.
mkdir hostile
"$program" results show call --document plan.json >hostile/plan.json
"$program" results show call --document summary.json |
    sed 's#"conclusion": "[^"]*"#"conclusion": "</script><img src=x onerror=window.hit=1>"#
         s#"name": "\([a-z0-9-]*\)"#"name": "\1<svg onload=window.hit=2>\\u2028]]><!--"#
         s#"script": "loop"#"script": "<b>loop</b>\\"`{{script}}"#' >hostile/summary.json
printf '%s\n' '<i onclick=x>,"a ""quoted"" head",c' '"<script>window.hit=3</script>",=1+1,&amp;' \
    >'hostile/<img src=x onerror=hit>.csv'

for run in call points block sweep hostile; do
    "$program" report "$run" -o "$run.html"
done
"$program" report call again -o two.html
"$program" report call points -o mixed.html
"$program" results import call again points block sweep >imported
"$program" publish site >published
