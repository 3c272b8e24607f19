#!/bin/sh
# Reports in a browser: run.sh PROGRAM WORK
# WORK is a folder that keeps what npm has fetched, at the versions in package-lock.json.
# Exit code 77 where there is no Chromium, no node, or no way to get what drives them.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
program=$(realpath "$1")
work=$2

skip() {
    echo "report/browser: skipped: $*" >&2
    exit 77
}

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    skip "expected chromium (cmake/setup.sh dev)"
command -v node >/dev/null && command -v npm >/dev/null || skip "expected node and npm"

mkdir -p "$work"
work=$(realpath "$work")
cp "$here"/*.mjs "$work"
if ! cmp -s "$here/package-lock.json" "$work/package-lock.json" || [ ! -d "$work/node_modules" ]; then
    cp "$here/package.json" "$here/package-lock.json" "$work"
    (cd "$work" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) || {
        rm -f "$work/package-lock.json"
        skip "npm could not fetch playwright-core"
    }
fi

runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
trap 'exit 1' HUP INT TERM
sh "$here/make_reports.sh" "$program" "$runs"
node "$work/browser.mjs" "$browser" "$runs"
