#!/usr/bin/env bash
# What is made from the table of commands: docs/commands.md and the manual pages.
set -euo pipefail
subcommand=''
. "$(dirname "$0")/common.sh"

run document markdown
cmp out "$root/docs/commands.md" ||
    fail 'docs/commands.md is out of date: make docs (plutbench document markdown > docs/commands.md)'

run --help
commands=$(sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' out)
for command in $commands; do
    run "$command" --help
    grep -q "^## plutbench $command\$" "$root/docs/commands.md" || fail "$command is not in docs/commands.md"
done

# ---- Manual pages ----

mkdir pages
SOURCE_DATE_EPOCH=1767225600 run document man pages
nothing_on_stdout
has pages/plutbench.1 '"2026-01-01"'
cp pages/plutbench.1 once
run document man pages --date 2026-01-01
cmp pages/plutbench.1 once
for command in $commands tx-build tx-validate; do
    [ "$command" = tx-build ] || [ "$command" = tx-validate ] || has pages/plutbench.1 "$command"
    [ -s "pages/plutbench-$command.1" ] || fail "no manual page of $command"
done
[ ! -e pages/plutbench-document.1 ] || fail 'a manual page of a hidden command'

for page in pages/*.1; do
    if command -v mandoc > which; then
        mandoc -T lint -W warning "$page" > lint || { cat lint >&2; fail "mandoc: $page"; }
    fi
    if command -v groff > which; then
        groff -ww -man -Tutf8 "$page" > text 2> lint
        [ ! -s lint ] || { cat lint >&2; fail "groff: $page"; }
        grep -q 'User Commands' text || fail "$page has no text"
    fi
done
# Every option is in its page, and every choice that it has.
run eval --help
for option in $(grep -oE -- '^  --[a-z-]+' out | tr -d ' '); do
    grep -qF -- "\\-\\-$(printf '%s' "${option#--}" | sed 's/-/\\-/g')" pages/plutbench-eval.1 ||
        fail "$option is not in the page of eval"
done
has pages/plutbench-eval.1 'blueprint'

fails 2 'expected markdown | man DIR' document nonsense
fails 1 'no-such-folder' document man no-such-folder
