package fetch

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// parseAddress reads an absolute address of the web as fetch does, and drops its fragment, which is not sent.
func parseAddress(text string) (*url.URL, error) {
	parsed, err := whatwg.Parse(text)
	if err != nil || parsed.Scheme() != "http" && parsed.Scheme() != "https" {
		return nil, fmt.Errorf("url must be like https://example.com/path, not %q", text)
	}
	return url.Parse(parsed.Href(true))
}

// resolve reads an address that may be relative to another.
func resolve(base *url.URL, address string) (*url.URL, error) {
	parsed, err := whatwg.ParseRef(text(base), address)
	if err != nil || parsed.Scheme() != "http" && parsed.Scheme() != "https" {
		return nil, fmt.Errorf("it redirects to %q, which is no address of the web", address)
	}
	return url.Parse(parsed.Href(true))
}

// An asWritten transport sends the path of an address as fetch does: net/http would encode characters that fetch leaves
// alone, such as "|", and the rest of the path anew with them.
type asWritten struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (t asWritten) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.RawPath == "" || r.URL.RawPath == r.URL.EscapedPath() {
		return t.Transport.RoundTrip(r)
	}
	sent := r.Clone(r.Context())
	if sent.URL.Opaque = r.URL.RawPath; strings.HasPrefix(sent.URL.Opaque, "//") {
		sent.URL.Opaque = "//" + r.URL.Host + sent.URL.Opaque // which is how net/url knows a path that begins so
	}
	got, err := t.Transport.RoundTrip(sent)
	if got != nil {
		got.Request = r
	}
	return got, err
}

// href writes an address as a browser does.
func href(u *url.URL) string {
	if parsed, err := whatwg.Parse(text(u)); err == nil {
		return parsed.Href(true)
	}
	return u.String()
}

// withoutPassword is an address for people.
func withoutPassword(u *url.URL) *url.URL {
	if _, has := u.User.Password(); !has {
		return u
	}
	shown := *u
	shown.User = url.UserPassword(u.User.Username(), "xxxxx") // as net/url's Redacted has it
	return &shown
}

// text writes an address with its path as it came.
func text(u *url.URL) string {
	text := (&url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}).String() + cmp.Or(u.RawPath, u.EscapedPath())
	if u.RawQuery != "" || u.ForceQuery {
		text += "?" + u.RawQuery
	}
	return text
}
