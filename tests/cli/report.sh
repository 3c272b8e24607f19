#!/usr/bin/env bash
# plutbench report and publish: every format of every kind of run, and runs that are not what they
# say. What the page does in a browser is tested by tests/report.
set -euo pipefail
subcommand=report
. tests/cli/common.sh
export XDG_DATA_HOME=$work/data
unset PLUTBENCH_STORE

sh "$root/tests/report/make_reports.sh" "$program" "$work" || fail 'no reports'

# ---- HTML: one file, without anything else ----

# As `has`, of files that are too long to be shown.
holds() { grep -qF -- "$2" "$1" || fail "no line of $1 has '$2'"; }

for name in call points block sweep two hostile; do
    [ -s "$name.html" ] || fail "no $name.html"
    holds "$name.html" '</html>'
    grep -oE "(src|href)=[\"']?(https?:)?//" "$name.html" && fail "$name.html names another address"
done
grep -qF '{{' call.html && fail 'a place of the page was not filled'
holds call.html 'Content-Security-Policy'
holds call.html "script-src 'sha256-"
holds call.html 'Copyright (c) 2022 Leon Sorokin'
# The policy's checksum is that of the script.
if command -v python3 > which; then
    python3 - call.html hostile.html <<'PYTHON' || fail 'what is embedded is not as it should be'
import base64, hashlib, json, re, sys
for name in sys.argv[1:]:
    page = open(name, encoding="utf-8").read()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    assert len(scripts) == 1, len(scripts)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert "'sha256-" + digest + "'" in page, "checksum"
    data = re.findall(r'<script type="application/json" id="report">(.*?)</script>', page, re.S)
    assert len(data) == 1 and not re.search("[<>&\u2028]", data[0]), "data"
    json.loads(data[0])
PYTHON
fi

# ---- The other formats ----

run call again --format json
is_json out
holds out '"Differences"'
holds out '"definition": "'
run call again --format csv
head -1 out | grep -q '^run,command,script,started_utc,' || fail 'no head in CSV'
grep -q ',overhead_per_call.paired,ns,[0-9]' out || fail 'no overhead in CSV'
run call --format md
holds out '# calibrate loop, '
holds out '### Overhead by stage'
holds out '| decode-transaction | '
run block --format typst
holds out '#heading(level: 1, "block loop, '
if command -v typst > which; then
    cp out report.typ
    typst compile report.typ report.pdf || fail 'Typst does not compile it'
fi
run call --title 'A <title> & more' -o titled.html
nothing_on_stdout
holds titled.html '<title>A &lt;title&gt; &amp; more</title>'
run hostile --format md
grep -qE '<(img|script|svg)' out && fail 'markup in Markdown'
run hostile --format typst
holds out '"</script><img src=x onerror=window.hit=1>"'

# ---- Plots ----

run call points --plots plots -o with_plots.html
for plot in stages-stages loops-loops latency-percentiles points-overhead; do
    ls plots/*-"$plot".svg > found || fail "no plot $plot"
done
grep -L '</svg>' plots/*.svg | grep . && fail 'a plot is not whole'
run hostile --plots hostile_plots -o hostile_again.html
grep -lE '<(img|script|svg onload|b)>?' hostile_plots/*.svg && fail 'markup in a plot'
if command -v python3 > which; then
    python3 -c 'import sys, xml.dom.minidom
for name in sys.argv[1:]: xml.dom.minidom.parse(name)' plots/*.svg hostile_plots/*.svg ||
        fail 'a plot is no XML'
fi

# ---- Several runs ----

run call again --timeline overhead_per_call.paired --format json
holds out '"timeline"'
run call points --format md
holds out 'These runs are not compared: '
run call again --no-comparison --format json
grep -qF '"Differences"' out && fail 'they were compared'

# ---- A site ----

export PLUTBENCH_STORE=$work/store.db
[ "$(ls site/runs/*.html | wc -l)" -eq 5 ] || fail 'expected five pages'
for page in site/runs/*.html; do
    [ -s "${page%.html}.json" ] || fail "no JSON beside $page"
    holds site/index.html "${page#site/}"
done
cp -r site before
subcommand=publish
run --command calibrate site
has out 'site/index.html: 2 runs'
[ "$(ls site/runs/*.html | wc -l)" -eq 5 ] || fail 'a page is gone'
run --command nothing empty
has out 'empty/index.html: 0 runs'
fails 1 'cannot be the output folder' --store store.db call.html
fails 1 'no-store.db' --store no-store.db elsewhere
[ ! -e elsewhere ] || fail 'a site of no store'
subcommand=report
run latest -o latest.html

# ---- What can't be ----

fails 1 'nowhere: ' nowhere
fails 2 'expected' --format html
fails 2 'html' call --format pdf
fails 1 'no-folder/report.html' call -o no-folder/report.html
cp -r call damaged
printf 'x' >> damaged/summary.json
fails 1 'damaged' damaged -o damaged.html
[ ! -e damaged.html ] || fail 'a report of a damaged run'
mkdir nothing
fails 1 'nothing' nothing
cp -r hostile broken
printf '{"stages": ' > broken/summary.json
fails 1 'summary.json' broken
printf '{"subjects": [1, null, {"name": 3}], "stages": {"rows": {"a": 1}}, "design_points": [[]],
    "states": [7], "figures": [], "varied": [1]}' > broken/summary.json
run broken --format html
printf 'call,0,1,nonsense\n' > broken/loop.hlog
exits 1 broken --format html
one_line_on_stderr
