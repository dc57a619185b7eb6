#!/usr/bin/env bash
# Installs what tests and demo need beside Go, and says what it installs. `make deps` runs it after
# the build: everything but the C compiler is the business of `liveload install`.
set -euo pipefail
cd "$(dirname "$0")/.."

# go test -race links with cgo.
if ! command -v "${CC:-gcc}" >/dev/null && ! command -v cc >/dev/null; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "There is no C compiler, which go test -race needs. On Debian: sudo apt-get install gcc libc6-dev" >&2
		exit 1
	fi
	echo "== installing a C compiler with apt-get (for go test -race)"
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends gcc libc6-dev
fi

# Tests of sinks/prometheus run a real server.
if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "There is no Prometheus, which tests run. On Debian: sudo apt-get install --no-install-recommends prometheus" >&2
		exit 1
	fi
	echo "== installing Prometheus with apt-get (for tests)"
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends prometheus
fi

# Tests take the browser that is there: a second one would only be another hundred megabytes.
for browser in chromium-headless-shell chromium google-chrome; do
	if command -v "$browser" >/dev/null; then
		export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD="${PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD:-1}"
	fi
done

echo "== liveload install"
bin/liveload install --with-deps
