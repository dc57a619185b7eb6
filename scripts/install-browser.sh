#!/usr/bin/env bash
# Installs what a run needs, the Playwright driver and a browser, and says what it installs.
# `make install-browser` runs it after the build.
set -euo pipefail
cd "$(dirname "$0")/.."

# The browser that is there is taken: a second one would only be another hundred megabytes.
for browser in chromium-headless-shell chromium google-chrome; do
	if command -v "$browser" >/dev/null; then
		export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD="${PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD:-1}"
	fi
done

echo "== liveload install"
bin/liveload install --with-deps
