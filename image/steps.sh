#!/bin/sh
# The steps that make the image: steps.sh STEP [FOLDER]. The Dockerfile runs them, and so does the test in e2e/image,
# which needs no Docker.
set -eu

sources=/etc/apt/sources.list.d/debian.sources

# snapshot has apt take packages from the snapshot of Debian of which the base image was made: images of Debian name it in
# their list of sources. So one base gives the same packages at any time.
snapshot() {
	if ! grep -q '^# http.*/snapshot\.' "$sources" 2>/dev/null; then
		echo "the base names no snapshot of Debian: packages are the newest ones"
		return
	fi
	cp "$sources" "$sources.kept"
	sed -i '/^# http/{
		s/^# /URIs: /
		n
		d
	}' "$sources"
	echo 'Acquire::Check-Valid-Until "false"; Acquire::Retries "5";' >/etc/apt/apt.conf.d/snapshot
}

# forget takes away what apt leaves, and the snapshot: images on top of this one get the newest packages.
forget() {
	rm -f /etc/apt/apt.conf.d/snapshot
	[ ! -e "$sources.kept" ] || mv "$sources.kept" "$sources"
	rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/* /var/log/*
}

packages() {
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# system installs what runs beside liveload, and makes the user that runs it.
system() {
	# Documentation, translations, and what draws with a graphics card, which browsers here never do.
	cat >/etc/dpkg/dpkg.cfg.d/liveload <<-END
		path-exclude=/usr/share/doc/*
		path-include=/usr/share/doc/*/copyright
		path-exclude=/usr/share/man/*
		path-exclude=/usr/share/info/*
		path-exclude=/usr/share/lintian/*
		path-exclude=/usr/share/locale/*
		path-exclude=/usr/lib/*/libLLVM*
		path-exclude=/usr/lib/*/libgallium*
		path-exclude=/usr/lib/*/libz3.so*
		path-exclude=/usr/lib/chromium/libVk*
	END
	snapshot
	packages ca-certificates chromium-headless-shell nodejs tini
	forget
	echo "liveload:x:10001:" >>/etc/group
	echo "liveload:x:10001:10001::/tmp:/usr/sbin/nologin" >>/etc/passwd
	install -d -o 10001 -g 10001 /work
}

# npm installs what the steps web and driver need, on an image of Debian that is thrown away.
npm() {
	snapshot
	packages ca-certificates nodejs npm
	forget
}

# web makes the pages of the report and the dashboard, which build puts into the program, in the folder of the source.
web() {
	cd web
	command npm ci --silent
	command npm run --silent build
}

# build makes FOLDER/liveload for GOOS and GOARCH, in the folder of the source.
build() {
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION:-dev}" -o "$1/liveload" ./cmd/liveload
}

# driver has the liveload on the PATH install the driver and the demo's clients into FOLDER. They are the same on every platform.
driver() {
	LIVELOAD_CACHE=$1 liveload install --without-browser
	rm -f "$1/install.lock"
	chmod -R a+rX "$1"
}

step=$1
shift
case $step in
system | npm | web | build | driver) "$step" "$@" ;;
*) echo "steps.sh: there is no step $step" >&2; exit 2 ;;
esac
