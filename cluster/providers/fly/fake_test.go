package fly

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers/providertest"
)

const (
	testApp  = "load"
	apiToken = "fo1_secret-api-token"
)

// A fake is the Machines API for one app, and the hosts of Fly. It has the routes, parameters, bodies and states that the API's
// description publishes, and refuses all others. Machines are processes.
type fake struct {
	*testing.T
	server *httptest.Server
	folder string // of machines, with the programs of their image

	mu       sync.Mutex
	changed  chan struct{} // closed and made anew with each change
	machines map[string]*vm
	secrets  map[string]string
	sent     providertest.Sent
	version  uint64
	ids      int
	regions  []string
	room     map[string]int // machines that a region has room for; without an entry it is any number
	faults   []fault
	unlisted int           // lists that do not have new machines yet
	slow     chan struct{} // boots wait until it is closed; nil
	done     sync.WaitGroup
}

// A fault is an answer that a request gets instead of its own.
type fault struct {
	method, path string // a suffix; "*" is a word
	status       int
	text         string
	after        string // Retry-After
	done         bool   // what was asked is done all the same
	times        int
}

func startFake(t *testing.T) *fake {
	f := &fake{
		T: t, folder: t.TempDir(), changed: make(chan struct{}), machines: map[string]*vm{}, secrets: map[string]string{"DATABASE_URL": "postgres://theirs"},
		regions: []string{"ams", "fra", "iad"}, room: map[string]int{},
	}
	programs := filepath.Join(f.folder, "bin")
	if err := os.Mkdir(programs, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(os.Args[0], filepath.Join(programs, "liveload")); err != nil {
		t.Fatal(err)
	}
	f.server = httptest.NewServer(f.sent.By(f.routes()))
	t.Cleanup(f.close)
	t.Setenv("FLY_API_HOSTNAME", f.server.URL)
	t.Setenv("FLY_FLAPS_BASE_URL", "")
	t.Setenv("FLY_API_TOKEN", apiToken)
	return f
}

func (f *fake) routes() http.Handler {
	routes := http.NewServeMux()
	for _, route := range []struct {
		pattern, parameters string
		handle              http.HandlerFunc
	}{
		{"GET /v1/apps/{app}", "", f.showApp},
		{"GET /v1/platform/regions", "", f.listRegions},
		{"POST /v1/platform/placements", "", f.place},
		{"POST /v1/apps/{app}/machines", "", f.create},
		{"GET /v1/apps/{app}/machines", "include_deleted include_leases region state summary metadata.*", f.list},
		{"GET /v1/apps/{app}/machines/{id}", "include_leases", f.show},
		{"DELETE /v1/apps/{app}/machines/{id}", "force", f.delete},
		{"GET /v1/apps/{app}/machines/{id}/wait", "version instance_id from_event_id timeout state", f.wait},
		{"GET /v1/apps/{app}/secrets", "min_version show_secrets", f.listSecrets},
		{"POST /v1/apps/{app}/secrets/{name}", "", f.setSecret},
		{"DELETE /v1/apps/{app}/secrets/{name}", "", f.deleteSecret},
	} {
		routes.HandleFunc(route.pattern, f.guard(strings.Fields(route.parameters), route.handle))
	}
	routes.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { f.wrong(w, "there is no %s %s", r.Method, r.URL.Path) })
	return routes
}

func (f *fake) close() {
	f.mu.Lock()
	for _, m := range f.machines {
		m.kill()
	}
	f.mu.Unlock()
	f.server.CloseClientConnections()
	f.server.Close()
	f.done.Wait()
}

// wrong answers what must not be asked, which fails the test.
func (f *fake) wrong(w http.ResponseWriter, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	f.Errorf("the provider asked for what Fly does not publish: %s", text)
	f.refusal(w, http.StatusBadRequest, text, "")
}

// refusal is an answer that is no success.
func (f *fake) refusal(w http.ResponseWriter, status int, text, code string) {
	answer := map[string]string{"error": text}
	if code != "" {
		answer["status"] = code
	}
	f.answer(w, status, answer)
}

func (f *fake) answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		f.Logf("nobody takes an answer: %v", err)
	}
}

// guard lets requests in that have the token, are for the app, and have no parameters but those of the route. Faults come before.
func (f *fake) guard(parameters []string, handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for name := range r.URL.Query() {
			if !slices.Contains(parameters, name) && !(strings.HasPrefix(name, "metadata.") && slices.Contains(parameters, "metadata.*")) {
				f.wrong(w, "%s %s has no parameter %q", r.Method, r.URL.Path, name)
				return
			}
		}
		if r.Header.Get("Authorization") != "Bearer "+apiToken {
			f.refusal(w, http.StatusUnauthorized, "Authenticate: token validation error", "")
			return
		}
		if fault, ok := f.fault(r); ok {
			if fault.done {
				handle(httptest.NewRecorder(), r)
			}
			if fault.after != "" {
				w.Header().Set("Retry-After", fault.after)
			}
			f.refusal(w, fault.status, fault.text, "")
			return
		}
		if app := r.PathValue("app"); app != "" && app != testApp {
			f.refusal(w, http.StatusNotFound, "Could not find App", "")
			return
		}
		handle(w, r)
	}
}

func (f *fake) fault(r *http.Request) (fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, one := range f.faults {
		if one.times > 0 && one.method == r.Method && matches(one.path, r.URL.Path) {
			f.faults[i].times--
			return one, true
		}
	}
	return fault{}, false
}

// matches says whether a path ends with a pattern, in which * is any word.
func matches(pattern, path string) bool {
	wanted, words := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(words) < len(wanted) {
		return false
	}
	words = words[len(words)-len(wanted):]
	for i := range wanted {
		if wanted[i] != "*" && wanted[i] != words[i] {
			return false
		}
	}
	return true
}

// break_ has requests fail from now on.
func (f *fake) break_(faults ...fault) {
	f.change(func() { f.faults = append(f.faults, faults...) })
}

// change changes what the fake has.
func (f *fake) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	close(f.changed)
	f.changed = make(chan struct{})
}

// read reads a body, in which nothing is that is not published.
func (f *fake) read(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		f.wrong(w, "the body of %s %s: %v", r.Method, r.URL.Path, err)
		return false
	}
	return true
}

func (f *fake) showApp(w http.ResponseWriter, r *http.Request) {
	f.answer(w, 200, map[string]any{"id": "jlyv9r5d56v18xrg", "name": testApp, "status": "deployed", "organization": map[string]string{"name": "My Org", "slug": "personal"}})
}

func (f *fake) listRegions(w http.ResponseWriter, r *http.Request) {
	rows := []map[string]any{{"code": "hkg", "name": "Hong Kong", "deprecated": true}}
	for _, code := range f.regions {
		rows = append(rows, map[string]any{"code": code})
	}
	f.answer(w, 200, map[string]any{"nearest": "ams", "regions": rows})
}

func (f *fake) place(w http.ResponseWriter, r *http.Request) {
	var body publishedPlacement
	if !f.read(w, r, &body) {
		return
	}
	if body.Organization != "personal" {
		f.refusal(w, http.StatusForbidden, "not authorized to access this organization", "")
		return
	}
	wanted := f.regions
	if body.Region != "" {
		wanted = strings.Split(body.Region, ",")
	}
	left, places := body.Count, []map[string]any{}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, region := range wanted {
		room, bounded := f.room[region]
		if !bounded {
			room = left
		}
		count := min(room, left)
		left -= count
		places = append(places, map[string]any{"region": region, "count": count, "concurrency": 1})
	}
	f.answer(w, 200, map[string]any{"regions": places})
}

func (f *fake) listSecrets(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := []map[string]any{}
	for name := range f.secrets {
		all = append(all, map[string]any{"name": name, "digest": "0123", "created_at": time.Now().Format(time.RFC3339)})
	}
	f.answer(w, 200, map[string]any{"secrets": all})
}

func (f *fake) setSecret(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Value string `json:"value"`
	}
	if !f.read(w, r, &body) {
		return
	}
	if name := r.PathValue("name"); !variable.MatchString(name) || body.Value == "" {
		f.wrong(w, "%q cannot be a secret", name)
		return
	}
	var version uint64
	f.change(func() {
		f.version++
		version = f.version
		f.secrets[r.PathValue("name")] = body.Value
	})
	f.answer(w, http.StatusCreated, map[string]any{"name": r.PathValue("name"), "digest": "0123", "version": version, "Version": version})
}

func (f *fake) deleteSecret(w http.ResponseWriter, r *http.Request) {
	found := false
	f.change(func() {
		_, found = f.secrets[r.PathValue("name")]
		delete(f.secrets, r.PathValue("name"))
	})
	if !found {
		f.refusal(w, http.StatusNotFound, "secret not found", "")
		return
	}
	f.answer(w, 200, map[string]any{"version": f.version})
}
