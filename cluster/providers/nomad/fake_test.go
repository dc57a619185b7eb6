package nomad

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers/providertest"
)

// aclToken is the only one that the fake lets in.
const aclToken = "7e0f1a04-acl"

// A fake is an agent of Nomad in development: server and client in one, with the driver raw_exec. It has the routes, methods,
// parameters and states that Nomad's HTTP API publishes, and refuses all others.
type fake struct {
	*testing.T
	server *httptest.Server
	folder string // of allocations
	sent   providertest.Sent

	mu          sync.Mutex
	index       uint64
	changed     chan struct{} // closed and made anew with each index
	jobs        map[string]*api.Job
	evaluations map[string]*api.Evaluation
	allocations map[string]*allocation
	variables   map[string]*api.Variable
	room        int                     // how many allocations may run; 0 is any number
	refusals    []*api.AllocationMetric // why the next machines find no node
	faults      []fault
	denied      string        // a path below which the ACL token may do nothing
	slow        chan struct{} // boots wait until it is closed; nil
	done        sync.WaitGroup
}

// A fault is an answer that a request gets instead of its own.
type fault struct {
	method, path string // a prefix
	status       int
	after        string // Retry-After
	done         bool   // what was asked is done all the same
	times        int
}

func startFake(t *testing.T) *fake {
	f := &fake{
		T: t, folder: t.TempDir(), index: 1, changed: make(chan struct{}), jobs: map[string]*api.Job{},
		evaluations: map[string]*api.Evaluation{}, allocations: map[string]*allocation{}, variables: map[string]*api.Variable{},
	}
	routes := http.NewServeMux()
	for _, route := range []struct {
		pattern, parameters string
		handle              func(w http.ResponseWriter, r *http.Request)
	}{
		{"PUT /v1/jobs", "", f.register},
		{"GET /v1/jobs", "prefix meta index wait", f.blocking(f.listJobs)},
		{"PUT /v1/job/{id}/plan", "", f.plan},
		{"DELETE /v1/job/{id}", "purge", f.deregister},
		{"GET /v1/job/{id}/allocations", "all index wait", f.blocking(f.jobAllocations)},
		{"GET /v1/evaluation/{id}", "related index wait", f.blocking(f.evaluation)},
		{"GET /v1/allocations", "filter index wait", f.blocking(f.listAllocations)},
		{"GET /v1/allocation/{id}", "index wait", f.blocking(f.allocation)},
		{"GET /v1/client/fs/logs/{id}", "task type origin offset plain wait", f.logs},
		{"GET /v1/vars", "prefix index wait", f.blocking(f.listVariables)},
		{"PUT /v1/var/{path...}", "", f.putVariable},
		{"GET /v1/var/{path...}", "wait", f.blocking(f.readVariable)},
		{"DELETE /v1/var/{path...}", "", f.deleteVariable},
	} {
		routes.HandleFunc(route.pattern, f.guard(route.parameters, route.handle))
	}
	routes.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		f.refuse(w, 404, "there is no %s %s", r.Method, r.URL.Path)
	})
	f.server = httptest.NewServer(f.sent.By(routes))
	t.Cleanup(f.close)
	t.Setenv("NOMAD_ADDR", f.server.URL)
	t.Setenv("NOMAD_TOKEN", aclToken)
	return f
}

func (f *fake) close() {
	f.mu.Lock()
	for _, a := range f.allocations {
		a.kill()
	}
	f.mu.Unlock()
	f.server.CloseClientConnections()
	f.server.Close()
	f.done.Wait()
}

// refuse answers what must not be asked, which fails the test.
func (f *fake) refuse(w http.ResponseWriter, status int, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	f.Errorf("the provider asked for what Nomad does not publish: %s", text)
	http.Error(w, text, status)
}

// guard lets requests in that have the token and no parameters beyond those that the route has. Faults come before.
func (f *fake) guard(parameters string, handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for name := range r.URL.Query() {
			if name != "namespace" && name != "region" && !slices.Contains(strings.Fields(parameters), name) {
				f.refuse(w, 400, "%s %s has no parameter %q", r.Method, r.URL.Path, name)
				return
			}
		}
		f.mu.Lock()
		denied := f.denied != "" && strings.HasPrefix(r.URL.Path, f.denied)
		f.mu.Unlock()
		if r.Header.Get("X-Nomad-Token") != aclToken || denied {
			http.Error(w, "Permission denied", http.StatusForbidden)
			return
		}
		if fault, ok := f.fault(r); ok {
			if fault.done {
				handle(httptest.NewRecorder(), r)
			}
			if fault.after != "" {
				w.Header().Set("Retry-After", fault.after)
			}
			http.Error(w, "rpc error: the leader is busy", fault.status)
			return
		}
		handle(w, r)
	}
}

func (f *fake) fault(r *http.Request) (fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, one := range f.faults {
		if one.times > 0 && one.method == r.Method && strings.HasPrefix(r.URL.Path, one.path) {
			f.faults[i].times--
			return one, true
		}
	}
	return fault{}, false
}

// break_ has requests fail from now on.
func (f *fake) break_(faults ...fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, faults...)
}

// change changes what the fake has.
func (f *fake) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	f.index++
	close(f.changed)
	f.changed = make(chan struct{})
}

// blocking answers with what find finds, as soon as something has changed since the index of the question.
func (f *fake) blocking(find func(r *http.Request) (any, bool)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		since, _ := strconv.ParseUint(r.URL.Query().Get("index"), 10, 64)
		wait, err := time.ParseDuration(r.URL.Query().Get("wait"))
		if err != nil {
			wait = 5 * time.Minute
		}
		over := time.After(wait)
		for {
			f.mu.Lock()
			index, changed := f.index, f.changed
			answer, ok := find(r)
			text, err := json.Marshal(answer)
			f.mu.Unlock()
			if err != nil {
				f.Errorf("the fake's answer: %v", err)
			}
			w.Header().Set("X-Nomad-Index", strconv.FormatUint(index, 10))
			w.Header().Set("X-Nomad-KnownLeader", "true")
			w.Header().Set("X-Nomad-LastContact", "0")
			if !ok {
				http.Error(w, "not found", http.StatusNotFound)
				return
			}
			if index > since {
				w.Write(text)
				return
			}
			select {
			case <-changed:
			case <-over:
				w.Write(text)
				return
			case <-r.Context().Done():
				return
			}
		}
	}
}

// answer writes what was done.
func (f *fake) answer(w http.ResponseWriter, value any) {
	w.Header().Set("X-Nomad-Index", "1")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		f.Logf("nobody takes an answer: %v", err)
	}
}

// namespaced is a key of the namespace that a request names.
func namespaced(query url.Values, id string) string {
	namespace := query.Get("namespace")
	if namespace == "" {
		namespace = api.DefaultNamespace
	}
	return namespace + "/" + id
}
