#!/bin/sh
# cmake/setup.sh [base|dev] [--force]
#
# Installs what the build needs and this machine lacks (cmake/packages.txt), and fetches the
# libraries that Debian does not package (cmake/sources.txt).
#   base     to build and test with the system's compiler
#   dev      base, and clang, clang-format, the fuzzer's runtime and the coverage reporter
#   --force  look again although an earlier call found everything
set -eu

say() {
    echo "plutbench: $*"
}

fail() {
    echo "plutbench: $*" >&2
    exit 1
}

mode=base
force=no
for argument in "$@"; do
    case $argument in
    base | dev) mode=$argument ;;
    --force) force=yes ;;
    *) fail "unknown argument '$argument': usage is cmake/setup.sh [base|dev] [--force]" ;;
    esac
done

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
build=$(dirname -- "$here")/build
stamp=$build/.setup-$mode
log=$build/setup.log

# The stamp holds what was asked for, so that a changed list is looked at again.
wanted=$(cat "$here/packages.txt" "$here/sources.txt" "$here/setup.sh" | cksum)
if [ "$force" = no ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi
mkdir -p "$build" 2>/dev/null || fail "cannot create $build: make the source folder writable"

have() {
    case $1 in
    command) command -v "$2" >/dev/null 2>&1 ;;
    library) pkg-config --exists "$2" >/dev/null 2>&1 ;;
    file) ls $2 >/dev/null 2>&1 ;;
    *) fail "cmake/packages.txt: unknown probe '$1'" ;;
    esac
}

# Prints the Debian packages that bring what is not there.
missing() {
    while read -r for_mode probe name package; do
        case $for_mode in '' | '#'*) continue ;; esac
        [ "$for_mode" = base ] || [ "$mode" = dev ] || continue
        have "$probe" "$name" || echo "$package"
    done <"$here/packages.txt" | sort -u | tr '\n' ' '
}

# Where cmake/PlbDependencies.cmake will find the library on the system.
system_has() {
    case $1 in
    HdrHistogram_c) module=hdr_histogram ;;
    blst) module=libblst ;;
    esac
    pkg-config --exists "$module" >/dev/null 2>&1 && return 0
    for prefix in $(echo "${CMAKE_PREFIX_PATH:-}" | tr ':;' '  ') /usr/local /usr; do
        for config in "$prefix"/lib/cmake/"${module#lib}" "$prefix"/lib/*/cmake/"${module#lib}"; do
            [ -d "$config" ] && return 0
        done
    done
    return 1
}

install_packages() {
    command -v apt-get >/dev/null 2>&1 ||
        fail "this system has no apt-get: install by other means what Debian calls $*"
    root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 ||
            fail "packages are missing and neither root nor sudo is at hand: have root run apt-get install $*"
        # It may ask for a password, where somebody can type one.
        sudo -n true 2>/dev/null || { [ -t 2 ] && sudo true; } ||
            fail "packages are missing and sudo is refused: have root run apt-get install $*"
        root='sudo env'
    fi
    say "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    # A failed update is no error by itself: the lists at hand may do.
    ${root:-env} apt-get update >"$log" 2>&1 || true
    ${root:-env} DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" \
        >>"$log" 2>&1 ||
        fail "apt-get install $* failed: see $log, and check the network and the package sources"
}

packages=$(missing)
# shellcheck disable=SC2086
if [ -n "$packages" ]; then
    install_packages $packages
    packages=$(missing)
    [ -z "$packages" ] || fail "still missing after the installation: $packages(see $log)"
fi

while read -r library version package package_version checksum; do
    case $library in '' | '#'*) continue ;; esac
    system_has "$library" && continue
    [ -d "$build/deps/$package-$package_version" ] && continue
    if [ ! -f "$build/deps/$package-$package_version.tgz" ] && ! command -v npm >/dev/null 2>&1; then
        install_packages npm ca-certificates
    fi
    say "fetching $library $version (npm package $package $package_version)"
    sh "$here/fetch.sh" "$library" "$build/deps"
done <"$here/sources.txt"

echo "$wanted" >"$stamp"
