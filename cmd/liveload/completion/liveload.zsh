#compdef liveload
# Completion of liveload for zsh: source <(liveload completion zsh)
_liveload() {
	local -a found
	found=("${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ -z "$found" ]]; then
		_files
		return
	fi
	found=("${(@)found//:/\\:}")
	found=("${(@)found/$'\t'/:}")
	_describe liveload found
}
compdef _liveload liveload
