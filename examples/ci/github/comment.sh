#!/usr/bin/env bash
# Writes liveload-results/report.md as a comment on PULL_REQUEST, in place of the one of an earlier run. Needs gh with GH_TOKEN.
set -euo pipefail

mark='<!-- liveload -->'
longest=60000 # bytes; GitHub takes 65,536 characters
report=liveload-results/report.md
if [ ! -s "$report" ]; then
	echo "There is no report: the run did not get far enough."
	exit 0
fi
body=$(mktemp)
trap 'rm -f "$body"' EXIT
echo "$mark" >"$body"
if [ "$(wc -c <"$report")" -le "$longest" ]; then
	cat "$report" >>"$body"
else
	{ head -c "$longest" "$report" | sed '$d'; echo; echo "The rest is in the summary of the job."; } >>"$body"
fi
comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments

# Anybody may write a comment with the mark: only one of a bot, or of somebody who may write to the repository, is replaced.
comment() {
	local earlier
	earlier=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\"))
		| select(.user.type == \"Bot\" or (.author_association | IN(\"OWNER\", \"MEMBER\", \"COLLABORATOR\"))) | .id" | sed -n 1p) || return
	if [ -n "$earlier" ]; then
		gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$earlier" --field "body=@$body" --silent
	else
		gh api --method POST "$comments" --field "body=@$body" --silent
	fi
}
if ! comment; then
	echo "::warning::The report could not be written as a comment. The token of a pull request from a fork may only read."
fi
