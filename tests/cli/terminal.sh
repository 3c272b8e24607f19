#!/usr/bin/env bash
# On a terminal: output fits its width, colours, progress that goes away; elsewhere none of that.
set -euo pipefail
subcommand=''
. "$(dirname "$0")/common.sh"
command -v script > which || { echo 'no script(1) here'; exit 77; }
unset NO_COLOR COLUMNS

# on_terminal COLUMNS ARGUMENT ...: run in a terminal of that width, with the variables in $WITH;
# what it shows, in `screen`.
on_terminal() {
    local line=''
    printf -v line '%q ' "$program" "${@:2}"
    what="${*:2} on $1 columns"
    script -qec "stty cols $1 rows 24; TERM=xterm ${WITH:-} $line" /dev/null < /dev/null > typescript || true
    # Of a line that was drawn over, the last is what one sees.
    tr -d '\r' < typescript > raw
    sed -E 's/.*\x1b\[K//; s/\x1b\[[0-9;]*m//g' raw > screen
}
# fits COLUMNS: no line of the screen is longer.
fits() {
    local long
    long=$(LC_ALL=C.UTF-8 grep -E -m 1 ".{$(($1 + 1))}" screen || true)
    [ -z "$long" ] || fail "$what: a line is too long: $long"
}
colored() { grep -q $'\x1b\\[[0-9]*m' raw; }

# ---- Width ----

echo '(program 1.1.0 (con integer 1))' > one.uplc
"$program" convert one.uplc --to flat --output one.flat
for columns in 40 60 80 100; do
    for arguments in '--help' 'calibrate --help' 'tx build --help' 'list' 'list scripts' \
        'list builtins' 'describe summary.json' 'describe --list' 'describe noise_floor_ns' \
        'bench . --time 1ms' 'calibrate --script loop --no-measure --scale auto' \
        'calibrate --script loop --time 300ms' 'version'; do
        on_terminal "$columns" $arguments
        [ -s screen ] || fail "$what: nothing"
        fits "$columns"
    done
done

# What matters less goes first, and that is told.
on_terminal 60 bench . --time 1ms
has screen 'ns/step'
has_not screen 'median us  '
has screen '(too narrow for: median us'
on_terminal 100 bench . --time 1ms
has screen 'median us'
has_not screen 'too narrow'

# COLUMNS is preferred to what the terminal says; no terminal has full width.
WITH=COLUMNS=50 on_terminal 100 list builtins
fits 50
COLUMNS=50 run list builtins
grep -qE '.{60}' out || fail 'output that is no terminal has another width'
run bench . --time 1ms
has out 'median us'

# µ and × are one column each, whatever bytes they take.
on_terminal 60 calibrate --script loop --time 300ms
fits 60

# JSON and what programs read is not broken.
on_terminal 40 version --json
is_json screen
on_terminal 40 completion bash
"$program" completion bash > plain
tr -d '\r' < typescript | cmp - plain
on_terminal 40 measure --schema
is_json screen

# ---- Colours ----

on_terminal 60 bench . --time 1ms
colored || fail "$what: no colours"
WITH=NO_COLOR=1 on_terminal 60 bench . --time 1ms
! colored || fail "$what: colours in spite of NO_COLOR"
WITH=NO_COLOR= on_terminal 60 bench . --time 1ms
colored || fail "$what: an empty NO_COLOR is none"
WITH=TERM=dumb on_terminal 60 bench . --time 1ms
! colored || fail "$what: colours on a dumb terminal"
run bench . --time 1ms
! grep -q $'\x1b' out || fail 'escapes where there is no terminal'

# ---- Progress ----

on_terminal 80 calibrate --script loop --time 2s --no-stages
grep -q ' left ' raw || fail 'no time left is told'
grep -q 'sampling: [0-9]* rounds' raw || fail 'no progress'
has_not screen ' left '
has_not screen 'sampling: '
on_terminal 60 selftest --statistics --runs 20 --scenario layout
has_not screen 'of the simulations'
run calibrate --script loop --time 300ms --no-stages
has_not out ' left '
