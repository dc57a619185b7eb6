#!/usr/bin/env bash
# Starts the demo application, sends browser users to it, and stops it again. `make demo` runs it
# after everything is built and installed.
set -euo pipefail
cd "$(dirname "$0")/.."

users=${DEMO_USERS:-10}
duration=${DEMO_DURATION:-15s}
log=results/demo.log

# The demo picks a free port and prints its address.
mkdir -p results
bin/liveload demo --port 0 >"$log" 2>&1 &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true' EXIT

url=
for _ in $(seq 600); do
	url=$(grep -oE 'http://[0-9a-zA-Z.:]+' "$log" | head -n 1 || true)
	if [ -n "$url" ] || ! kill -0 "$demo" 2>/dev/null; then
		break
	fi
	sleep 0.1
done
if [ -z "$url" ]; then
	echo "The demo application did not start:" >&2
	cat "$log" >&2
	exit 1
fi

echo "== $users users on the demo application at $url for $duration"
bin/liveload examples/counter.js --users "$users" --duration "$duration" \
	--config baseURL="$url" --result results/demo.json --report results/demo.html
echo "Open results/demo.html in a browser; the whole result is in results/demo.json"
