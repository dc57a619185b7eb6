package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/web"
)

const (
	twoNodesCommand = "liveload-two-nodes"
	// hurry is the variable that keeps commands which look for races from sleeping for a second before they end.
	hurry = "GORACE"
)

// TestMain makes commands of this process: liveload, whose browsers are fakes, and liveload-real for the scripts in
// testdata, and some for tests of several nodes.
func TestMain(m *testing.M) {
	if err := rundir.Begin(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitError)
	}
	commands := map[string]func(){
		"liveload":        func() { os.Exit(fake().main()) },
		"liveload-absent": func() { os.Exit(absent()) },
		"liveload-real":   main,
		twoNodesCommand:   func() { os.Exit(twoNodes()) },
		unevenCommand:     func() { os.Exit(uneven()) },
		hungryCommand:     func() { os.Exit(hungry()) },
	}
	if commands[filepath.Base(os.Args[0])] == nil { // tests of several nodes run here, not in a folder of their own
		_ = os.Setenv(variable(reportFlag), noReport)
		_ = os.Setenv(hurry, "atexit_sleep_ms=0")
	}
	testscript.Main(m, commands)
}

// fake is liveload with browsers that are fakes.
func fake() *outside {
	o := system()
	o.program = func() (string, error) { return exec.LookPath(os.Args[0]) }
	o.resources = func(context.Context) (node.Resources, error) { return machineOf(o.args), nil }
	o.pages = func() error { return web.ErrMissing }
	o.findEngine = func(string, engines.Options) (engine, error) { return &fakeEngine{}, nil }
	o.watch = nil // there are no browsers
	return o
}

// machineOf is the machine of these tests, or one of its own for a worker whose name begins with own-.
func machineOf(args []string) node.Resources {
	machine := testMachine
	if i := slices.Index(args, "--name") + 1; 0 < i && i < len(args) && strings.HasPrefix(args[i], "own-") {
		machine.Machine = args[i]
	}
	return machine
}

// absent is liveload whose workers never join, but leave when their controller ends.
func absent() int {
	o := system()
	o.program = func() (string, error) { return exec.LookPath(os.Args[0]) }
	if len(o.args) > 0 && o.args[0] == "worker" {
		io.Copy(io.Discard, os.Stdin)
		return exitOK
	}
	return o.main()
}

// testMachine is what commands of tests take for their machine.
var testMachine = node.Resources{Machine: "here", Processors: 2, Cores: 2, Memory: 16 << 30, MemoryAvailable: 15 << 30, FilesSoft: 1024, FilesHard: 20000}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	commands := map[string]func(*testscript.TestScript, bool, []string){"until": until}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	scripts := testscript.Params{Dir: "testdata/script", Cmds: commands, Setup: func(env *testscript.Env) error {
		_, port, err := net.SplitHostPort(outputtest.FreeAddress(t)) // where a controller listens, in each script another one
		if err != nil {
			return err
		}
		env.Setenv("LIVELOAD_CACHE", filepath.Join(env.WorkDir, ".cache"))
		env.Setenv("PORT", port)
		env.Setenv("EXAMPLES", examples)
		env.Setenv(hurry, os.Getenv(hurry))
		return nil
	}}
	if raced != nil {
		scripts.Dir, scripts.Files = "", raced
	}
	testscript.Run(t, scripts)
}

// until repeats a command until what it prints matches a pattern: "until PATTERN COMMAND...". Others are
// waited for so that say when they are ready only when they are asked.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN COMMAND...")
	}
	pattern := regexp.MustCompile("(?m)" + args[0])
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		failed := ts.Exec(args[1], args[2:]...)
		if pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if failed == nil {
			continue
		}
		if pattern.MatchString(ts.ReadFile("stderr")) {
			return
		}
	}
	ts.Fatalf("never printed %q, but at last %q and %q", args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
}

// A fakeEngine has browsers whose pages take every operation at once.
type fakeEngine struct {
	sessions atomic.Int64 // opened so far
	onOpen   func()
	closed   atomic.Bool
}

func (r *fakeEngine) Open(*rundir.Dir, browserpool.Recorder) (browserpool.Engine, error) {
	return r, nil
}
func (r *fakeEngine) Close(context.Context) error { r.closed.Store(true); return nil }

func (r *fakeEngine) NewSession(context.Context, browserpool.SessionOptions) (browserpool.Session, error) {
	if n := r.sessions.Add(1); n > 1 && r.onOpen != nil { // the first one warms up
		r.onOpen()
	}
	return fakeSession{}, nil
}

type fakeSession struct{ browserpool.Session }

func (fakeSession) ResetObjects(context.Context) {}
func (fakeSession) Lost() <-chan struct{}        { return nil }
func (fakeSession) Close(context.Context) error  { return nil }
func (fakeSession) Navigate(_ context.Context, url string, _ ...browserpool.NavigateOptions) (browserpool.Document, error) {
	return browserpool.Document{Status: 200, URL: url}, nil
}
func (fakeSession) WaitForLiveView(context.Context) error                       { return nil }
func (fakeSession) Click(context.Context, string, ...browserpool.Options) error { return nil }
func (fakeSession) WaitForText(context.Context, string, string, ...browserpool.Options) error {
	return nil
}
func (fakeSession) Cookies(context.Context) ([]browserpool.Cookie, error)   { return nil, nil }
func (fakeSession) LastFrames(context.Context) ([]browserpool.Frame, error) { return nil, nil }
func (fakeSession) PageContent(context.Context) (string, error)             { return "<p>fake</p>", nil }
func (fakeSession) Screenshot(context.Context, ...browserpool.ScreenshotOptions) ([]byte, error) {
	return []byte("a picture"), nil
}
func (fakeSession) URL(context.Context) (string, error) { return "http://fake/", nil }
func (fakeSession) InnerText(context.Context, string, ...browserpool.Options) (string, error) {
	return "", &browserpool.PageError{Message: "there is no element"}
}
