# Completion of plutbench for fish, which asks the program itself.
# For this session: plutbench completion fish | source
# For good: plutbench completion fish > ~/.config/fish/completions/plutbench.fish

function __plutbench_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in (command $program complete -- $words "$current" 2> /dev/null)
        switch $line
            case ':files*'
                __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current")
            case ':directories*'
                __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current")
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c plutbench -f -a '(__plutbench_complete)'
