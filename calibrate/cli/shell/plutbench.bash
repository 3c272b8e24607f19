# Completion of plutbench for bash, which asks the program itself.
# For this session: source <(plutbench completion bash)
# For good: plutbench completion bash > ~/.local/share/bash-completion/completions/plutbench

_plutbench() {
    local words=() glue='' word value about files=()
    # '=' separates words for bash, but not for plutbench.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ ${#words[@]} -gt 0 && ( $word == '=' || -n $glue ) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == '=' ]] && glue=yes || glue=''
    done
    local current=${words[-1]-} name=''
    [[ $current == --*=* ]] && name=${current%%=*}=
    [[ $COMP_WORDBREAKS == *=* ]] && local shown=${current#"$name"} || local shown=$current

    COMPREPLY=()
    while IFS=$'\t' read -r value about; do
        case $value in
        :files) mapfile -t files < <(compgen -f -- "${current#"$name"}") ;;
        :directories) mapfile -t files < <(compgen -d -- "${current#"$name"}") ;;
        *) [[ $shown == "$current" ]] || value=${value#"$name"}
           COMPREPLY+=("$value") ;;
        esac
    done < <("$1" complete -- "${words[@]}" 2> /dev/null)
    if [[ ${#files[@]} -gt 0 ]]; then
        compopt -o filenames 2> /dev/null
        COMPREPLY+=("${files[@]}")
    fi
}

complete -F _plutbench plutbench
