#!/usr/bin/env bash
# Builds the image of liveload with Docker's buildx. `make image` runs it. Usage: scripts/image.sh VERSION
#   IMAGE=NAME:TAG       what it is called (liveload/liveload:VERSION)
#   PLATFORMS=...        for which platforms (linux/amd64,linux/arm64)
#   OUTPUT=push|load     push it to the registry of its name, or load it into this machine's Docker (one platform alone);
#                        without it, the image becomes a file: dist/liveload-VERSION-image.tar
set -euo pipefail
cd "$(dirname "$0")/.."

version=$1
image=${IMAGE:-liveload/liveload:$version}
platforms=${PLATFORMS:-linux/amd64,linux/arm64}
file=dist/liveload-$version-image.tar

say() { echo "$*" >&2; }
if ! command -v docker >/dev/null; then
	say "There is no docker on this machine, which builds the image: install Docker, or build elsewhere."
	exit 1
fi
if ! docker buildx version >/dev/null 2>&1; then
	say "This docker has no buildx, which builds for several platforms: install Docker's buildx plugin."
	exit 1
fi
if ! docker info >/dev/null 2>&1; then
	say "No Docker engine answers here: start it, or name one in DOCKER_HOST."
	exit 1
fi

case ${OUTPUT:-file} in
file)
	mkdir -p dist
	output=type=oci,dest=$file
	where="in $file"
	;;
push) output=type=registry where="in its registry" ;;
load)
	if [[ $platforms == *,* ]]; then
		say "OUTPUT=load takes one platform, not $platforms: choose it with PLATFORMS=linux/amd64"
		exit 2
	fi
	output=type=docker where="in this machine's Docker"
	;;
*)
	say "OUTPUT is \"$OUTPUT\", but must be push or load, or nothing for a file"
	exit 2
	;;
esac

# All files get the time of the commit, so that the same source makes the same image.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
docker buildx build --platform "$platforms" --tag "$image" --output "$output,rewrite-timestamp=true" \
	--build-arg VERSION="$version" --label "org.opencontainers.image.version=$version" .
say "== $image for $platforms is $where"
