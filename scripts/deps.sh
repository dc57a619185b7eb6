#!/usr/bin/env bash
# Installs what tests need besides Go, Node.js and a browser: a C compiler, Prometheus, OpenSSH, iproute2, runc,
# mmdebstrap, busybox, procps, zsh and fish.
# `make deps` runs it.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

updated=
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
	[ -n "$updated" ] || apt-get update -q
	updated=yes
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

need "${CC:-gcc}" "links tests with the race detector" gcc libc6-dev

# Tests start servers of their own: the services that come with the packages stay off.
for service in prometheus ssh; do
	if ! command -v "${service/#ssh/sshd}" >/dev/null && [ -d /run/systemd/system ]; then
		systemctl mask "$service.service" || true
	fi
done
need prometheus "takes what tests measure" prometheus
need sshd "is the hosts that nodes run on" openssh-server openssh-client
need ip "gives each of these hosts a network of its own" iproute2
need mmdebstrap "makes the root file system of the image" mmdebstrap
need runc "starts liveload in it" runc
need busybox "is the shell and the tools of small hosts" busybox
need ps "finds workers on hosts" procps
need zsh "completes the command line" zsh
need fish "completes the command line" fish
if ! ip netns add liveload-deps 2>/dev/null; then
	echo "WARNING: this system allows no network namespaces. Tests of ssh use servers at 127.0.0.2 and further, and cut no network." >&2
else
	ip netns del liveload-deps
fi
