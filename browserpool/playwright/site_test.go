package playwright

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// A site serves what the demo has not: pages that a test writes down, slow ones, downloads, errors.
type site struct {
	*http.ServeMux
	url   string
	pages atomic.Int64
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{ServeMux: http.NewServeMux()}
	server := httptest.NewServer(s)
	ended, end := context.WithCancel(context.Background())
	t.Cleanup(func() {
		end()
		server.CloseClientConnections()
		server.Close()
	})
	s.url = server.URL
	s.HandleFunc("/target", page("<title>target</title><h1 id=h>target</h1>"))
	s.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { // answers after 400 ms
		select {
		case <-time.After(400 * time.Millisecond):
		case <-r.Context().Done():
		}
		fmt.Fprintf(w, "<!doctype html><title>slow</title><h1 id=h>slow %s</h1>", r.FormValue("q"))
	})
	s.HandleFunc("/never", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-ended.Done():
		case <-r.Context().Done():
		}
	})
	s.HandleFunc("/empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename=a.txt")
		io.WriteString(w, "text")
	})
	s.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, "<!doctype html><title>broken</title><h1 id=h>sorry</h1>")
	})
	s.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		name, password, ok := r.BasicAuth()
		if !ok || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprintf(w, "<!doctype html><p id=name>%s</p><p id=agent>%s</p><p id=extra>%s</p>", name, r.UserAgent(), r.Header.Get("X-Extra"))
	})
	return s
}

// recorder writes down the events of a page, untrusted ones with an exclamation mark.
const recorder = `<!doctype html><meta charset=utf-8><script>
const log = [];
for (const type of ['click', 'dblclick', 'input', 'change', 'keydown', 'focus', 'blur', 'mousemove', 'submit', 'drop'])
  addEventListener(type, (e) => log.push(type + (e.isTrusted ? '' : '!') + ':' + (e.target.id || '')), true);
</script>`

func page(html string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, html)
	}
}

// page serves html and returns its address.
func (s *site) page(html string) string {
	path := fmt.Sprintf("/page/%d", s.pages.Add(1))
	s.HandleFunc(path, page(recorder+html))
	return s.url + path
}

// A step is an operation on a page of its own, and what must come of it.
type step struct {
	name string
	page string // HTML, or an address
	do   func(ctx context.Context, u *user) error
	want string // JavaScript that is true afterwards
	fail string // part of the error; "" is success
	time time.Duration
}

// run runs steps one after the other in one session; those who call it run beside each other.
func run(t *testing.T, steps []step) {
	t.Parallel()
	s := newSite(t)
	u := sharedRig(t).user(t, nil)
	for _, c := range steps {
		t.Run(c.name, func(t *testing.T) {
			long := within(t, 30*time.Second)
			address := c.page
			if !strings.HasPrefix(address, "http") && !strings.HasPrefix(address, "about:") {
				address = s.page(strings.ReplaceAll(c.page, "{site}", s.url))
			}
			must(t, u.Navigate(long, address))
			if c.time == 0 {
				c.time = 30 * time.Second
				if c.fail != "" {
					c.time = 600 * time.Millisecond
				}
			}
			begun := time.Now()
			err := c.do(within(t, c.time), u)
			if over := time.Since(begun) - c.time; over > time.Second {
				t.Errorf("returned %v after the end of ctx", over)
			}
			checkError(t, err, c.fail)
			if c.want != "" {
				if got, err := u.Evaluate(long, c.want, nil); err != nil || got != true {
					log, _ := u.Evaluate(long, "log.join(' ')", nil)
					t.Errorf("%s = %v, %v; events: %v", c.want, got, err, log)
				}
			}
		})
	}
}

// checkError wants an error with a text, of a kind that scripts can tell.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v\n want %s", err, want)
		return
	}
	var wait *browserpool.WaitError
	if errors.As(err, &wait) != errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the deadline does not match the kind of error: %v", err)
	}
}

func toText(v any) string { return fmt.Sprintf("%#v", v) }
