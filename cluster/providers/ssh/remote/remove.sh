# Ends a worker on this host, and takes away what it leaves. It does nothing when there is nothing.
# Arguments: the folder of the worker, and the id of its run.
dir=$1 run=$2
# In a folder of another user, the program and the process to kill may be anything.
[ -O "$dir" ] && [ ! -L "$dir" ] && [ -r "$dir/run" ] || exit 0
read -r label <"$dir/run" && [ "$label" = "$run" ] || exit 0
read -r pid <"$dir/pid"
if args=$(ps -o args= -p "$pid" || tr '\0' ' ' <"/proc/$pid/cmdline"); then
	case $args in *"$run"*) kill -9 "-$pid" || kill -9 "$pid" ;; esac
fi 2>/dev/null
[ ! -x "$dir/liveload" ] || "$dir/liveload" cluster cleanup --cluster local >/dev/null 2>&1
rm -rf "$dir"
