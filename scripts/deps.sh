#!/usr/bin/env bash
# Installs what tests need besides Go, Node.js and a browser: a C compiler and Prometheus. `make deps` runs it.
set -euo pipefail

# need PROGRAM WHY PACKAGE...: installs Debian packages when there is no such program.
need() {
	local program=$1 why=$2
	shift 2
	if command -v "$program" >/dev/null; then
		return
	fi
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "There is no $program, which $why. On Debian: sudo apt-get install --no-install-recommends $*" >&2
		exit 1
	fi
	echo "== installing $* with apt-get: $program $why"
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

need "${CC:-gcc}" "links tests with the race detector" gcc libc6-dev

# Tests start a server of their own: the service that comes with the package stays off.
if ! command -v prometheus >/dev/null && [ -d /run/systemd/system ]; then
	systemctl mask prometheus.service || true
fi
need prometheus "takes what tests measure" prometheus
