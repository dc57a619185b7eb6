package load

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// singleFile answers one request at a time, in their order, each in 150 ms: with n users who do nothing
// else, each waits n times as long.
func singleFile(t *testing.T) *httptest.Server {
	t.Helper()
	worker := make(chan struct{}, 1)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		worker <- struct{}{}
		time.Sleep(150 * time.Millisecond) // the work
		<-worker
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>done</p>")
	}))
	t.Cleanup(func() { web.CloseClientConnections(); web.Close() })
	return web
}

// TestFindLimit looks for how many users an application bears that cannot bear four: not even one of their
// iterations can take less than 600 ms for long. With three it depends on the machine, and a machine that
// has too much to do meanwhile must be named.
func TestFindLimit(t *testing.T) {
	t.Parallel()
	web, script := singleFile(t), filepath.Join(t.TempDir(), "queue.js")
	text := `export const options = { thresholds: { iteration_failures: 'rate<1%', iteration_duration_us: 'p(90)<525ms' } };
		export const config = (opts) => opts;
		export default async (user, config) => { await user.navigate(config.baseURL); };`
	if err := os.WriteFile(script, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c := rig.Start(t, script, "--config", "baseURL="+web.URL, "--find-limit", "users", "--users", "2", "--find-limit-step", "5s")
	code := c.End(t)
	r := c.Read(t)
	l := r.Limit
	if l == nil || !l.Complete || l.Broke == nil || !strings.Contains(c.Output.String(), l.Statement) {
		t.Fatalf("limit %+v\n%s", l, c.Output)
	}
	if want := map[bool]int{true: 0, false: 99}[l.Held != nil]; code != want {
		t.Errorf("exit code %d, want %d\n%s", code, want, c.Output)
	}
	for _, s := range l.Steps {
		switch {
		case s.Held && s.Load > 3, s.By == metrics.LimitApplication && s.Load < 3, s.By == metrics.LimitLoad:
			t.Errorf("%+v is not so", s)
		case s.By == metrics.LimitGenerator && !strings.Contains(s.Reasons[0], "node "):
			t.Errorf("%+v does not name what was saturated", s)
		}
	}
	named := map[metrics.LimitCause]string{metrics.LimitApplication: "The application held ", metrics.LimitGenerator: "The machine that makes the load"}
	if !strings.HasPrefix(l.Statement, named[l.By]) {
		t.Errorf("by %q, but %q", l.By, l.Statement)
	}
	if users := r.Global.Users; users.Failed != 0 || users.Total > 5 {
		t.Errorf("users %+v: they were to be kept from load to load\n%s", users, c.Output)
	}
}
