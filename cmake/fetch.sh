#!/bin/sh
# cmake/fetch.sh LIBRARY DIRECTORY
#
# Brings the pinned source package of LIBRARY (see cmake/sources.txt) to
# DIRECTORY/<npm package>-<version>/ and does nothing when it is there already.
# A tarball that lies in DIRECTORY is taken instead of the registry's; the checksum decides.
set -eu

fail() {
    echo "plutbench: $*" >&2
    exit 1
}

[ $# -eq 2 ] || fail "usage: cmake/fetch.sh LIBRARY DIRECTORY"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
pin=$(awk -v library="$1" '$1 == library { print $3, $4, $5 }' "$here/sources.txt")
[ -n "$pin" ] || fail "no source is pinned for $1 in cmake/sources.txt"
# shellcheck disable=SC2086
set -- $pin "$2"
package=$1 version=$2 checksum=$3
mkdir -p "$4" 2>/dev/null || fail "cannot create $4: make it writable"
directory=$(CDPATH='' cd -- "$4" && pwd)
target=$directory/$package-$version
tarball=$package-$version.tgz

[ -d "$target" ] && exit 0

work=$(mktemp -d "$directory/.fetch.XXXXXX") || fail "cannot write to $directory: make it writable"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if [ -f "$directory/$tarball" ]; then
    cp "$directory/$tarball" "$work/$tarball"
else
    command -v npm >/dev/null 2>&1 ||
        fail "npm is missing, which fetches $package@$version: run cmake/setup.sh, or put $tarball into $directory"
    # In a folder of its own, so that no project's npm configuration is read.
    (cd "$work" && npm pack --silent --ignore-scripts "$package@$version" >npm.log 2>&1) ||
        fail "npm cannot fetch $package@$version: check the network and npm's registry setting, or put $tarball into $directory"
    [ -f "$work/$tarball" ] || fail "npm pack $package@$version left no $tarball: put it into $directory by hand"
fi

actual=$(sha256sum "$work/$tarball" | cut -d' ' -f1)
[ "$actual" = "$checksum" ] ||
    fail "$tarball has sha256 $actual, cmake/sources.txt pins $checksum: do not use it; delete it and fetch again"

mkdir "$work/tree"
tar -xzf "$work/$tarball" -C "$work/tree" || fail "cannot unpack $tarball into $directory: check the free disk space"
# Two builds may fetch at the same time: the first one wins.
mv -T "$work/tree/package" "$target" 2>/dev/null || [ -d "$target" ] ||
    fail "cannot move $package-$version into $directory: make it writable"
