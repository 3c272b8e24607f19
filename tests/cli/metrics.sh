#!/usr/bin/env bash
# --metrics: what a real client gets while a command runs is Prometheus' text format; requests that
# make no sense are refused; nobody else can ask.
set -euo pipefail
subcommand=calibrate
. "$(dirname "$0")/common.sh"

fails 2 'is not this machine alone' --script loop --metrics 0.0.0.0:9464
fails 2 'is not this machine alone' --script loop --metrics '[2001:db8::1]:9464'
fails 2 'expected an address and a port' --script loop --metrics localhost:9464
for address in 127.0.0.1 127.0.0.1: 127.0.0.1:65536 127.0.0.1:99999999999999999999 :9464 '' \
    '[::1]' '[::1:9464' '[]:1' 127.0.0.1:9x 127.0.0.1:-1 999.0.0.1:9464; do
    fails 2 'expected an address and a port' --script loop --metrics "$address"
done

if ! command -v python3 > which; then
    echo 'no python3: skipped' >&2
    exit 77
fi

"$program" calibrate --script loop --time 20s --no-stages --trace trace.jsonl \
    --metrics 127.0.0.1:0 > served.out 2> served.err &
server=$!
for _ in $(seq 100); do
    [ -e served.err ] && grep -q 'http://' served.err && break
    sleep 0.1
done
has served.err 'metrics at http://127.0.0.1:'
url=$(grep -o 'http://[^ ]*' served.err)

# One server an address.
port=${url#http://127.0.0.1:}
fails 1 "metrics can't be served there" --script loop --metrics "127.0.0.1:${port%/metrics}"

python3 - "$url" <<'CLIENT' || fail 'what was served is not right'
import http.client, re, socket, sys, time, urllib.error, urllib.parse, urllib.request

url = sys.argv[1]
at = urllib.parse.urlsplit(url)
name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
sample = re.compile(rf'({name})(?:\{{{name}="(?:[^"\\\n]|\\.)*"\}})? (-?[0-9.]+(?:e[-+][0-9]+)?)$')

def scrape():
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return answer.read().decode()

# Text format 0.0.4: HELP and TYPE once and before the samples of a name, which are together.
def parse(text):
    assert text.endswith("\n")
    values, helps, kinds, current = {}, set(), {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            current = line.split()[2]
            assert current not in helps and len(line.split(" ", 3)[3]) > 1, line
            helps.add(current)
        elif line.startswith("# TYPE "):
            _, _, of, kind = line.split()
            assert of == current and kind in ("counter", "gauge"), line
            assert (kind == "counter") == of.endswith("_total"), line
            kinds[of] = kind
        else:
            found = sample.match(line)
            assert found and found[1] == current and current in kinds, line
            values[line.rsplit(" ", 1)[0]] = float(found[2])
    return values

first = parse(scrape())
deadline = time.time() + 15
while "plutbench_estimate_seconds" not in first and time.time() < deadline:
    time.sleep(0.3)
    first = parse(scrape())
low, value, high = (first["plutbench_estimate" + end + "_seconds"] for end in ("_low", "", "_high"))
assert low <= value <= high
assert first["plutbench_rounds_total"] > 0 and first["plutbench_processes_total"] >= 2
assert 0 < first["plutbench_elapsed_seconds"] < 60 and first["plutbench_time_budget_seconds"] == 20
assert first["plutbench_trace_events_lost_total"] == 0
assert 'plutbench_flag{flag="steal"}' in first
assert parse(scrape())["plutbench_elapsed_seconds"] > first["plutbench_elapsed_seconds"]

def status(method, path, body=None, headers={}):
    client = http.client.HTTPConnection(at.hostname, at.port, timeout=10)
    client.request(method, path, body, headers)
    answer = client.getresponse()
    answer.read()
    client.close()
    return answer.status

assert status("HEAD", "/metrics") == 200
assert status("GET", "/") == 404
assert status("GET", "/metrics/../etc/passwd") == 404
assert status("POST", "/metrics", b"x" * 100000) in (405, 413)
assert status("DELETE", "/metrics") == 405

def raw(request):
    with socket.create_connection((at.hostname, at.port), timeout=20) as s:
        try:
            s.sendall(request)
            return s.recv(200)
        except (ConnectionError, socket.timeout):
            return b""

assert raw(b"nonsense\r\n\r\n")[9:10] != b"2"
assert raw(b"GET /metrics HTTP/1.1\r\n\r\n")[9:10] == b"4"  # without Host
assert raw(b"GET /metrics HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100000 + b"\r\n\r\n")[9:10] != b"2"

# Who says nothing is not waited for, and keeps nobody out for good.
idle = [socket.create_connection((at.hostname, at.port)) for _ in range(20)]
deadline = time.time() + 15
while True:
    try:
        parse(scrape())
        break
    except (urllib.error.URLError, ConnectionError, socket.timeout):
        assert time.time() < deadline
        time.sleep(0.5)
for s in idle:
    s.close()
CLIENT
kill -INT "$server"
wait "$server" && fail 'an interruption is no success' || true
has served.err 'interrupted'
tail -n 1 trace.jsonl > last
has last '"event":"trace-ended"'
echo 'metrics: all good'
