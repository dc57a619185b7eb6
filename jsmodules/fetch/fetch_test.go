package fetch

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/jsmodules/types"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A jarSession is a session that has only cookies.
type jarSession struct {
	browserpool.Session // any method that the tests do not expect panics
	localCookies
}

func (s *jarSession) ResetObjects(context.Context) {}

func (s *jarSession) Cookies(ctx context.Context) ([]browserpool.Cookie, error) {
	return s.localCookies.Cookies(ctx)
}

func (s *jarSession) SetCookies(ctx context.Context, cookies []browserpool.Cookie) error {
	return s.localCookies.SetCookies(ctx, cookies)
}

type noted struct {
	mu    sync.Mutex
	lines []string
}

func (n *noted) Observe(m *metrics.Metric, labels metrics.Labels, value float64) {
	text := metricstest.Values(labels)
	if value <= 0 || value > 10e6 {
		text += fmt.Sprintf(" took %v", value)
	}
	n.note(m.Name + " " + text)
}

func (n *noted) Add(m *metrics.Metric, labels metrics.Labels, by int64) {
	n.note(fmt.Sprintf("%s %s %d", m.Name, metricstest.Values(labels), by))
}

func (n *noted) SetGauge(*metrics.Metric, metrics.Labels, float64) {}

func (n *noted) note(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, line)
}

// serve answers with what it was asked.
func serve(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Two", "a")
		w.Header().Add("X-Two", "b")
		fmt.Fprintf(w, "%s %s %q %s", r.Method, r.Header.Get("Content-Type"), body, r.Header.Get("X-Extra")+r.Header.Get("X-Own"))
	})
	mux.HandleFunc("/raw", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "new", Path: "/", HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "old", Path: "/", MaxAge: -1})
		http.Redirect(w, r, "/who", http.StatusSeeOther)
	})
	mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"cookies": %q, "list": [1, null]}`, r.Header.Get("Cookie"))
	})
	mux.HandleFunc("/packed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", r.Header.Get("Accept-Encoding"))
		packer := gzip.NewWriter(w)
		fmt.Fprint(packer, strings.Repeat("a", 10000))
		packer.Close()
	})
	mux.HandleFunc("/at/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RequestURI) })
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = []string{"/at/é|a%2Fb?q=é b"}
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/never", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = []string{`/\localhost:` + r.URL.Query().Get("port") + "/own"} // to browsers, another host
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/own", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Host, r.Header.Get("Authorization"), r.Header.Get("Cookie"))
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// run runs a body as an iteration and returns what was recorded.
func run(t *testing.T, url, body string, session browserpool.Session, contextOptions map[string]any) ([]string, error) {
	t.Helper()
	return runScript(t, url, "import http, { get, post, put, patch, del, request, cookies } from 'liveload/http';\n"+
		"const same = (got, want) => { if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`got ${JSON.stringify(got)}`) };\n"+
		"export default async function (user, url) {"+body+"\n}\n", session, contextOptions)
}

func runScript(t *testing.T, url, script string, session browserpool.Session, contextOptions map[string]any) ([]string, error) {
	t.Helper()
	module := NewModule()
	t.Cleanup(module.strict.CloseIdleConnections)
	t.Cleanup(module.lax.CloseIdleConnections)
	all := js.Modules{"liveload": liveload.NewModule(nil), "liveload/http": module}
	program := jstest.Program(t, all, "a.js", script)
	vm := jstest.VM(t, program, all)
	got := &noted{}
	u, err := liveload.NewUser(vm, liveload.Options{Config: url, Recorder: got, ContextOptions: contextOptions})
	if err != nil {
		t.Fatal(err)
	}
	_, err = u.RunIteration(t.Context(), session, 1)
	slices.Sort(got.lines)
	return got.lines, err
}

func TestRequests(t *testing.T) {
	server := serve(t)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	tests := []struct {
		name, body, err string
		context         map[string]any
	}{
		{name: "get", body: `const r = await get(url + '/echo'); same([r.status, r.ok, r.url, r.text(), r.headers['x-two']], [200, true, url + '/echo', 'GET  "" ', 'a, b'])`},
		{name: "text", body: `same((await post(url + '/echo', 'hi')).text(), 'POST text/plain; charset=utf-8 "hi" ')`},
		{name: "JSON", body: `same((await put(url + '/echo', { a: [1] })).text(), 'PUT application/json "{\\"a\\":[1]}" ')`},
		{name: "JSON as JSON.stringify writes it", body: `const data = { b: 1, a: [{ z: '<&>\u2028', y: undefined, x: 1e21, w: -0, v: new Date(0), u: '\ud800' }], 10: 0, 9: 0, ['__proto__']: 1 };
			same((await post(url + '/raw', data)).text(), JSON.stringify(data))`},
		{name: "JSON of a response", body: `const r = (await post(url + '/raw', '{"b":1,"a":2,"__proto__":3,"big":12345678901234567890}')).json();
			same([Object.keys(r), r.big, Object.getPrototypeOf(r) === Object.prototype], [['b', 'a', '__proto__', 'big'], 12345678901234567890, true])`},
		{name: "addresses are encoded as fetch does", body: `
			for (const [path, sent] of [['a b/é', 'a%20b/%C3%A9'], ['a%2Fb|[]', 'a%2Fb|[]'], ['?q=a b+é"', '?q=a%20b+%C3%A9%22'], ['x#part', 'x'], ['a/../b', 'b'], ["'()*~", "'()*~"], ['{}', '%7B%7D']]) {
				const r = await get(url + '/at/' + path);
				same([r.text(), r.url], ['/at/' + sent, url + '/at/' + sent]);
			}
			same((await get(url + '/to')).text(), '/at/%C3%A9|a%2Fb?q=%C3%A9%20b')`},
		{name: "a URL", body: `const u = new URL('/at/x', url); u.searchParams.set('q', 'a b'); same([(await get(u)).text(), (await get(u)).url], ['/at/x?q=a+b', String(u)])`},
		{name: "a form with a plus", body: `same((await post(url + '/echo', new URLSearchParams({ email: 'me+test@h' }))).text(), 'POST application/x-www-form-urlencoded "email=me%2Btest%40h" ')`},
		{name: "a form", body: `same((await patch(url + '/echo', new URLSearchParams({ a: 'b c' }))).text(), 'PATCH application/x-www-form-urlencoded "a=b+c" ')`},
		{name: "bytes", body: `same((await post(url + '/echo', new Uint8Array([65, 66]).subarray(1))).text(), 'POST  "B" '); same((await post(url + '/echo', new Uint8Array([67]).buffer)).text(), 'POST  "C" ')`},
		{name: "any method", body: `same((await request(url + '/echo', { method: 'options', body: 'x', headers: { 'content-type': 'a/b', 'X-Own': 1 } })).text(), 'OPTIONS a/b "x" 1')`},
		{name: "delete", body: `same((await http.del(url + '/echo')).text(), 'DELETE  "" ')`},
		{name: "bytes of a response", body: `same([...new Uint8Array((await get(url + '/echo')).bytes())].slice(0, 3), [71, 69, 84])`},
		{name: "not found", body: `const r = await get(url + '/gone'); same([r.status, r.ok], [404, false])`},
		{name: "redirects", body: `const r = await get(url + '/login'); same([r.status, r.url, r.json()], [200, url + '/who', { cookies: 'session=new', list: [1, null] }])`},
		{name: "manual redirect", body: `const r = await get(url + '/login', { redirect: 'manual' }); same([r.status, r.headers.location], [303, '/who'])`},
		{name: "side by side", body: `same((await Promise.all([1, 2, 3].map(n => post(url + '/echo', String(n))))).map(r => r.text().at(-3)), ['1', '2', '3'])`},
		{name: "context options", body: `same((await get(url + '/echo')).text().slice(-1), 'x')`, context: map[string]any{"extraHTTPHeaders": map[string]any{"X-Extra": "x"}}},
		{name: "certificates", body: `await get('` + secure.URL + `')`, err: "certificate"},
		{name: "no certificates", body: `same((await get('` + secure.URL + `')).status, 404)`, context: map[string]any{"ignoreHTTPSErrors": true}},
		{name: "not JSON", body: `(await get(url + '/echo')).json()`, err: "is not JSON"},
		{name: "a relative address", body: `await get('/echo')`, err: `url must be like https://example.com/path, not "/echo"`},
		{name: "an unknown option", body: `await get(url, { body: 'x' })`, err: "option body does not exist: there is headers, timeout, redirect, signal"},
		{name: "a bad redirect", body: `await get(url, { redirect: 'error' })`, err: `option redirect must be "follow" or "manual"`},
		{name: "secrets stay with their host", body: `const { port } = new URL(url), headers = { Authorization: 'secret', Cookie: 'a=1' };
			same((await get(url + '/own', { headers })).text(), '127.0.0.1:' + port + 'secreta=1');
			same((await get(url + '/away?port=' + port, { headers })).text(), 'localhost:' + port)`},
		{name: "a password is not shown", body: `await get(url.replace('//', '//me:secret@') + '/loop')`, err: "//me:xxxxx@"},
		{name: "a signal is let go", body: `const { signal } = new AbortController(), { addEventListener, removeEventListener } = signal;
			let open = 0;
			signal.addEventListener = (...all) => { open++; return addEventListener.apply(signal, all) };
			signal.removeEventListener = (...all) => { open--; return removeEventListener.apply(signal, all) };
			for (let i = 0; i < 3; i++) await get(url + '/echo', { signal });
			await get(url + '/echo'); // the last one lets go after those who await it
			same(open, 0)`},
		{name: "endless redirects", body: `await get(url + '/loop')`, err: "it redirects more than 20 times"},
		{name: "a timeout", body: `await get(url + '/never', { timeout: 20 })`, err: "/never: timed out after 20ms"},
		{name: "the user's timeout", body: `await user.setTimeout(20); await get(url + '/never')`, err: "/never: timed out after 20ms"},
		{name: "a signal", body: `const c = new AbortController(); setTimeout(() => c.abort(), 10); await get(url + '/never', { signal: c.signal })`, err: "aborted by its signal"},
		{name: "a signal before", body: `await get(url + '/never', { signal: AbortSignal.abort() })`, err: "aborted by its signal"},
		{name: "refused", body: `try { await get('http://127.0.0.1:1/') } catch (e) { same(e.name, 'RequestError'); throw e }`, err: "GET http://127.0.0.1:1/: dial tcp"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := run(t, server.URL, test.body, &jarSession{}, test.context)
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("error = %v\nwant %s", err, test.err)
			}
		})
	}
}

// TestCookiesAreTheSessions: requests carry the browser's cookies and the browser gets theirs.
func TestCookiesAreTheSessions(t *testing.T) {
	server := serve(t)
	s := &jarSession{}
	if err := s.SetCookies(t.Context(), []browserpool.Cookie{
		{Name: "old", Value: "1", Domain: "127.0.0.1", Path: "/", Expires: -1},
		{Name: "narrow", Value: "1", Domain: "127.0.0.1", Path: "/narrow", Expires: -1},
		{Name: "other", Value: "1", Domain: "example.com", Path: "/", Expires: -1},
	}); err != nil {
		t.Fatal(err)
	}
	body := `same((await get(url + '/who')).json().cookies, 'old=1'); same((await get(url + '/login')).json().cookies, 'session=new');
		same((await cookies()).map(c => c.name + c.httpOnly), ['narrowfalse', 'otherfalse', 'sessiontrue'])`
	recorded, err := run(t, server.URL, body, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(strings.Join(recorded, "; "), strings.TrimPrefix(server.URL, "http://"), "HOST")
	for part, times := range map[string]int{
		"http_requests 200 HOST /who 2xx script-http 1": 1, "http_requests 200 HOST /login 2xx script-http 1": 1,
		"http_request_duration_us 200 HOST": 2, "http_request_ttfb_us 200 HOST": 2,
		"http_request_connect_us 200 HOST": 1, "took": 0, "http_request_failures": 0,
	} {
		if n := strings.Count(got, part); n != times {
			t.Errorf("%d times %q in %s", n, part, got)
		}
	}
	recorded, err = run(t, server.URL, `same((await get(url + '/packed')).text().length, 10000)`, s, nil)
	if received := strings.Join(recorded, "; "); err != nil || !regexp.MustCompile(`http_bytes_received 200 127.0.0.1:\d+ /packed 2xx script-http \d\d;`).MatchString(received) {
		t.Errorf("recorded %s, error %v", received, err)
	}
	recorded, err = run(t, server.URL, `await get('http://127.0.0.1:1')`, s, nil)
	if err == nil || strings.Join(recorded, "; ") != "http_request_failures 127.0.0.1:1 / refused script-http 1; http_requests 127.0.0.1:1 / failed script-http 1" {
		t.Errorf("recorded %v, error %v", recorded, err)
	}
}

// TestConfigMayLogIn: without a user, requests have cookies of their own.
func TestConfigMayLogIn(t *testing.T) {
	server := serve(t)
	module := NewModule()
	t.Cleanup(module.strict.CloseIdleConnections)
	all := js.Modules{"liveload/http": module}
	script := `import http from 'liveload/http';
export async function config({ url }) { await http.get(url + '/login'); return { cookies: await http.cookies() }; }`
	program := jstest.Program(t, all, "a.js", script)
	config, err := liveload.RunConfig(t.Context(), program, js.VMOptions{Modules: all}, map[string]string{"url": server.URL})
	if text := fmt.Sprint(config); err != nil || !strings.Contains(text, `"name":"session"`) || strings.Contains(text, `"name":"old"`) {
		t.Errorf("config = %s, %v", text, err)
	}
}

func TestBrowserCookie(t *testing.T) {
	for text, want := range map[string]string{
		"a=1":                           "{a 1 www.example.com /dir -1 false false Lax  <nil>}",
		"a=1; Path=/; Secure; HttpOnly": "{a 1 www.example.com / -1 true true Lax  <nil>}",
		"a=1; Domain=example.com":       "{a 1 .example.com /dir -1 false false Lax  <nil>}",
		"a=1; Domain=.WWW.example.com":  "{a 1 .www.example.com /dir -1 false false Lax  <nil>}",
		"a=1; Domain=other.com":         "refused",
		"a=1; Max-Age=0":                "{a 1 www.example.com /dir 1 false false Lax  <nil>}",
		"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Strict": "{a 1 www.example.com /dir 1 false false Strict  <nil>}",
		`a="1"`: `{a "1" www.example.com /dir -1 false false Lax  <nil>}`, `prefs={"a": [1, "é"]}`: `{prefs {"a": [1, "é"]} www.example.com /dir -1 false false Lax  <nil>}`,
		"b=2=3; Path=/x": "{b 2=3 www.example.com /x -1 false false Lax  <nil>}", "alone": "{ alone www.example.com /dir -1 false false Lax  <nil>}", "=": "refused",
		"a=1; SameSite=None": "{a 1 www.example.com /dir -1 false false None  <nil>}",
	} {
		u, err := http.NewRequest("GET", "https://www.example.com/dir/page", nil)
		if err != nil {
			t.Fatal(err)
		}
		got := "refused"
		if c, ok := readCookie(text); ok {
			if set, ok := browserCookie(u.URL, c); ok {
				got = fmt.Sprintf("%v", set)
			}
		}
		if got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// TestCookiesAsWritten: a value is sent as the browser has it, and kept as the server wrote it: net/http would take quotes away, add
// some, or drop the cookie.
func TestCookiesAsWritten(t *testing.T) {
	values := []string{`"quoted"`, `a b,c`, `{"a":[1,"x"]}`, `back\slash`, `é`, `"`, ``}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/set" {
			for i, value := range values {
				w.Header().Add("Set-Cookie", fmt.Sprintf("c%d=%s; Path=/", i, value))
			}
			w.Header().Add("Set-Cookie", "apart=1; Path=/; Secure; SameSite=None; Partitioned")
		}
		fmt.Fprint(w, r.Header.Get("Cookie"))
	}))
	t.Cleanup(server.Close)
	var pairs []string
	for i, value := range values {
		pairs = append(pairs, fmt.Sprintf("c%d=%s", i, value))
	}
	want := strings.Join(append(pairs, "apart=1"), "; ")
	s, again := &jarSession{}, &jarSession{}
	if _, err := run(t, server.URL, `await get(url + '/set')`, s, nil); err != nil {
		t.Fatal(err)
	}
	for i, c := range s.all {
		if i < len(values) && c.Value != values[i] {
			t.Errorf("the session has %q, want %q", c.Value, values[i])
		}
		again.all = append(again.all, c)
	}
	if last := s.all[len(s.all)-1]; last.PartitionKey != "http://127.0.0.1" || *last.CrossSiteAncestor {
		t.Errorf("the cookie that is kept apart is %+v", last)
	}
	foreign := browserpool.Cookie{Name: "foreign", Value: "1", Domain: "127.0.0.1", Path: "/", Expires: -1, PartitionKey: "https://shop.example"}
	again.all = append(again.all, foreign) // of pages of the shop that have our frame in them
	body := fmt.Sprintf(`same((await get(url + '/')).text(), %q); same((await get(url + '/', { headers: { Cookie: 'own=1' } })).text(), %q)`, want, "own=1; "+want)
	if _, err := run(t, server.URL, body, again, nil); err != nil {
		t.Error(err)
	}
}

func TestEveryExportIsDeclared(t *testing.T) {
	for _, name := range functionNames() {
		if !strings.Contains(types.HTTP, "export function "+name+"(") || !strings.Contains(types.HTTP, name+": typeof "+name) {
			t.Errorf("http.d.ts does not declare %s", name)
		}
	}
}

// TestPromises has a server announce bodies that it does not send: they take no memory.
func TestPromises(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "60000000")
	}))
	defer server.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := run(t, server.URL, `
		const { headers } = await request(url, { method: 'HEAD' });
		same(headers['content-length'], '60000000');
		await get(url)`, &jarSession{}, nil)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; err == nil || !strings.Contains(err.Error(), "unexpected EOF") || taken > 30_000_000 {
		t.Errorf("%v, with %d bytes", err, taken)
	}
}

// TestDeepResponse has a server answer with JSON that would take all stack, in a script that does not name JSON.parse.
func TestDeepResponse(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("[", 10_000_000))
	}))
	defer server.Close()
	script := "import { get } from 'liveload/http'; export default async function (user, url) { return (await get(url)).json() }"
	_, err := runScript(t, server.URL, script, &jarSession{}, nil)
	if err == nil || !strings.Contains(err.Error(), "JSON is nested too deep") || !strings.Contains(err.Error(), "the response of "+server.URL) {
		t.Errorf("%v", err)
	}
}
