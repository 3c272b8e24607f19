#!/bin/sh
# test_package.sh CPACK BUILD: the Debian packages hold what they are to, and what they hold runs.
set -eu
cpack=$1
build=$2
command -v dpkg-deb > /dev/null || exit 77
command -v dpkg-shlibdeps > /dev/null || exit 77

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAIL: $*" >&2
    exit 1
}

"$cpack" --config "$build/CPackConfig.cmake" -B "$work/packages" \
    -D CPACK_PACKAGING_INSTALL_PREFIX=/usr > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
cd "$work/packages"
for package in plutbench_ libplutbench0_ libplutbench-dev_; do
    ls "$package"*.deb > /dev/null || fail "no $package package"
    dpkg-deb -x "$package"*.deb "$work/root"
done

depends=$(dpkg-deb -f plutbench_*.deb Depends)
for library in libc6 libgmp10 libjansson4 libsodium23; do
    case $depends in *"$library "*) ;; *) fail "plutbench does not depend on $library: $depends" ;; esac
done
dpkg-deb -f libplutbench-dev_*.deb Depends | grep -q '^libplutbench0 (= ' || fail 'the library of another version'
[ "$(dpkg-deb -f plutbench_*.deb Version)" = "$(dpkg-deb -f libplutbench0_*.deb Version)" ]

program=$work/root/usr/bin/plutbench
"$program" version | grep -q '^plutbench ' || fail 'the program does not run'
"$program" list scripts | grep -q 'ecdsa-loop' || fail 'the catalogue is not in it'
"$program" calibrate --script ecdsa-loop --no-measure | grep -q '227 loops' || fail 'no calibration'

share=$work/root/usr/share
for file in man/man1/plutbench.1* man/man1/plutbench-tx-build.1* doc/plutbench/commands.md \
    bash-completion/completions/plutbench fish/vendor_completions.d/plutbench.fish \
    doc/plutbench/copyright doc/libplutbench-dev/copyright plutbench/plan.schema.json; do
    [ -s "$share"/$file ] || fail "no $file"
done
ls "$share"/zsh/*/_plutbench > /dev/null || fail 'no completion for zsh'
find "$work/root/usr" -name 'libplutbench.so.0' | grep -q . || fail 'no shared library'
[ -s "$work/root/usr/include/plutbench/dictionary.h" ] || fail 'no headers'

if command -v lintian > /dev/null; then
    lintian --allow-root --no-tag-display-limit --fail-on error ./*.deb > "$work/lint" 2>&1 || {
        cat "$work/lint" >&2
        fail 'lintian'
    }
fi
