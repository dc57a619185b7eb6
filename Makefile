# `make help` lists the targets. Everything that is built goes to bin/, what is released to dist/, what a run writes
# to results/; all three can be deleted at any time.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One set of compiled packages serves build, vet, staticcheck and tests, and no binary names folders of this machine.
export GOFLAGS := -trimpath

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
TESTFLAGS ?=
FUZZTIME ?= 10s

.PHONY: help
help: ## List the targets
	@echo "liveload: load tests with real browsers for Phoenix LiveView"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: TESTFLAGS (for go test), FUZZTIME (per fuzz target, now $(FUZZTIME)), DEMO_USERS, DEMO_DURATION"

.PHONY: build
build: web ## Build bin/liveload, with its web pages
	@mkdir -p bin
	go build -ldflags "-X main.version=$(VERSION)" -o bin/liveload ./cmd/liveload

# Built again when something in web/ is newer, or gone: folders are newer then.
.PHONY: web
web: web/dist/.sources ## Build the pages of the report and the dashboard, with npm
web/dist/.sources: $(shell find web/src) web/build.mjs web/tsconfig.json web/node_modules/.package-lock.json
	npm run --silent --prefix web build
web/node_modules/.package-lock.json: web/package-lock.json web/package.json
	@command -v npm >/dev/null || { echo "There is no npm here, which builds and checks the web pages: install Node.js 18 or later with npm." >&2; exit 1; }
	npm ci --silent --prefix web
	@touch $@

.PHONY: install-browser
install-browser: build ## Install what a run needs: the Playwright driver, a browser
	@scripts/install-browser.sh

.PHONY: deps
deps: install-browser ## Install what tests need as well: a C compiler (for go test -race), Prometheus, OpenSSH, iproute2, runc, mmdebstrap, busybox, procps, zsh, fish
	@scripts/deps.sh

.PHONY: test
test: how-long deps lint ## Everything that CI checks: lint, half a minute of fuzzing, all tests, where goroutines meet with the race detector
	@$(MAKE) --no-print-directory -j1 fuzz-scripts-and-command-line plain-tests race-tests

# The race detector makes code five times slower, and is for what several goroutines run: tests of bin/liveload in processes of
# its own are made without it, and so are those that compute in one goroutine. One kind runs after the other, since all at once starve
# browsers, whose tests then fail. As many packages run at once as there are processors, which are busy then; those that take longest
# begin first. Nobody debugs these binaries, and linking them without DWARF takes a third less. The rules of lint are checked
# already. Tests over SSH make network interfaces, at which browsers elsewhere would drop their connections (ERR_NETWORK_CHANGED): see
# sshtest.OwnNetwork.
PLAIN := ./e2e/... ./report/... ./metrics/compare ./metrics/merge ./sinks/markdown ./sinks/standout ./grafana/... ./plan/shape ./js/bundle ./js/guard ./js/language ./js/nesting ./js/program ./js/regex ./bench/result ./web
LONGEST_PLAIN := ./e2e/cluster ./e2e/pages ./e2e/report ./e2e/image ./e2e/examples ./e2e/faults ./e2e/load
LONGEST_RACE := ./cmd/liveload ./browserpool/playwright/session ./cluster/providers/ssh ./jsmodules/liveload
GOTEST := go test -vet=off -ldflags=-w -timeout 30m $(TESTFLAGS)

.PHONY: race-tests
race-tests:
	@echo "== tests with the race detector, the slow packages first"
	plain=$$(go list $(PLAIN)); raced=$$(go list ./... | grep -v '/lint$$' | grep -vxF "$$plain"); \
	GORACE=atexit_sleep_ms=0 $(GOTEST) -race $(LONGEST_RACE) $$raced

# -count=1: go test does not see that bin/liveload has changed, and would show what tests said of another one.
.PHONY: plain-tests
plain-tests:
	@echo "== tests without the race detector, the slow packages first"
	E2E_LIVELOAD=$(CURDIR)/bin/liveload $(GOTEST) -count=1 $(LONGEST_PLAIN) $(PLAIN)

# Under the race detector only some scripts of the command line run: see race_test.go.
.PHONY: fuzz-scripts-and-command-line
fuzz-scripts-and-command-line:
	@$(MAKE) --no-print-directory -j1 fuzz-scripts
	$(GOTEST) -run '^TestCommandLine$$' ./cmd/liveload

.PHONY: test-bare-host
test-bare-host: deps ## Run over SSH on a host that has nothing, for minutes: not in CI
	go test -tags barehost -count 1 -v ./e2e/barehost

.PHONY: how-long
how-long:
	@echo "== make test takes about eighteen minutes on two idle cores, after everything is installed"

.PHONY: lint
lint: web/node_modules/.package-lock.json ## gofmt, go vet, staticcheck, types of the web pages, and the rules of the project (lint/)
	@echo "== gofmt"
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted (run make format):"; echo "$$unformatted"; exit 1; fi
	@echo "== go vet"
	go vet ./...
	go vet -tags barehost ./e2e/barehost
	@echo "== staticcheck"
	go tool staticcheck ./...
	@echo "== types of the web pages"
	npm run --silent --prefix web check
	@echo "== rules of the project"
	go test ./lint

.PHONY: format
format: ## Format all Go files
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

.PHONY: demo
demo: install-browser ## Ten real browser users on the demo application, with a summary at the end
	@scripts/demo.sh

.PHONY: bench
bench: deps ## Run the benchmarks
	go test -run '^$$' -bench . -benchmem -timeout 60m $(TESTFLAGS) ./...

.PHONY: bench-flow
bench-flow: install-browser ## Compare an iteration's CPU and memory with bare playwright-go, in one run
	go build -o bin/flow ./bench/flow
	bin/flow -flow counter
	bin/flow -flow chatty -settled 3

.PHONY: bench-outputs
bench-outputs: install-browser ## Compare users without an output, and with one whose destination is dead, in one run
	go run ./bench/outputs

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: fuzz-scripts
fuzz-scripts: ## Fuzz what scripts may say for half a minute
	@echo "== half a minute of fuzzing scripts and options, on one processor" # counted: a time limit of the fuzzer can end in an error of its own
	go test -run '^$$' -fuzz '^FuzzScript$$' -fuzztime 10000x -parallel 1 ./jsmodules/liveload
	go test -run '^$$' -fuzz '^FuzzArguments$$' -fuzztime 3000x -parallel 1 ./jsmodules/liveload

.PHONY: release
release: ## Build what is released, in dist/: archives, checksums, SBOMs
	@scripts/release.sh $(VERSION)

.PHONY: image
image: ## Build the container image for amd64 and arm64, with Docker; see docs/image.md
	@scripts/image.sh $(VERSION)

.PHONY: clean
clean: ## Delete what was built and what runs wrote into this folder
	rm -rf bin dist results
