# What the tests of the program begin with: read by each, after it has set `subcommand`, which the
# helpers below run ('': the program alone). $1 is the program, $2 the folder of reference data.
# The test goes on in an empty folder of its own, $work, which goes away in the end.
program=$(realpath "$1")
shared=${2:+$(realpath -m "$2")}
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    printf 'FAIL: %s\n' "$*" >&2
    exit 1
}

# has FILE TEXT: a line of the file contains it.
has() { grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "no line of $1 has '$2'"; }; }
has_not() { if grep -qF -- "$2" "$1"; then cat "$1" >&2; fail "a line of $1 has '$2'"; fi; }

# Where there is Python to tell.
is_json() {
    if command -v python3 > which; then
        python3 -m json.tool < "$1" > tool || fail "$1 is no JSON"
    fi
}

# exits CODE ARGUMENT ...: the subcommand, its output in the files out and err, with that exit code.
exits() {
    local code=0
    what="${subcommand:+$subcommand }${*:2}"
    "$program" ${subcommand:+"$subcommand"} "${@:2}" > out 2> err || code=$?
    [ "$code" -eq "$1" ] || { cat err >&2; fail "$what: exit code $code, expected $1"; }
}

# Of what ran last.
nothing_on_stderr() { [ ! -s err ] || { cat err >&2; fail "$what: something on stderr"; }; }
nothing_on_stdout() { [ ! -s out ] || { cat out >&2; fail "$what: something was printed"; }; }
one_line_on_stderr() { [ "$(wc -l < err)" -eq 1 ] || { cat err >&2; fail "$what: expected one line"; }; }

# run ARGUMENT ...: succeeds, and says nothing on stderr, which is no terminal.
run() {
    exits 0 "$@"
    nothing_on_stderr
}

# fails CODE TEXT ARGUMENT ...: that exit code, one line on stderr with the text, nothing on stdout.
fails() {
    exits "$1" "${@:3}"
    one_line_on_stderr
    nothing_on_stdout
    has err "$2"
}
