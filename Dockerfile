# syntax=docker/dockerfile:1
# The image with liveload, its driver and a browser: docs/image.md says how to run it, `make image` builds it. The steps are
# in image/steps.sh, which a test runs without Docker. The base names the snapshot of Debian from which all packages come:
# a newer base is the way to newer packages.
ARG DEBIAN=debian:trixie-20261005-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f
ARG GO=golang:1.26.8-trixie@sha256:bdca99a00bc16590cb1a0bb4e698f5fc5d6a64e4d5eef13d9f18a0ee08e5fa65

FROM --platform=$BUILDPLATFORM ${DEBIAN} AS web
COPY image/steps.sh /steps.sh
RUN /steps.sh npm
WORKDIR /src
COPY web web
RUN /steps.sh web

FROM --platform=$BUILDPLATFORM ${GO} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist web/dist
ARG VERSION=dev TARGETOS TARGETARCH
RUN image/steps.sh build /out/here && GOOS=$TARGETOS GOARCH=$TARGETARCH image/steps.sh build /out

FROM --platform=$BUILDPLATFORM ${DEBIAN} AS driver
COPY image/steps.sh /steps.sh
RUN /steps.sh npm
COPY --from=build /out/here/liveload /usr/local/bin/
RUN /steps.sh driver /out

FROM ${DEBIAN}
RUN --mount=type=bind,source=image/steps.sh,target=/steps.sh /steps.sh system
COPY --from=driver /out /usr/lib/liveload
COPY --from=build /out/liveload /usr/local/bin/
ENV HOME=/tmp LIVELOAD_CACHE=/tmp/liveload LIVELOAD_NO_SANDBOX=if-needed
WORKDIR /work
USER 10001:10001
ENTRYPOINT ["tini", "--", "liveload"]
