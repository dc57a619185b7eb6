#!/usr/bin/env bash
# Writes liveload-results/report.md as a comment on PULL_REQUEST, in place of the one of an earlier run. Needs gh with GH_TOKEN.
set -euo pipefail

mark='<!-- liveload -->'
report=liveload-results/report.md
if [ ! -s "$report" ]; then
	echo "There is no report: the run did not get far enough."
	exit 0
fi
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ echo "$mark"; cat "$report"; } >"$body"
comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
earlier=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | sed -n 1p)
if [ -n "$earlier" ]; then
	gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$earlier" --field "body=@$body" --silent
else
	gh api --method POST "$comments" --field "body=@$body" --silent
fi
