#!/usr/bin/env bash
# Completion: what the program offers, and that bash, zsh and fish get it, where they are at hand.
set -euo pipefail
subcommand=''
. "$(dirname "$0")/common.sh"

# offers WORDS -- TEXT ...: the values that may end the command line WORDS, of which TEXT are some.
offers() {
    local words=()
    while [ "$1" != '::' ]; do
        words+=("$1")
        shift
    done
    shift
    run complete -- "${words[@]}"
    cut -f 1 out > values
    for text in "$@"; do
        grep -qxF -- "$text" values || { cat values >&2; fail "${words[*]}: '$text' is not offered"; }
    done
}
offers_not() {
    ! grep -qxF -- "$1" values || fail "$what: '$1' is offered"
}

# ---- What the program offers ----

offers '' :: calibrate eval tx describe completion
offers_not complete
offers_not document
offers cal :: calibrate
offers_not eval
offers tx '' :: validate evaluate build
offers help tx b :: build
offers calibrate '' :: --script --out --help
offers calibrate --sc :: --script --scale
offers calibrate --script '' :: ecdsa-loop schnorr-loop :files
offers calibrate --script ecdsa-loop --strategy '' :: txbudget txperblock_
offers calibrate --script=ecd :: --script=ecdsa-loop
offers eval --format h :: hex
offers tx build --purpose '' :: spend mint withdraw
offers sweep verifyEcd :: verifyEcdsaSecp256k1Signature
offers sweep addInteger sub :: subtractInteger
offers eval '' :: :files
offers bench '' :: :directories
offers list sc :: scripts
offers describe overhead_per :: overhead_per_call
offers calibrate -- --o ::
[ ! -s values ] || fail 'options are offered behind --'
offers no-such-command '' ::
[ ! -s values ] || fail 'something is offered to no command'

# Every choice that an option has is offered.
run --help
for command in $(sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' out); do
    run complete -- "$command" --
    cut -f 1 out > values
    run "$command" --help
    for option in $(grep -oE -- '^  --[a-z-]+' out | tr -d ' '); do
        grep -qxF -- "$option" values || fail "$command $option is not offered"
    done
done

fails 2 "expected bash, zsh or fish, got 'tcsh'" completion tcsh

# ---- The shells ----

for shell in bash zsh fish; do
    run completion "$shell"
    cp out "plutbench.$shell"
done
mkdir bin
ln -s "$program" bin/plutbench
PATH=$work/bin:$PATH
touch script.uplc

cat > try.bash <<'BASH'
source plutbench.bash
try() { # WORDS ... :: EXPECTED
    COMP_WORDS=()
    while [ "$1" != '::' ]; do COMP_WORDS+=("$1"); shift; done
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _plutbench plutbench
    [ "${COMPREPLY[*]}" = "$2" ] || { echo "${COMP_WORDS[*]}: got ${COMPREPLY[*]}" >&2; exit 1; }
}
try plutbench cal :: calibrate
try plutbench calibrate --script ecdsa :: ecdsa-loop
try plutbench calibrate --script = ecdsa :: ecdsa-loop
try plutbench eval scr :: script.uplc
try plutbench eval --cost-model = scr :: script.uplc
try plutbench bench bi :: bin
try plutbench tx build --purpose m :: mint
complete -p plutbench > /dev/null
BASH
bash try.bash || fail 'bash'

if command -v fish > which; then
    # fish_says LINE EXPECTED: the first column of what completes the line.
    fish_says() {
        HOME=$work fish --no-config -c 'source plutbench.fish; complete -C $argv[1]' "$1" |
            cut -f 1 | tr '\n' ' ' > said
        [ "$(cat said)" = "$2 " ] || fail "fish: '$1' gives '$(cat said)'"
    }
    fish_says 'plutbench cal' calibrate
    fish_says 'plutbench calibrate --script ecdsa' ecdsa-loop
    fish_says 'plutbench calibrate --script=ecdsa' --script=ecdsa-loop
    fish_says 'plutbench eval scr' script.uplc
    fish_says 'plutbench tx build --purpose m' mint
else
    echo 'no fish here'
fi

if command -v zsh > which; then
    # A line is completed by a zsh in a terminal of its own, which then shows it.
    cat > try.zsh <<'ZSH'
zmodload zsh/zpty
zpty -b shell zsh -f -i
line() { zpty -w shell "$1"; }
line 'PS1=; unsetopt beep; setopt no_list_ambiguous; TERM=dumb'
line 'autoload -U compinit; compinit -D -u; source plutbench.zsh'
line 'show() { print -r -- "<$BUFFER>"; zle kill-buffer }; zle -N show; bindkey "^X" show'
# wait_for PATTERN: at most 20 s.
wait_for() {
    for i in {1..200}; do
        while zpty -r -t shell part; do all+=$part; done
        [[ $all == *$~1* ]] && return
        sleep 0.1
    done
}
line 'print rea''dy'
wait_for 'ready'
zpty -w -n shell "$1"$'\t\x18'
wait_for '<plutbench *>'
shown=${all##*<plutbench }
print -r -- "plutbench ${shown%%>*}"
ZSH
    zsh_says() {
        zsh -f try.zsh "$1" > said 2> err || fail "zsh: $(cat err)"
        [ "$(sed 's/ *$//' said)" = "$2" ] || fail "zsh: '$1' becomes '$(cat said)'"
    }
    zsh_says 'plutbench cal' 'plutbench calibrate'
    zsh_says 'plutbench calibrate --script ecdsa' 'plutbench calibrate --script ecdsa-loop'
    zsh_says 'plutbench calibrate --script=ecdsa' 'plutbench calibrate --script=ecdsa-loop'
    zsh_says 'plutbench eval scr' 'plutbench eval script.uplc'
    zsh_says 'plutbench bench bi' 'plutbench bench bin/'
else
    echo 'no zsh here'
fi
