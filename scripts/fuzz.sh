#!/usr/bin/env bash
# Runs every fuzz target of the repository for a while. Usage: scripts/fuzz.sh [time per target]
set -euo pipefail
cd "$(dirname "$0")/.."

fuzztime=${1:-10s}
git grep -lE '^func Fuzz[A-Z]' -- '*_test.go' | xargs -n1 dirname | sort -u | while read -r folder; do
	grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$folder"/*_test.go | sed 's/^func //' | while read -r target; do
		echo "== $folder $target"
		# making one input smaller may take a minute, and so all of the time
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" -fuzzminimizetime 100x "./$folder" </dev/null
	done
done
