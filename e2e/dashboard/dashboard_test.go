// Package dashboard watches and steers real runs in a real browser.
package dashboard

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

func TestMain(m *testing.M) { rig.Main(m, pagetest.Close) }

var address = regexp.MustCompile(`Dashboard: ((http://127\.0\.0\.1:\d+/)#[A-Z2-7]{26})\n`)

// A watched run shows itself in the browser.
type watched struct {
	*rig.Command
	app  *rig.App
	home *rig.Home
	url  string // with the secret
	site string // without
}

func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{app: rig.StartApp(t), home: rig.NewHome(t)}
	w.Command = w.home.Start(t, "testdata/steady.js", w.app, "--controlled", "--users", "1", "--duration", "1h", "--config", "pause=200ms", "--dashboard", "--report", "off")
	rig.WaitUntil(t, "the address of the dashboard", func() bool {
		found := address.FindStringSubmatch(w.Output.String())
		if found != nil {
			w.url, w.site = found[1], found[2]
		}
		return found != nil
	})
	return w
}

func (w *watched) clicks() int64 { return w.app.Stats().Events["inc"] }

const (
	isState  = `document.querySelector('.live .state')?.innerText === %q`
	hasChart = `document.querySelector('#time .plot canvas') && document.querySelectorAll('#time .chart:nth-of-type(2) tbody tr').length >= %d`
	disabled = `document.querySelector('.controls button').disabled`
)

// TestARunIsWatchedAndSteered from its first second to its report.
func TestARunIsWatchedAndSteered(t *testing.T) {
	w := watch(t)
	p := pagetest.Open(t, w.url, pagetest.Options{Expected: []string{"status of 409", "status of 400"}})
	p.Wait(fmt.Sprintf(isState, "Running"))
	var where string
	if p.Eval(`location.href`, &where); where != w.site {
		t.Errorf("the address is %s, in which others could see the secret", where)
	}
	p.Wait(`document.querySelector('#time .plot canvas')`)
	p.Click("#time .chart:nth-of-type(2) summary")
	p.Wait(fmt.Sprintf(hasChart, 1))
	moves(t, p)

	p.Click(".controls > button")
	p.Wait(fmt.Sprintf(isState, "Paused"))
	rig.WaitUntil(t, "the end of what ran", func() bool {
		s := w.home.Status()
		return len(s.Scenarios) == 1 && s.Scenarios[0].State == "paused" && s.Scenarios[0].Iterations == w.clicks()
	})
	paused := w.clicks()
	p.Click(".controls > button")
	p.Wait(fmt.Sprintf(isState, "Running"))
	rig.WaitUntil(t, "more clicks", func() bool { return w.clicks() > paused })

	set(p, "2")
	rig.WaitUntil(t, "two users", func() bool { return w.app.Stats().SocketsNow == 2 })
	set(p, "many")
	p.Wait(`document.querySelector('.refusal').innerText.includes('read command')`)
	set(p, "2000000")
	p.Wait(`document.querySelector('.refusal').innerText.includes('more than one run can have')`)
	screenshots(t, p, w)

	p.Click(".controls > button:nth-of-type(2)")
	p.Wait(`document.querySelector('dialog').open`)
	p.Press("Escape")
	p.Wait(`!document.querySelector('dialog').open`)
	p.Click(".controls > button:nth-of-type(2)")
	p.Wait(`document.querySelector('dialog').open`)
	p.Click("dialog .danger")
	p.Wait(fmt.Sprintf(isState, "Ended"))
	w.EndsWith(t, 130) // as with Ctrl-C
	afterwards(t, p, w.Read(t))
	w.home.IsClean(t)
}

// moves checks that numbers go on by themselves, and what is around them stays where it is.
func moves(t *testing.T, p *pagetest.Page) {
	t.Helper()
	const iterations = `Number(document.querySelector('.live .figure:nth-child(3) .value').innerText)`
	p.Wait(iterations + ` >= 5`)
	var before int
	p.Eval(iterations, &before)
	const caution = `document.querySelector('.caution')?.innerText ?? ''` // comes above all once a busy machine makes the numbers doubtful
	var first, last string
	p.Eval(caution, &first)
	p.Eval(`scrollTo(0, 0); window.shifts = []; new PerformanceObserver((l) => shifts.push(...l.getEntries())).observe({ type: 'layout-shift' })`, nil)
	p.Wait(fmt.Sprintf(`%s > %d`, iterations, before+5))
	var shifted []string
	p.Eval(`shifts.filter((s) => s.value > 0.005).map((s) => s.value + ' ' + s.sources.map((e) => e.node?.className ?? e.node?.nodeName).join())`, &shifted)
	if p.Eval(caution, &last); first != last {
		shifted = slices.DeleteFunc(shifted, func(s string) bool { return strings.HasSuffix(s, " columns") })
	}
	if len(shifted) > 0 {
		t.Errorf("what is shown has moved: %q", shifted)
	}
}

func set(p *pagetest.Page, text string) {
	p.Eval(fmt.Sprintf(`document.querySelector('.load input').value = %q`, text), nil)
	p.Click(".load button")
}

// screenshots keeps pictures of pages that came late.
func screenshots(t *testing.T, p *pagetest.Page, w *watched) {
	if os.Getenv("LIVELOAD_ARTIFACTS") == "" {
		return
	}
	p.Wait(fmt.Sprintf(hasChart, 3))
	for _, o := range []pagetest.Options{{}, {Dark: true}, {Width: 390, Height: 844}, {Width: 390, Height: 844, Dark: true}} {
		late := pagetest.Open(t, w.url, o)
		late.Wait(`document.querySelector('#time .plot canvas')`)
		late.Screenshot(fmt.Sprintf("dashboard-%d-%s", max(o.Width, 1440*(1-min(o.Width, 1))), map[bool]string{true: "dark", false: "light"}[o.Dark]))
	}
}

// afterwards checks a page whose run is gone: it shows the Result, and saves the report.
func afterwards(t *testing.T, p *pagetest.Page, r metrics.Result) {
	t.Helper()
	p.Wait(`document.title.startsWith('Interrupted')`)
	iterations := plaintext.Count(r.Global.Counters[metrics.Iterations.Name].Aggregate)
	if text := p.Text("#load"); !strings.Contains(text, iterations) {
		t.Errorf("the load is %q, which lacks %s iterations", text, iterations)
	}
	if text := p.Text(".link"); !strings.Contains(text, "The run has ended") {
		t.Errorf("the page says %q", text)
	}
	p.Screenshot("dashboard-ended")
	p.Eval(`{ const make = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob.text(); return make.call(URL, blob); }; }`, nil)
	p.Click(".controls > button:nth-of-type(3)")
	var text string
	p.Wait(`window.saved`)
	p.Eval(`window.saved`, &text)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	saved := pagetest.Open(t, "file://"+file, pagetest.Options{})
	if got := saved.Text("#load"); !strings.Contains(got, iterations) {
		t.Errorf("the load of the saved report is %q, which lacks %s iterations", got, iterations)
	}
}

// attack is a page of another site in the same browser. It knows where the dashboard is, and not the secret.
const attack = `<!doctype html><html data-state="ready"><body><iframe name="frame" src="%[1]s"></iframe><script>
const url = '%[1]s', found = [];
const note = (what) => (answer) => answer.text().then((text) => found.push(what + ' ' + answer.status + ' ' + text)).catch(() => {});
const tries = [
	fetch(url).then(note('page')), fetch(url + 'events').then(note('events')), fetch(url + 'v1/run').then(note('run')),
	fetch(url + 'report.html', { mode: 'no-cors', credentials: 'include' }).then((a) => a.text()).then((t) => t && found.push(t)),
	fetch(url + 'v1/stop', { method: 'POST', mode: 'no-cors', body: '{}' }),
	fetch(url + 'v1/stop', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }),
	fetch(url + 'v1/stop', { method: 'POST', mode: 'no-cors', headers: { Authorization: 'Bearer x' }, body: '{}' }),
	new Promise((done) => { const f = document.createElement('form'); f.method = 'POST'; f.action = url + 'v1/stop'; f.enctype = 'text/plain'; f.target = 'frame';
		f.innerHTML = '<input name="{}" value="">'; document.body.append(f); f.submit(); setTimeout(done, 200); }),
	new Promise((done) => { const s = document.createElement('script'); s.src = url + 'v1/run'; s.onload = () => { found.push('script'); done(); }; s.onerror = done; document.body.append(s); }),
	new Promise((done) => { const e = new EventSource(url + 'events'); e.onmessage = () => found.push('event'); e.onerror = () => { e.close(); done(); }; }),
].map((one) => one.catch(() => {}));
window.outcome = Promise.all(tries).then(() => { try { found.push('frame ' + frames[0].document.body.innerText); } catch {} return found; });
</script></body></html>`

// TestWhoWatches: only who has the secret does, also when the connection was lost meanwhile.
func TestWhoWatches(t *testing.T) {
	w := watch(t)
	t.Run("another site gets nothing", w.attacked)
	t.Run("who has no secret is told what to open", w.openedWithout)
	t.Run("a page comes back", w.cutOff)
	w.Interrupt(t)
	w.EndsWith(t, 130)
}

// attacked opens pages of other sites, which can neither read the run nor steer it.
func (w *watched) attacked(t *testing.T) {
	owner := pagetest.Open(t, w.url, pagetest.Options{}) // who watches has the secret meanwhile
	owner.Wait(fmt.Sprintf(isState, "Running"))
	for _, site := range []string{"127.0.0.1", "localhost"} { // the same host at another port, and another name
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(rw, attack, w.site)
		}))
		defer server.Close()
		attacker := pagetest.Open(t, strings.Replace(server.URL, "127.0.0.1", site, 1), pagetest.Options{Expected: []string{""}})
		var found []string
		if attacker.Eval(`window.outcome`, &found); len(found) > 0 {
			t.Errorf("a page of %s has found %q", site, found)
		}
	}
	if s := w.home.Status(); len(s.Scenarios) != 1 || s.Ending || s.Scenarios[0].State != "running" {
		t.Errorf("the run is %+v", s)
	}
	clicked := w.clicks()
	rig.WaitUntil(t, "more clicks", func() bool { return w.clicks() > clicked })
}

// cutOff cuts a page off: it says so, and goes on when the run is there again.
func (w *watched) cutOff(t *testing.T) {
	_, port, _ := strings.Cut(strings.TrimSuffix(w.site[len("http://"):], "/"), ":")
	way := &relay{address: "127.0.0.2:" + port, server: "127.0.0.1:" + port}
	way.open(t)
	p := pagetest.Open(t, strings.Replace(w.url, "127.0.0.1", "127.0.0.2", 1), pagetest.Options{Expected: []string{"ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"}})
	p.Wait(fmt.Sprintf(isState, "Running"))
	way.cut()
	p.Wait(`document.querySelector('.link').innerText.includes('connection to the run is lost')`)
	p.Wait(disabled + ` && document.title.startsWith('Connection lost')`)
	p.Screenshot("dashboard-lost")
	way.open(t)
	defer way.cut()
	p.Wait(fmt.Sprintf(isState, "Running") + ` && document.querySelector('.link').hidden`)
}

// openedWithout opens the page without the secret, and with that of another run.
func (w *watched) openedWithout(t *testing.T) {
	for address, want := range map[string]string{
		w.site:                                 "the part after the # is missing",
		w.site + "#AAAAAAAAAAAAAAAAAAAAAAAAAA": "This page is of another run",
	} {
		p := pagetest.Open(t, address, pagetest.Options{Expected: []string{"status of 401"}})
		p.Wait(fmt.Sprintf(`document.querySelector('.link').innerText.includes(%q)`, want))
		p.Eval(fmt.Sprintf(`void (location.href = %q)`, w.url), nil) // which does as it was told, in the same tab
		p.Wait(fmt.Sprintf(isState, "Running") + ` && !location.hash`)
	}
}
