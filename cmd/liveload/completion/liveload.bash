# Completion of liveload for bash: source <(liveload completion bash)
_liveload() {
	local IFS=$'\n'
	# shellcheck disable=SC2207 # macOS has a bash without mapfile
	COMPREPLY=($("${COMP_WORDS[0]}" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o bashdefault -o default -F _liveload liveload
