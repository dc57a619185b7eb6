package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/jsmodules"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/files"
)

// twoNodes is liveload on two nodes in one process, the second of which is twice as large.
func twoNodes() int {
	var far *farNode
	o := system()
	o.fleet = func(w *wiring) node.Node {
		far = newFarNode(w)
		both, err := fleet.New([]fleet.Member{{Node: w.local("near"), Weight: 1}, {Node: far, Weight: 2}}, w.log)
		if err != nil {
			panic(err)
		}
		return both
	}
	code := o.main()
	if far == nil { // the plan was refused
		return code
	}
	if err := far.close(); err != nil {
		panic(err)
	}
	return code
}

// A farNode has as little in common with this process's own node as one elsewhere: browsers, modules and a folder of its
// own, and of the author's disk only what the plan says.
type farNode struct {
	*node.Local
	own wiring
}

func newFarNode(w *wiring) *farNode {
	far := &farNode{own: *w}
	if err := far.own.prepare(context.Background()); err != nil {
		panic(err)
	}
	far.own.modules = jsmodules.All(jsmodules.Options{Env: w.outside.env, Metrics: w.settings.metrics})
	far.Local = far.own.local("far")
	far.Load = func(ctx context.Context, s *plan.Scenario, shared node.Shared) (node.Script, error) {
		store := files.Disk{Finder: confined.Reader{Folder: filepath.Dir(s.Script)}, Files: s.Files}
		stored, err := files.Fetch(ctx, store, filepath.Join(far.own.dir.Path(), "files"), s.Files)
		if err != nil {
			return nil, err
		}
		options := far.own.scriptOptions()
		options.Shared, options.Files = shared, stored
		return node.LoadScript(ctx, s, options)
	}
	return far
}

func (n *farNode) close() error { return n.own.close() }

// onTwoNodes runs a script on two nodes, in a process of its own: one process has one run at a time.
func onTwoNodes(t *testing.T, args ...string) []metrics.Result {
	t.Helper()
	result := filepath.Join(t.TempDir(), "result.json")
	args = append([]string{twoNodesCommand}, append(args, "--result", result, "--no-color", "--log-level", "warn")...)
	command := exec.Cmd{Path: os.Args[0], Args: args}
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	results := readResults(t, result)
	for _, r := range results {
		rig.None(t, r, metrics.IterationFailures)
		for _, note := range r.Health.Notes {
			if strings.Contains(note, "lost") {
				t.Error(note)
			}
		}
	}
	return results
}

// startDemo serves the demo with the clients that `liveload install` put there.
func startDemo(t *testing.T) *rig.App {
	t.Helper()
	installed, err := installation.Here()
	if err != nil {
		t.Fatal(err)
	}
	return rig.StartAppWith(t, installed.DemoClientDir)
}

// TestTwoNodesAgreeWithTheDemo: what two nodes measure together is what the application counts.
func TestTwoNodesAgreeWithTheDemo(t *testing.T) {
	t.Parallel()
	t.Run("counter", func(t *testing.T) {
		t.Parallel()
		app := startDemo(t)
		r := onTwoNodes(t, "../../examples/counter.js", "--users", "4", "--duration", "3s", "--config", "baseURL="+app.URL,
			"--probe", "prometheus="+app.URL, "--probe-match", "demo_events_total")[0]
		rig.Same(t, "users", r.Global.Users.Succeeded, 4)
		settled := app.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate)
		rig.Compare(t, r, settled, 0)
		rig.Same(t, "events that the demo shows, once for both nodes", r.Global.Counters["server_demo_events_total"].Aggregate, settled.EventsTotal)
	})
	t.Run("mixed", func(t *testing.T) {
		t.Parallel()
		app := startDemo(t)
		results := onTwoNodes(t, "../../examples/mixed.js", "--users", "6", "--duration", "4s", "--config", "baseURL="+app.URL, "--config", "think=200ms")
		visitors, buyers, logins := results[0], results[1], results[2]
		rig.Same(t, "visitors", visitors.Global.Users.Succeeded, 4)
		rig.Same(t, "buyers", buyers.Global.Users.Succeeded, 2)
		rig.Same(t, "logins that were due", rig.Counter(logins, metrics.Iterations).By["ok"]+rig.Counter(logins, metrics.DroppedIterations).Aggregate, 8)
		rig.Same(t, "purchases", rig.Counter(buyers, metrics.Iterations).By["ok"], app.Stats().Events["checkout"])
	})
	t.Run("data and uploads", func(t *testing.T) {
		t.Parallel()
		app := startDemo(t)
		onTwoNodes(t, "../../examples/data.js", "--users", "4", "--iterations-per-user", "1", "--config", "baseURL="+app.URL)
		onTwoNodes(t, "../../examples/upload.js", "--users", "3", "--iterations-per-user", "1", "--config", "baseURL="+app.URL)
		if sent := app.Stats().Events["save"]; sent == 0 {
			t.Error("no form was sent")
		}
	})
}

// rowsScript takes rows of both kinds and asks the application for their paths, 20 times a second with a throttle.
const rowsScript = `import { csv } from 'liveload/data';
import { get } from 'liveload/http';
import { Rate } from 'liveload/throttles';
const rows = csv('rows.csv');
export const throttles = () => [Rate('pace', 20).per('1s')];
export default async function (user, { baseURL, pace }) {
  if (pace) await user.throttle('pace');
  await Promise.all(['/unique/' + rows.unique().id, '/next/' + rows.next().id, '/user/' + user.id].map((path) => get(baseURL + path)));
}`

// A visitedApp remembers what it was asked for.
type visitedApp struct {
	mu    sync.Mutex
	paths map[string]int
}

// ServeHTTP implements http.Handler.
func (a *visitedApp) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paths[r.URL.Path]++
}

// only counts the paths below a folder, and says which were asked for twice.
func (a *visitedApp) only(t *testing.T, folder string) (n int) {
	for path, times := range a.paths {
		if strings.HasPrefix(path, folder) {
			n++
			if times > 1 && folder != "/user/" {
				t.Errorf("%s was asked for %d times", path, times)
			}
		}
	}
	return n
}

// TestTwoNodesDoNothingTwice: rows, iterations and permits are of the whole run.
func TestTwoNodesDoNothingTwice(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script, rows := filepath.Join(folder, "rows.js"), "id\n"
	for n := range 400 {
		rows += fmt.Sprintln(n)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(folder, "rows.csv"), []byte(rows), 0o644), os.WriteFile(script, []byte(rowsScript), 0o644)); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		args  []string
		begun int64 // iterations; 0 is as many as the throttle lets pass
	}{
		{"shared iterations", []string{"--iterations", "100", "--users", "4"}, 100},
		{"a rate", []string{"--rate", "20/s", "--duration", "2s", "--max-users", "6"}, 40},
		{"a throttle", []string{"--users", "5", "--duration", "2s", "--config", "pace=1"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			app := &visitedApp{paths: map[string]int{}}
			server := httptest.NewServer(app)
			defer server.Close()
			r := onTwoNodes(t, append([]string{script, "--config", "baseURL=" + server.URL}, test.args...)...)[0]
			done := rig.Counter(r, metrics.Iterations).By["ok"]
			rig.Same(t, "unique rows", done, int64(app.only(t, "/unique/")))
			rig.Same(t, "rows in order", done, int64(app.only(t, "/next/")))
			if test.begun > 0 {
				rig.Same(t, "iterations that were to begin", done+rig.Counter(r, metrics.DroppedIterations).Aggregate, test.begun)
				return
			}
			rig.Same(t, "users", r.Global.Users.Succeeded, int64(app.only(t, "/user/")))
			if most := 20*r.Global.ElapsedMS/1000 + 2; done < 5 || done > int64(most) {
				t.Errorf("the throttle let %d pass, want at most %d", done, most)
			}
		})
	}
}
