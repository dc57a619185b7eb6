#!/usr/bin/env bash
# Runs the scenario that is its argument, with LIVELOAD_ARGS. Everything is kept in liveload-results/; the exit code is that of liveload.
set -euo pipefail

export LIVELOAD_NO_SANDBOX=${LIVELOAD_NO_SANDBOX:-if-needed} # Ubuntu's runners may refuse the namespaces of Chromium's sandbox
mkdir -p liveload-results
rm -f liveload-results/result.json liveload-results/report.md # of an earlier run
# They are quoted as in a shell, but no shell reads them: the title of a pull request could be a command.
args=()
if [[ ${LIVELOAD_ARGS:-} =~ [^[:space:]] ]]; then
	if ! xargs true <<<"$LIVELOAD_ARGS"; then
		echo "::error::args cannot be read as words: is a quote missing?"
		exit 2
	fi
	while IFS= read -r -d '' arg; do args+=("$arg"); done < <(xargs printf '%s\0' <<<"$LIVELOAD_ARGS")
fi
unset LIVELOAD_ARGS # no flag has it

code=0
liveload "$1" ${args[@]+"${args[@]}"} --result liveload-results/result.json --summary-junit liveload-results/junit.xml || code=$?
if [ -e liveload-results/result.json ]; then # the comment is what liveload has added to the summary of the job, if that is short enough
	liveload report liveload-results/result.json -o liveload-results/report.md >/dev/null || true
fi
exit "$code"
