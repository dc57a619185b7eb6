package session

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestRepeatedNavigations: Chromium ignores a navigation that repeats one under way, and may tell nobody. No operation waits
// for a page that does not come, and none acts on a page that is being left.
func TestRepeatedNavigations(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/report":
			w.Header().Set("Content-Disposition", "attachment; filename=report.txt")
			fmt.Fprint(w, "numbers")
			return
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
			return
		case "/slow":
			time.Sleep(100 * time.Millisecond)
		}
		fmt.Fprintf(w, `<!doctype html><title>%s</title><h1 id=where>%[1]s</h1><script>
		// go navigates to an address again and again: times, and milliseconds between.
		let done = Promise.resolve();
		const go = (to, times, every) => {
			done = new Promise((resolve) => {
				const again = () => { location.href = to; if (--times > 0) setTimeout(again, every); else resolve(); };
				again();
			});
		};
		</script>`, r.URL.Path)
	}))
	t.Cleanup(site.Close)
	u := newUser(t, nil)
	_, err := u.Navigate(within(t, 20*time.Second), site.URL+"/page")
	must(t, err)
	for round := range 16 {
		for _, to := range []string{"/report", "/empty"} {
			begin := fmt.Sprintf("go('%s', %d, %d)", to, 2+round%6, round%8)
			_, err := u.Evaluate(within(t, 20*time.Second), begin, nil)
			must(t, err)
			for range 3 {
				if text, err := u.InnerText(within(t, 20*time.Second), "#where"); err != nil || text != "/page" {
					t.Fatalf("round %d, %s: %q, %v", round, begin, text, err)
				}
			}
			_, err = u.Evaluate(within(t, 20*time.Second), "done", nil)
			must(t, err)
		}
	}
	if text, err := u.InnerText(within(t, 20*time.Second), "#where"); err != nil || text != "/page" {
		t.Fatalf("%q, %v", text, err)
	}
	for round := range 8 {
		_, err := u.Evaluate(within(t, 20*time.Second), fmt.Sprintf("go('/slow?%d', 3, %d)", round, round*4), nil)
		must(t, err)
		if text, err := u.InnerText(within(t, 20*time.Second), "#where"); err != nil || text != "/slow" {
			t.Fatalf("round %d: %q, %v", round, text, err)
		}
		_, err = u.Navigate(within(t, 20*time.Second), site.URL+"/page")
		must(t, err)
	}
}
