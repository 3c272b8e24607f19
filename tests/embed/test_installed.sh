#!/bin/sh
# test_installed.sh CMAKE BUILD_FOLDER COMPILER [PREFIXES]
#
# Installs plutbench to a folder of its own, and builds and runs the example against it in the four
# ways in which another program can: CMake or pkg-config, shared or static. PREFIXES is what the
# build had as CMAKE_PREFIX_PATH.
set -eu

cmake=$1 build=$2 compiler=$3 prefixes=${4:-}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/first" >/dev/null
# An installed tree may be moved.
mv "$work/first" "$work/prefix"

config=$(find "$work/prefix" -name plutbench.pc)
library=$(dirname "$(dirname "$config")")
PKG_CONFIG_PATH=$library/pkgconfig:${PKG_CONFIG_PATH:-}
LIBRARY_PATH=${LIBRARY_PATH:-}
for prefix in $(echo "$prefixes" | tr ';' ' '); do
    PKG_CONFIG_PATH=$PKG_CONFIG_PATH:$prefix/lib/pkgconfig
    LIBRARY_PATH=$LIBRARY_PATH:$prefix/lib
done
export PKG_CONFIG_PATH LIBRARY_PATH

"$cmake" -S "$here" -B "$work/build" -DCMAKE_C_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$work/prefix;$prefixes" >/dev/null
"$cmake" --build "$work/build" >/dev/null

# shellcheck disable=SC2046
"$compiler" "$here/example.c" -o "$work/pc_shared" $(pkg-config --cflags --libs plutbench)
# shellcheck disable=SC2046
"$compiler" "$here/example.c" -o "$work/pc_static" $(pkg-config --cflags plutbench) \
    "$library/libplutbench.a" $(pkg-config --static --libs plutbench | sed 's/-lplutbench//')

uses_shared() {
    LD_LIBRARY_PATH=$library ldd "$1" | grep -q 'libplutbench\.so'
}
for program in build/example_shared pc_shared; do
    uses_shared "$work/$program" || { echo "$program does not use libplutbench.so"; exit 1; }
done
for program in build/example_static pc_static; do
    if uses_shared "$work/$program"; then echo "$program uses libplutbench.so"; exit 1; fi
done

# By hand, with cost model E: start-up 100; eight steps (three applications, a lambda, a constant, a
# builtin, two variables) of 16000 each; addInteger of words, 100788 + 420. Memory: 100, eight times
# 100, and 2.
expected='(program 1.1.0 (con integer 42)): 229308 steps, 902 memory'
for program in build/example_shared build/example_static pc_shared pc_static; do
    printed=$(LD_LIBRARY_PATH=$library "$work/$program")
    echo "$program: $printed"
    [ "$printed" = "$expected" ] || { echo "expected: $expected"; exit 1; }
done

# The program comes along and finds its libraries.
"$work/prefix/bin/plutbench" --help >/dev/null
