#compdef plutbench
# Completion of plutbench for zsh, which asks the program itself.
# For this session: source <(plutbench completion zsh)
# For good: plutbench completion zsh > a file _plutbench in a folder of $fpath

_plutbench() {
    local value about
    local -a told files
    local name=''
    [[ ${words[CURRENT]} == --*=* ]] && name=${words[CURRENT]%%=*}=
    while IFS=$'\t' read -r value about; do
        case $value in
        :files) files=(-g '*') ;;
        :directories) files=(-/) ;;
        *) told+=("${${value#$name}//:/\\:}:$about") ;;
        esac
    done < <("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2> /dev/null)
    [[ -n $name ]] && compset -P '*='
    (( ${#told} )) && _describe -V plutbench told
    (( ${#files} )) && _files "${files[@]}"
}

if [[ ${funcstack[1]-} == _plutbench ]]; then
    _plutbench "$@"
else
    compdef _plutbench plutbench
fi
