#!/usr/bin/env bash
# Starts the demo application, sends browser users to it, and stops it again. `make demo` runs it
# after everything is built and installed.
set -euo pipefail
cd "$(dirname "$0")/.."

users=${DEMO_USERS:-10}
duration=${DEMO_DURATION:-15s}

# The demo picks a free port and prints its address.
coproc DEMO { exec bin/liveload demo --addr 127.0.0.1:0 2>&1; }
demo_pid=$DEMO_PID
exec 3<&"${DEMO[0]}"
trap 'kill "$demo_pid" 2>/dev/null || true; wait "$demo_pid" 2>/dev/null || true' EXIT

url=
while [ -z "$url" ] && IFS= read -r -t 30 line <&3; do
	echo "demo: $line"
	if [[ $line =~ http://[0-9a-zA-Z.:]+ ]]; then
		url=${BASH_REMATCH[0]}
	fi
done
if [ -z "$url" ]; then
	echo "The demo application did not start. Try: bin/liveload demo" >&2
	exit 1
fi

mkdir -p results
cat <&3 >results/demo.log & # an unread pipe would block the demo one day
echo "== $users users on $url for $duration"
bin/liveload examples/counter.js --users "$users" --duration "$duration" \
	--config baseURL="$url" --result results/demo.json
echo "The whole result is in results/demo.json"
