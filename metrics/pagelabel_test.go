package metrics

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPageLabel(t *testing.T) {
	l, err := NewPageLabeler([]URLGroup{
		{Pattern: "/shops/*/items/**", Name: "shop items"},
		{Pattern: `/^\/v\d+\//`, Name: "api"},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ url, want string }{
		{"http://127.0.0.1:4000/products?page=2#top", "/products"},
		{"https://example.com", "/"},
		{"https://example.com/", "/"},
		{"/products/42", "/products/:id"},
		{"/products/42/edit", "/products/:id/edit"},
		{"/p/7c9e6679-7425-40de-944b-e07fc1f90ae7", "/p/:id"},
		{"/p/7C9E6679-7425-40DE-944B-E07FC1F90AE7/x", "/p/:id/x"},
		{"/t/5f2b8c1d9e3a4b6c7d8e", "/t/:id"},
		{"/t/dGhpc0lzQTFUb2tlbg==", "/t/:id"},
		{"/t/SFMyNTY.g2gDbQAAABB1c2VyXzE", "/t/:id"},
		{"/assets/app-2f6f2a5a0d1c4e7b9a3f.js", "/assets/:id"},
		{"/assets/jquery-3.7.1.min.js", "/assets/jquery-3.7.1.min.js"},
		{"/blog/release-notes-2024-05", "/blog/release-notes-2024-05"},
		{"/blog/a-slug-of-many-words-without-digits", "/blog/a-slug-of-many-words-without-digits"},
		{"/v/2024-05-06-12-30-59", "/v/:id"},
		{"/h1", "/h1"},
		{"/page2/users", "/page2/users"},
		{"/caf%C3%A9/1", "/café/:id"},
		{"/shops/7/items/9/photos", "shop items"},
		{"/v2/users/9", "api"},
		{"about:blank", "about:blank"},
		{"data:text/html,<h1>hi</h1>", "data:"},
		{"http://[::1/broken/12?x", "/broken/:id"},
		{"", "/"},
	}
	for _, tt := range tests {
		if got := l.PageLabel(tt.url); got != tt.want {
			t.Errorf("PageLabel(%q) = %q, want %q", tt.url, got, tt.want)
		}
		if got := l.PageLabel(tt.url); got != tt.want {
			t.Errorf("second PageLabel(%q) = %q, want %q", tt.url, got, tt.want)
		}
	}
}

func TestPageLabelerNamesTheBadGroup(t *testing.T) {
	for _, g := range []URLGroup{{Pattern: "/(/", Name: "broken"}, {Pattern: "/x"}} {
		_, err := NewPageLabeler([]URLGroup{g})
		if err == nil || !strings.Contains(err.Error(), g.Pattern) {
			t.Errorf("NewPageLabeler(%+v) = %v, want an error that names the pattern", g, err)
		}
	}
}

func TestPageLabelerCacheIsBounded(t *testing.T) {
	l, err := NewPageLabeler(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 * maxCachedURLs {
		l.PageLabel(fmt.Sprintf("/products/%d", i))
	}
	if n := len(l.cache); n == 0 || n > maxCachedURLs {
		t.Errorf("the cache holds %d addresses, want 1 to %d", n, maxCachedURLs)
	}
}

func TestSocketLabel(t *testing.T) {
	tests := []struct{ url, want string }{
		{"ws://127.0.0.1:4000/live/websocket?_csrf_token=x&vsn=2.0.0", "ws://127.0.0.1:4000/live/websocket"},
		{"wss://shop.example/rooms/77/socket#x", "wss://shop.example/rooms/:id/socket"},
		{"/live/longpoll?token=abc", "/live/longpoll"},
	}
	for _, tt := range tests {
		if got := SocketLabel(tt.url); got != tt.want {
			t.Errorf("SocketLabel(%q) = %q, want %q", tt.url, got, tt.want)
		}
	}
}

func FuzzPageLabel(f *testing.F) {
	for _, s := range []string{"http://a/b/1?c#d", "/x/y", "data:,x", "http://[::1", "//", "%zz", "/\xff/1"} {
		f.Add(s)
	}
	l, err := NewPageLabeler([]URLGroup{{Pattern: "/a/**", Name: "a"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{l.PageLabel(s), SocketLabel(s)} {
			if got == "" || len(got) > maxLabelLength || !utf8.ValidString(got) {
				t.Errorf("label of %q is %q: want 1 to %d bytes of UTF-8", s, got, maxLabelLength)
			}
		}
	})
}

func FuzzURLGroup(f *testing.F) {
	f.Add("/a/*/b", "/a/x/b")
	f.Add("/^x+$/", "xx")
	f.Add("é**?", "é/x")
	f.Fuzz(func(t *testing.T, pattern, url string) {
		l, err := NewPageLabeler([]URLGroup{{Pattern: pattern, Name: "g"}})
		if err == nil && l.PageLabel(url) == "" {
			t.Errorf("pattern %q gives %q no label", pattern, url)
		}
	})
}
