package sessiontest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// testResetEverything: after a reset the user is new to the HTTP cache, to the storage that frames of other sites keep apart for
// each site around them, and to what windows have stored. A snapshot has what windows stored.
func testResetEverything(t *testing.T, r *rig) {
	t.Parallel()
	s, other := NewSite(t), NewSite(t)
	elsewhere := strings.Replace(other.URL, "127.0.0.1", "localhost", 1) // another site
	var asked atomic.Int64
	s.HandleFunc("/cached.js", func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "text/javascript")
		w.Header().Set("Cache-Control", "max-age=3600")
	})
	other.HandleFunc("/keeps", HTML(`<script>window.top.postMessage('had ' + localStorage.getItem('key'), '*'); localStorage.setItem('key', 'kept')</script>`))
	s.HandleFunc("/around", HTML(fmt.Sprintf(`<script>addEventListener('message', (e) => { document.title = e.data; })</script>
		<script src=/cached.js></script><iframe src="%s/keeps"></iframe>`, elsewhere)))
	u := r.user(t)
	ctx := Within(t, time.Minute)
	visit := func(want string, requests int64) {
		t.Helper()
		Must(t, Moved(u.Navigate(ctx, s.URL+"/around")), u.WaitForFunction(ctx, "() => document.title.startsWith('had')", nil))
		if title, err := u.Title(ctx); err != nil || title != want || asked.Load() != requests {
			t.Errorf("the frame %s, %v; the script was asked for %d times, want %q, %d", title, err, asked.Load(), want, requests)
		}
	}
	visit("had null", 1)
	visit("had kept", 1)
	Must(t, u.ResetStorage(ctx))
	visit("had null", 2)

	Must(t, Moved(u.Navigate(ctx, s.URL+"/target")))
	if _, err := u.Evaluate(ctx, fmt.Sprintf("() => { open('%s/keeps'); }", other.URL), nil); err != nil {
		t.Fatal(err)
	}
	stored := func() []browserpool.OriginStorage {
		snapshot, err := u.StorageSnapshot(ctx)
		Must(t, err)
		return slices.DeleteFunc(snapshot.Origins, func(o browserpool.OriginStorage) bool { return o.Origin != other.URL })
	}
	for len(stored()) == 0 && ctx.Err() == nil { // until the window has stored it
	}
	if got := stored(); len(got) != 1 || !slices.Equal(got[0].LocalStorage, []browserpool.StorageItem{{Name: "key", Value: "kept"}}) {
		t.Errorf("the snapshot has %+v of the window", got)
	}
}

// testStateAfterStorage: after a reset, and after any restore, no page is there until the next navigation.
func testStateAfterStorage(t *testing.T, r *rig) {
	t.Parallel()
	s := NewSite(t)
	u := r.user(t)
	ctx := Within(t, time.Minute)
	full := &browserpool.Storage{Origins: []browserpool.OriginStorage{{
		Origin: s.URL, LocalStorage: []browserpool.StorageItem{{Name: "getItem", Value: "a name of its own"}, {Name: "length", Value: "7"}},
		SessionStorage: []browserpool.StorageItem{{Name: "tab", Value: "1"}},
	}}}
	for name, change := range map[string]func() error{
		"reset":            func() error { return u.ResetStorage(ctx) },
		"restore nothing":  func() error { return u.RestoreStorage(ctx, &browserpool.Storage{}) },
		"restore a page's": func() error { return u.RestoreStorage(ctx, full) },
	} {
		Must(t, Moved(u.Navigate(ctx, s.URL+"/target")), change())
		if address, err := u.URL(ctx); !errors.Is(err, browserpool.ErrNoNavigation) {
			t.Errorf("%s: the page is at %q, %v", name, address, err)
		}
		if err := u.Click(ctx, "body"); !errors.Is(err, browserpool.ErrNoNavigation) {
			t.Errorf("%s: a click gives %v", name, err)
		}
	}
	Must(t, u.RestoreStorage(ctx, full), Moved(u.Navigate(ctx, s.URL+"/target")))
	if got, err := u.Evaluate(ctx, "() => sessionStorage.getItem('tab') + localStorage.getItem('getItem')", nil); err != nil || got != "1a name of its own" {
		t.Errorf("the page finds %v, %v", got, err)
	}
	again, err := u.StorageSnapshot(ctx)
	if err != nil || len(again.Origins) != 1 || len(again.Origins[0].LocalStorage) != 2 {
		t.Errorf("a snapshot of it is %+v, %v", again, err)
	}
}

// testCookieFields: each field of a cookie comes back as it was set, by the page that it is for too.
func testCookieFields(t *testing.T, r *rig) {
	t.Parallel()
	s := NewSite(t)
	var carried atomic.Pointer[string]
	s.HandleFunc("/carried", func(_ http.ResponseWriter, r *http.Request) { carried.Store(new(r.Header.Get("Cookie"))) })
	s.HandleFunc("/apart", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "apart", Value: "1", Path: "/", Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: true})
		w.Header().Add("Set-Cookie", `quoted="with, quotes"; Path=/`)
	})
	address, err := url.Parse(s.URL)
	Must(t, err)
	here := address.Hostname()
	soon := float64(time.Now().Add(time.Hour).Unix())
	first, second := r.user(t), r.user(t)
	ctx := Within(t, time.Minute)
	Must(t, Moved(first.Navigate(ctx, s.URL+"/apart")), first.SetCookies(ctx, []browserpool.Cookie{
		{Name: "host", Value: "1", Domain: here, Path: "/", Expires: -1, SameSite: "Lax"},
		{Name: "strict", Value: "2", Domain: here, Path: "/carried", Expires: soon, HTTPOnly: true, SameSite: "Strict"},
		{Name: "domain", Value: "3", Domain: ".example.com", Path: "/", Expires: -1, Secure: true, SameSite: "None"},
		{Name: "foreign", Value: "4", Domain: here, Path: "/", Expires: -1, Secure: true, SameSite: "None", PartitionKey: "https://shop.example", CrossSiteAncestor: new(true)},
		{Name: "default", Value: "5", Domain: here, Path: "/", Expires: -1, Secure: true, SameSite: "None", PartitionKey: "https://shop.example"},
	}))
	text := func(cookies []browserpool.Cookie) []string {
		var all []string
		for _, c := range cookies {
			ancestor := "no"
			if c.CrossSiteAncestor != nil {
				ancestor = fmt.Sprint(*c.CrossSiteAncestor)
			}
			c.CrossSiteAncestor = nil
			all = append(all, fmt.Sprintf("%+v %s", c, ancestor))
		}
		slices.Sort(all)
		return all
	}
	snapshot, err := first.StorageSnapshot(ctx)
	Must(t, err)
	const form = "{Name:%s Value:%s Domain:%s Path:%s Expires:%v HTTPOnly:%v Secure:%v SameSite:%s PartitionKey:%s CrossSiteAncestor:<nil>} %s"
	want := []string{
		fmt.Sprintf(form, "apart", "1", here, "/", -1, false, true, "None", "http://"+here, "false"),
		fmt.Sprintf(form, "default", "5", here, "/", -1, false, true, "None", "https://shop.example", "true"),
		fmt.Sprintf(form, "domain", "3", ".example.com", "/", -1, false, true, "None", "", "no"),
		fmt.Sprintf(form, "foreign", "4", here, "/", -1, false, true, "None", "https://shop.example", "true"),
		fmt.Sprintf(form, "host", "1", here, "/", -1, false, false, "Lax", "", "no"),
		fmt.Sprintf(form, "quoted", `"with, quotes"`, here, "/", -1, false, false, "Lax", "", "no"),
		fmt.Sprintf(form, "strict", "2", here, "/carried", soon, true, false, "Strict", "", "no"),
	}
	if got := text(snapshot.Cookies); !slices.Equal(got, want) {
		t.Errorf("cookies\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	Must(t, second.RestoreStorage(ctx, snapshot))
	again, err := second.Cookies(ctx)
	if got := text(again); err != nil || !slices.Equal(got, want) {
		t.Errorf("restored cookies\n%s\n%v", strings.Join(got, "\n"), err)
	}
	Must(t, Moved(second.Navigate(ctx, s.URL+"/carried")))
	for _, name := range []string{"apart=1", "host=1", "strict=2", `quoted="with, quotes"`} {
		if got := *carried.Load(); !strings.Contains(got, name) || strings.Contains(got, "foreign") || strings.Contains(got, "default") {
			t.Errorf("the page carries %q, want %s, and nothing of another site", got, name)
		}
	}
}
