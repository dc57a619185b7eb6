package driver

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// TestPreloadKnowsItsDriver: a driver that is not as expected is left as it is, which is said once.
func TestPreloadKnowsItsDriver(t *testing.T) {
	found, err := installed()
	must(t, err)
	const (
		contexts = "exports.BrowserContextDispatcher = class { cookies() {} _shouldDispatchNetworkEvent() {} addObjectListener() {} }"
		pages    = "exports.PageDispatcher = class { addObjectListener() {} parentScope() {} }"
		requests = "exports.RequestDispatcher = class { _dispatchEvent() {} static from() {} }; exports.APIRequestContextDispatcher = class { fetchResponseBody() {} }"
		always   = "exports.FrameDispatcher = class { goto() {} addObjectListener() {} }"
		pipe     = "exports.PipeTransport = class { send() {} }"
		events   = "exports.Page = class { static Events = { WebSocket: 'websocket' }; exposeBinding() {} }"
	)
	tests := []struct {
		name, version                     string
		contexts, pages, requests, events string
		want                              string
	}{
		{"as expected", "1.57.0", contexts, pages, requests, events, ""},
		{"another version", "1.58.0", contexts, pages, requests, events, "it is version 1.58.0"},
		{"a method is missing", "1.57.0", contexts, "exports.PageDispatcher = class {}", requests, events, "it has no addObjectListener"},
		{"a class is missing", "1.57.0", contexts, pages, "", events, "it has no _dispatchEvent"},
		{"an event is missing", "1.57.0", contexts, pages, requests, "exports.Page = class { exposeBinding() {} }", "it has no event 'socket'"},
		{"a file does not load", "1.57.0", "throw new Error('nonsense')", pages, requests, events, "nonsense"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			dispatchers := filepath.Join(dir, "lib", "server", "dispatchers")
			must(t, os.MkdirAll(dispatchers, 0o700), os.MkdirAll(filepath.Join(dir, "lib", "server", "utils"), 0o700))
			write(t, filepath.Join(dir, "package.json"), fmt.Sprintf(`{"version": %q}`, test.version))
			write(t, filepath.Join(dispatchers, "browserContextDispatcher.js"), test.contexts)
			write(t, filepath.Join(dispatchers, "pageDispatcher.js"), test.pages)
			write(t, filepath.Join(dispatchers, "networkDispatchers.js"), test.requests)
			write(t, filepath.Join(dir, "lib", "server", "page.js"), test.events)
			write(t, filepath.Join(dispatchers, "frameDispatcher.js"), always)
			write(t, filepath.Join(dir, "lib", "server", "browserContext.js"), "exports.BrowserContext = class { static Events = { Request: 'request', RequestFailed: 'requestfailed' }; exposeBinding() {} }")
			write(t, filepath.Join(dir, "lib", "server", "frames.js"), "exports.Frame = { Events: { InternalNavigation: 'internalnavigation' } }")
			write(t, filepath.Join(dispatchers, "cdpSessionDispatcher.js"), "exports.CDPSessionDispatcher = class { send() {} addObjectListener() {} }")
			must(t, os.MkdirAll(filepath.Join(dir, "lib", "server", "chromium"), 0o700))
			write(t, filepath.Join(dir, "lib", "server", "chromium", "crConnection.js"), "exports.CDPSession = { Events: { Event: 'event' } }; exports.CRSession = class { send() {} }")
			write(t, filepath.Join(dir, "lib", "server", "fetch.js"), "exports.APIRequestContext = class { _sendRequest() {} _storeResponseBody() {} disposeResponse() {} _disposeImpl() {} }")
			write(t, filepath.Join(dir, "lib", "server", "network.js"), "exports.Response = class { body() {} }")
			write(t, filepath.Join(dir, "lib", "server", "pipeTransport.js"), pipe)
			write(t, filepath.Join(dir, "lib", "server", "utils", "pipeTransport.js"), pipe)
			write(t, filepath.Join(dir, "cli.js"), showChanged)
			preload, err := writePreload(dir, "secret")
			must(t, err)

			cmd := exec.CommandContext(t.Context(), found.NodePath, "--require", preload, filepath.Join(dir, "cli.js"), "run-driver")
			var log strings.Builder
			cmd.Stderr = &log
			out, err := cmd.Output()
			must(t, err)
			if want := fmt.Sprint("run-driver changed: ", test.want == ""); strings.TrimSpace(string(out)) != want {
				t.Errorf("the driver said %q, want %q", out, want)
			}
			lines := strings.Count(log.String(), "\n")
			if test.want == "" && lines != 0 || test.want != "" && (lines != 1 || !strings.Contains(log.String(), test.want)) {
				t.Errorf("the log says %q, want %q", log.String(), test.want)
			}
		})
	}
}

// showChanged is a driver that says, when it has begun to work, whether its classes were changed.
const showChanged = `
setImmediate(() => {
  let changed = false;
  try {
    const { BrowserContextDispatcher } = require('./lib/server/dispatchers/browserContextDispatcher.js');
    changed = String(BrowserContextDispatcher.prototype.cookies) !== 'cookies() {}';
  } catch {}
  console.log(process.argv[2] + ' changed: ' + changed);
});`

// TestEndsWhileNobodyReads: a process of the driver ends while its log is full. The driver lives on, and says so when there is room.
func TestEndsWhileNobodyReads(t *testing.T) {
	found, err := installed()
	must(t, err)
	dir := t.TempDir()
	preload, err := writePreload(dir, "secret")
	must(t, err)
	cli := filepath.Join(dir, "cli.js")
	write(t, cli, `
const full = () => { try { for (;;) require('fs').writeSync(2, '.'); } catch (e) { return e.code; } };
console.error('.');
setImmediate(() => { // after the script's own line
  if (full() !== 'EAGAIN') throw new Error('the log takes all');
  require('child_process').spawn('/bin/sh', ['-c', 'exit 7']).once('close', () => setImmediate(() => console.log('alive')));
});`)
	log, theirs, err := os.Pipe()
	must(t, err)
	defer log.Close()
	cmd := exec.CommandContext(t.Context(), found.NodePath, "--require", preload, cli, "run-driver")
	cmd.Stderr = theirs
	out, err := cmd.StdoutPipe()
	must(t, err, cmd.Start(), theirs.Close())
	line, _ := bufio.NewReader(out).ReadString('\n')
	said, err := io.ReadAll(log)
	must(t, err, cmd.Wait())
	if line != "alive\n" || !strings.Contains(string(said), endPrefix+"secret ") || !strings.HasSuffix(string(said), " exit code 7\n") {
		t.Errorf("the driver said %q, and its log ends with %q", line, said[max(0, len(said)-200):])
	}
}

// TestNames: both sides mean the same address and the same key.
func TestNames(t *testing.T) {
	for _, name := range []string{EverythingURL, contextURL, calls.InOrder} {
		if !strings.Contains(string(preloadScript), "'"+name+"'") {
			t.Errorf("preload.js does not know %s", name)
		}
	}
}

// TestCallsToClosedPages: a driver outlives calls to pages that have closed, whose failure nobody awaits. Other failures still end it.
func TestCallsToClosedPages(t *testing.T) {
	found, err := installed()
	must(t, err)
	dir := t.TempDir()
	preload, err := writePreload(dir, "secret")
	must(t, err)
	for kind, survives := range map[string]bool{"closed": true, "crashed": true, "error": false} {
		script := filepath.Join(dir, kind+".js")
		write(t, script, fmt.Sprintf("Promise.reject(Object.assign(new Error('no page'), { type: %q })); setTimeout(() => console.log('alive'), 50)", kind))
		said, err := exec.CommandContext(t.Context(), found.NodePath, "--require", preload, script).CombinedOutput()
		if strings.Contains(string(said), "alive") != survives || (err == nil) != survives {
			t.Errorf("after a failure of type %q: %v\n%s", kind, err, said)
		}
	}
}
