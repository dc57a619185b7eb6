# Prints the folder, the run and the time of each worker on this host whose controller is gone.
# Argument: the folder for temporary files ("" for the usual one).
base=${1:-${TMPDIR:-/tmp}}
for dir in "$base"/liveload-cluster.*; do
	# A folder of another user could have us remove or run anything.
	[ -O "$dir" ] && [ ! -L "$dir" ] && [ -r "$dir/run" ] || continue
	read -r run <"$dir/run" && read -r pid <"$dir/pid" || continue
	if [ ! -e "$dir/gone" ] && args=$(ps -o args= -p "$pid" 2>/dev/null || tr '\0' ' ' <"/proc/$pid/cmdline"); then
		case $args in *"$run"*) continue ;; esac
	fi 2>/dev/null
	echo "liveload: left $dir $run $(date -r "$dir/run" +%s 2>/dev/null || stat -f %m "$dir/run" 2>/dev/null || echo 0)"
done
