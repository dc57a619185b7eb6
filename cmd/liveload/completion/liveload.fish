# Completion of liveload for fish: liveload completion fish | source
function __liveload_words
    set -l words (commandline -opc)
    $words[1] completion words -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c liveload -a '(__liveload_words)'
