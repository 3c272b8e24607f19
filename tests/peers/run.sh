#!/bin/sh
# Compare the builder's transactions with other implementations: run.sh BUILD_FOLDER
# Installs them with npm, at the versions in package.json, into BUILD_FOLDER/peers.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$1
work=$build/peers

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        echo "test-peers: expected $tool: install nodejs and npm" >&2
        exit 1
    fi
done

mkdir -p "$work"
cp "$here"/*.mjs "$work"
if ! cmp -s "$here/package.json" "$work/package.json" || [ ! -d "$work/node_modules" ]; then
    cp "$here/package.json" "$work"
    (cd "$work" && npm install --no-package-lock --no-audit --no-fund --ignore-scripts \
        --loglevel=error) || {
        rm -f "$work/package.json"
        exit 1
    }
fi
"$build/tests/peers_write_shapes" >"$work/shapes.jsonl"
node "$work/peers.mjs" "$work/shapes.jsonl"
