package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/browserpool/playwright"
	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A rig is one browser for all tests of the package.
type rig struct {
	*browsertest.Rig
}

var theRig = &rig{browsertest.New(playwright.NewLauncher)}

func TestMain(m *testing.M) {
	code := m.Run()
	theRig.Close()
	os.Exit(code)
}

// site serves the demo, and beside it what the demo has not.
func (r *rig) site(t testing.TB) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/kit", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, kit) })
	mux.HandleFunc("/inner", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<!doctype html><button id=deep onclick="this.textContent='pressed'">deep</button>`)
	})
	mux.HandleFunc("/report", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename=report.txt")
		io.WriteString(w, "numbers")
	})
	mux.HandleFunc("/data", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Empty", "")
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"from":"server"}`)
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		json.NewEncoder(w).Encode(map[string]string{"method": r.Method, "first": r.Header.Get("X-First"), "body": string(body)})
	})
	mux.HandleFunc("/back", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // all of it, before any of the answer
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		_, _ = w.Write(body)
	})
	mux.HandleFunc("/strict", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		io.WriteString(w, "<!doctype html><title>strict</title>")
	})
	mux.HandleFunc("/nest", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<!doctype html><title>nest</title><iframe name=outer src=/kit></iframe>`)
	})
	_, url := browsertest.Demo(t, mux)
	return url
}

const kit = `<!doctype html><title>kit</title>
<button id=ask onclick="document.title = confirm('Sure?') ? 'yes' : 'no'">Ask</button>
<a id=download href=/report download>Download</a>
<a id=popup href=/inner target=_blank>Popup</a>
<label>Name <input id=name></label>
<label>Colour <select id=colour><option>red</option><option value=g>green</option></select></label>
<input id=file type=file aria-label=File>
<iframe name=inner src=/inner></iframe>
<p class=item data-n="">one</p><p class=item>two</p><p class=item>three</p>
<button id=load onclick="fetch('/data').then(r => r.json()).then(d => document.title = d.from)">Load</button>
<button id=later onclick="setTimeout(() => document.body.append(Object.assign(document.createElement('i'), { id: 'late', textContent: 'late' })), 50)">Later</button>`

// A person is a user of a script with a session.
type person struct {
	*liveload.User
	session browserpool.Session
	n       int
}

func (r *rig) session(t testing.TB) browserpool.Session {
	t.Helper()
	s, _ := r.Open(t, browserpool.SessionOptions{Files: confined.Reader{Folder: os.TempDir()}, Save: confined.Writer{Folder: t.TempDir()}.Write})
	return s
}

// person makes a user whose iteration is body; config is the site's address and a folder.
func (r *rig) person(t testing.TB, session browserpool.Session, body string, config any) *person {
	t.Helper()
	script := fmt.Sprintf(`import { sleep } from 'liveload';
const same = (got, want, what) => {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(what + ' is ' + JSON.stringify(got) + ', not ' + JSON.stringify(want));
};
export default async function (user, { url, folder }) {
  const { page, context } = user;
%s
}`, body)
	modules := js.Modules{"liveload": liveload.NewModule(nil)}
	program := jstest.Program(t, modules, "test.js", script)
	vm := jstest.VM(t, program, modules)
	u, err := liveload.NewUser(vm, liveload.Options{ID: 1, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(u.Close)
	return &person{User: u, session: session}
}

func (p *person) iterate(ctx context.Context) error {
	p.n++
	_, err := p.RunIteration(ctx, p.session, p.n)
	return err
}
