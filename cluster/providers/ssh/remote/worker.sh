# Runs one worker on this host, in a folder of its own, which is gone afterwards. The controller answers what this
# script prints, and keeps its standard input open for as long as it lives.
# Arguments: the id of the run, the name of the worker, the folder for temporary files ("" for the usual one), whether to
# install what is missing (yes or no), and further arguments of the worker.
set -eu
umask 077
run=$1 name=$2 base=${3:-${TMPDIR:-/tmp}} install=$4
shift 4
step() { echo "liveload: $*"; }
fail() { step "failed $*"; exit 3; }

dir=$(mktemp -d "$base/liveload-cluster.XXXXXXXX") || fail folder
watcher=
# The watcher ends first: a file that it makes meanwhile would keep the folder from going.
trap '[ -z "$watcher" ] || { kill "$watcher" || :; wait "$watcher" || :; } 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 3' HUP INT TERM PIPE
# The label comes last: whoever finds it finds the rest.
echo $$ >"$dir/pid" && echo "$run" >"$dir/run" || fail folder
step platform "$(uname -s)" "$(uname -m)" "$dir"

# The environment, a line for each variable, and the size of the program come before the program.
read -r lines
while [ "$lines" -gt 0 ]; do
	IFS= read -r variable
	export "$variable"
	lines=$((lines - 1))
done
read -r size
head -c "$size" | gzip -dc >"$dir/liveload" || fail copy
chmod 700 "$dir/liveload"
"$dir/liveload" version >/dev/null || fail start
step copied

if [ "$install" = yes ] && ! "$dir/liveload" doctor >"$dir/doctor" 2>&1; then
	missing=
	while read -r status check; do
		[ "$status" != fail ] || missing="$missing, ${check%%:*}"
	done <"$dir/doctor"
	step installing "${missing#, }"
	with=
	[ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || with=--with-deps
	"$dir/liveload" install $with >&2 || fail install
	"$dir/liveload" doctor >"$dir/doctor" 2>&1 || { cat "$dir/doctor" >&2; fail install; }
fi

# The worker gets the token, and the end of the input, by way of a process that notes this end.
step ready
mkfifo "$dir/in"
exec 3<&0
{ cat; : >"$dir/gone"; } <&3 >"$dir/in" 2>/dev/null &
watcher=$!
exec 3<&-
status=0
"$dir/liveload" worker --join - --name "$name" "$@" <"$dir/in" || status=$?
if [ "$status" -gt 128 ]; then # it was killed, and its browsers still send load
	"$dir/liveload" cluster cleanup --cluster local >/dev/null 2>&1 || true
fi
exit "$status"
