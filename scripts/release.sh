#!/usr/bin/env bash
# Makes what is released, in dist/: an archive and a list of its parts (an SBOM) for each platform, and their checksums.
# `make release` runs it. Usage: scripts/release.sh VERSION
#   PLATFORMS="..."    other platforms than all four
# The same source gives the same bytes: archives have the time of the commit, and programs no path of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$1
platforms=${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64}
sbom=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
tar=$(command -v gtar || command -v tar)

if ! "$tar" --version 2>/dev/null | grep -q GNU; then
	echo "Archives that are always the same take GNU tar (on macOS: brew install gnu-tar)." >&2
	exit 1
fi
time=$(git log -1 --format=%ct)
rm -rf dist
mkdir -p dist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

image/steps.sh web
for platform in $platforms; do
	os=${platform%/*} arch=${platform#*/}
	name=liveload-$version-$os-$arch
	echo "== $name"
	mkdir -p "$work/$name"
	GOOS=$os GOARCH=$arch VERSION=$version image/steps.sh build "$work/$name"
	cp -r LICENSE README.md cmd/liveload/completion "$work/$name"
	go run "$sbom" bin -json -noserial -notimestamp -version "$version" -output "dist/$name.sbom.json" "$work/$name/liveload"
	"$tar" --directory "$work" --create --sort=name --mtime="@$time" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX "$name" |
		gzip -n -9 >"dist/$name.tar.gz"
done
cp image/seccomp.json "dist/liveload-$version-seccomp.json"
(cd dist && { sha256sum ./* 2>/dev/null || shasum -a 256 ./*; } | sed 's#\./##' >"$work/sums" && mv "$work/sums" SHA256SUMS)
echo "== dist/ has $(find dist -type f | wc -l | tr -d ' ') files for version $version"
