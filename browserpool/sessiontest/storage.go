package sessiontest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/ordered"
)

// fillStorage puts a value of each kind into all kinds of storage.
const fillStorage = `async () => {
	localStorage.setItem('theme', 'dark "quoted" ü');
	sessionStorage.setItem('tab', '1');
	document.cookie = 'seen=yes; path=/; max-age=3600';
	const opening = indexedDB.open('app', 3);
	opening.onupgradeneeded = () => {
		const inline = opening.result.createObjectStore('inline', { keyPath: 'id', autoIncrement: true });
		inline.createIndex('byName', 'name', { unique: true });
		opening.result.createObjectStore('outline');
		opening.result.createObjectStore('empty');
	};
	const db = await new Promise((resolve, reject) => { opening.onsuccess = () => resolve(opening.result); opening.onerror = reject; });
	const t = db.transaction(['inline', 'outline'], 'readwrite');
	t.objectStore('inline').put({ name: 'Ann', $: 'dollar' });
	const out = t.objectStore('outline');
	out.put({ date: new Date(5), re: /a"b/g, map: new Map([['k', new Set([1, undefined])]]), big: 2n ** 70n, odd: [NaN, -0, Infinity] }, 'kinds');
	out.put(new Uint16Array([1, 500]), [1, 'array key']);
	out.put(new Blob(['blob text'], { type: 'text/plain' }), new Date(7));
	await new Promise((resolve) => { t.oncomplete = resolve; });
}`

// readStorage returns the same as a text, by other means than the snapshot.
const readStorage = `async () => {
	const found = [localStorage.getItem('theme'), sessionStorage.getItem('tab'), document.cookie];
	for (const { name } of await indexedDB.databases()) {
		const opening = indexedDB.open(name);
		const db = await new Promise((resolve, reject) => { opening.onsuccess = () => resolve(opening.result); opening.onerror = reject; });
		const get = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
		found.push(name, db.version, ...db.objectStoreNames);
		const inline = db.transaction('inline').objectStore('inline');
		found.push(inline.autoIncrement, inline.index('byName').unique, Object.entries(await get(inline.index('byName').get('Ann'))).join());
		const out = (key) => get(db.transaction('outline').objectStore('outline').get(key));
		const kinds = await out('kinds');
		found.push(kinds.date.getTime(), String(kinds.re), [...kinds.map.get('k')].length, kinds.map.get('k').has(undefined), String(kinds.big), Object.is(kinds.odd[1], -0), String(kinds.odd));
		found.push((await out([1, 'array key'])).join(), await (await out(new Date(7))).text());
		db.close();
	}
	return found.join('|');
}`

const (
	fullStorage  = `dark "quoted" ü|1|seen=yes|app|3|empty|inline|outline|true|true|name,Ann,$,dollar,id,1|5|/a"b/g|2|true|1180591620717411303424|true|NaN,0,Infinity|1,500|blob text`
	emptyStorage = "||"
)

// looksLike compares what a page of the session has stored.
func looksLike(t *testing.T, u browserpool.Session, address, want string) {
	t.Helper()
	ctx := Within(t, 30*time.Second)
	Must(t, Moved(u.Navigate(ctx, address)))
	if got, err := u.Evaluate(ctx, readStorage, nil); err != nil || got != want {
		t.Errorf("%s has %v, %v\nwant %s", address, got, err, want)
	}
}

// testStorage takes snapshots, gives them to another user before its first navigation, and resets.
func testStorage(t *testing.T, r *rig) {
	t.Parallel()
	s, other := NewSite(t), NewSite(t)
	s.HandleFunc("/secret", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "abc", HttpOnly: true, Path: "/"})
		fmt.Fprint(w, "<!doctype html>")
	})
	first := r.user(t)
	second, recorded := Open(t, r.engine, browserpool.SessionOptions{})
	ctx := Within(t, time.Minute)
	if empty, err := first.StorageSnapshot(ctx); err != nil || len(empty.Cookies)+len(empty.Origins) > 0 {
		t.Errorf("snapshot of a new session = %v, %v", empty, err)
	}
	Must(t, first.ResetStorage(ctx), Moved(first.Navigate(ctx, s.URL+"/secret")))
	if _, err := first.Evaluate(ctx, fillStorage, nil); err != nil {
		t.Fatal(err)
	}
	Must(t, Moved(first.Navigate(ctx, other.URL+"/target"))) // the first origin is read through a page of its own
	if _, err := first.Evaluate(ctx, "localStorage.setItem('theme', 'other')", nil); err != nil {
		t.Fatal(err)
	}
	away, err := first.StorageSnapshot(ctx)
	Must(t, err, Moved(first.GoBack(ctx)))
	here, err := first.StorageSnapshot(ctx)
	Must(t, err)
	if len(away.Origins) != 2 || away.Origins[0].Origin != other.URL || len(here.Origins) != 2 || len(here.Cookies) != 2 {
		t.Fatalf("snapshots %+v\nand %+v", away, here)
	}

	text, err := json.Marshal(here) // through a file
	Must(t, err)
	data, err := ordered.Parse(text)
	Must(t, err)
	restored, err := browserpool.ReadStorage(data)
	Must(t, err, second.RestoreStorage(ctx, restored))
	again, err := second.StorageSnapshot(ctx)
	if err != nil || len(again.Origins) != 2 || !reflect.DeepEqual(again.Cookies, here.Cookies) {
		t.Errorf("a snapshot at once is %+v, %v", again, err)
	}
	looksLike(t, second, s.URL+"/target", fullStorage)
	looksLike(t, second, other.URL+"/target", "other||seen=yes")
	Must(t, Moved(second.GoBack(ctx)))
	if address, err := second.URL(ctx); err != nil || address != s.URL+"/target" {
		t.Errorf("the history has %s, %v", address, err)
	}
	cookies, err := second.Cookies(ctx)
	if text := fmt.Sprint(cookies); err != nil || !strings.Contains(text, "{session abc 127.0.0.1 / -1 true") {
		t.Errorf("cookies %s, %v", text, err)
	}

	Must(t, second.ResetStorage(ctx))
	if _, err := second.URL(ctx); !errors.Is(err, browserpool.ErrNoNavigation) {
		t.Errorf("after a reset, the page is still there: %v", err)
	}
	looksLike(t, second, s.URL+"/target", emptyStorage)
	looksLike(t, second, other.URL+"/target", emptyStorage)
	Must(t, second.RestoreStorage(ctx, away), second.RestoreStorage(ctx, here)) // over what is there
	looksLike(t, second, s.URL+"/target", fullStorage)

	Must(t, first.Close(ctx), second.Close(ctx))
	if n := recorded.Count(Scenario, metrics.HTTPRequests, "2xx"); n < 5 || n > 10 {
		t.Errorf("%d requests: only those of the user count", n)
	}
}

// testSetCookies: cookies are added, replaced, and removed by their age.
func testSetCookies(t *testing.T, r *rig) {
	t.Parallel()
	u := r.user(t)
	ctx := Within(t, 30*time.Second)
	cookie := browserpool.Cookie{Name: "a", Value: "1", Domain: "example.com", Path: "/", Expires: -1, SameSite: "Lax"}
	Must(t, u.SetCookies(ctx, []browserpool.Cookie{cookie}))
	cookie.Value = "2"
	Must(t, u.SetCookies(ctx, []browserpool.Cookie{cookie}))
	if got, err := u.Cookies(ctx); err != nil || !reflect.DeepEqual(got, []browserpool.Cookie{cookie}) {
		t.Errorf("cookies = %+v, %v", got, err)
	}
	cookie.Expires = 1
	Must(t, u.SetCookies(ctx, []browserpool.Cookie{cookie}))
	if got, err := u.Cookies(ctx); err != nil || len(got) != 0 {
		t.Errorf("cookies = %+v, %v", got, err)
	}
	Must(t, u.Close(ctx))
	if _, err := u.StorageSnapshot(ctx); !errors.Is(err, browserpool.ErrClosed) {
		t.Errorf("a closed session says %v", err)
	}
}
