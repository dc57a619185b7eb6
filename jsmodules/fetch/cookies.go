package fetch

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/liveload/liveload/browserpool"
)

// A cookieStore has the cookies of a user, as a browser session does. Safe for concurrent use.
type cookieStore interface {
	Cookies(ctx context.Context) ([]browserpool.Cookie, error)
	SetCookies(ctx context.Context, cookies []browserpool.Cookie) error
}

// localCookies are the cookies of a script that runs without a user.
type localCookies struct {
	mu  sync.Mutex
	all []browserpool.Cookie
}

// Cookies returns a copy.
func (o *localCookies) Cookies(context.Context) ([]browserpool.Cookie, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.all), nil
}

// SetCookies adds cookies and replaces those with the same name, domain, path and partition.
func (o *localCookies) SetCookies(_ context.Context, cookies []browserpool.Cookie) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range cookies {
		o.all = slices.DeleteFunc(o.all, func(old browserpool.Cookie) bool {
			return old.Name == c.Name && old.Domain == c.Domain && old.Path == c.Path && old.PartitionKey == c.PartitionKey
		})
		if c.Expires == -1 || c.Expires > float64(time.Now().Unix()) {
			o.all = append(o.all, c)
		}
	}
	return nil
}

// A jar has the cookies of one request and its redirects, and remembers which were set. It reads and writes the headers itself:
// net/http takes quotes away, adds others, and drops names and values that browsers accept.
type jar struct {
	known *cookiejar.Jar // has names and values as hidden writes them
	mu    sync.Mutex
	set   []browserpool.Cookie
}

func openJar(ctx context.Context, store cookieStore) (*jar, error) {
	cookies, err := store.Cookies(ctx)
	if err != nil {
		return nil, err
	}
	known, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	for _, c := range cookies {
		host := strings.TrimPrefix(c.Domain, ".")
		if !sentTo(&c, host) {
			continue
		}
		one := &http.Cookie{Name: hidden(c.Name), Value: hidden(c.Value), Path: c.Path, Secure: c.Secure, HttpOnly: c.HTTPOnly}
		if host != c.Domain {
			one.Domain = host
		}
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		known.SetCookies(&url.URL{Scheme: "https", Host: host, Path: c.Path}, []*http.Cookie{one})
	}
	return &jar{known: known}, nil
}

// hidden writes any text so that net/http accepts it as a name and leaves it as it is; plain reads that.
func hidden(text string) string { return "x" + hex.EncodeToString([]byte(text)) }

func plain(hidden string) string {
	text, _ := hex.DecodeString(hidden[1:]) // hidden wrote it
	return string(text)
}

// header is what a request to the address says of cookies.
func (j *jar) header(u *url.URL) string {
	var pairs []string
	for _, c := range j.known.Cookies(u) {
		pair := plain(c.Value)
		if name := plain(c.Name); name != "" {
			pair = name + "=" + pair
		}
		pairs = append(pairs, pair)
	}
	return strings.Join(pairs, "; ")
}

// take takes what a response says with Set-Cookie.
func (j *jar) take(u *url.URL, lines []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range lines {
		c, ok := readCookie(line)
		if !ok {
			continue
		}
		if set, ok := browserCookie(u, c); ok {
			j.set = append(j.set, set)
		}
		c.Name, c.Value = hidden(c.Name), hidden(c.Value)
		j.known.SetCookies(u, []*http.Cookie{c})
	}
}

// readCookie reads a Set-Cookie header as browsers do: what is before the first = is the name, and quotes belong to the value.
func readCookie(line string) (c *http.Cookie, ok bool) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, named := strings.Cut(pair, "=")
	if !named {
		name, value = "", pair
	}
	name, value = strings.Trim(name, " \t"), strings.Trim(value, " \t")
	if name == "" && value == "" {
		return nil, false
	}
	c, err := http.ParseSetCookie("x=;" + attributes)
	if err != nil {
		return nil, false
	}
	c.Name, c.Value = name, value
	return c, true
}

// A carrier carries the cookies of a jar.
type carrier struct {
	http.RoundTripper
	jar *jar
}

// RoundTrip implements http.RoundTripper.
func (c carrier) RoundTrip(sent *http.Request) (*http.Response, error) {
	if cookies := c.jar.header(sent.URL); cookies != "" {
		sent = sent.Clone(sent.Context())
		if own := sent.Header.Get("Cookie"); own != "" {
			cookies = own + "; " + cookies
		}
		sent.Header.Set("Cookie", cookies)
	}
	got, err := c.RoundTripper.RoundTrip(sent)
	if err == nil {
		c.jar.take(sent.URL, got.Header["Set-Cookie"])
	}
	return got, err
}

// sentTo reports whether a request that no page of another site makes carries the cookie. One that is kept apart for each
// site around it belongs to the pages of that site.
func sentTo(c *browserpool.Cookie, host string) bool {
	return c.PartitionKey == "" || c.PartitionKey == siteOf("https", host) || c.PartitionKey == siteOf("http", host)
}

// siteOf is the site of a host as a browser has it: https://example.com for shop.example.com.
func siteOf(scheme, host string) string {
	if net.ParseIP(host) == nil {
		if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
			host = domain
		}
	}
	return scheme + "://" + host
}

// browserCookie returns a cookie as a browser would store it; ok is false for one that it would refuse.
func browserCookie(u *url.URL, c *http.Cookie) (set browserpool.Cookie, ok bool) {
	set = browserpool.Cookie{
		Name: c.Name, Value: c.Value, Domain: u.Hostname(), Path: c.Path, Expires: -1, HTTPOnly: c.HttpOnly, Secure: c.Secure,
	}
	if c.Partitioned {
		set.PartitionKey, set.CrossSiteAncestor = siteOf(u.Scheme, u.Hostname()), new(false)
	}
	if domain := strings.TrimPrefix(strings.ToLower(c.Domain), "."); domain != "" && domain != set.Domain {
		if !strings.HasSuffix(set.Domain, "."+domain) {
			return set, false
		}
		set.Domain = "." + domain
	} else if domain != "" && strings.Trim(domain, "0123456789.:") != "" {
		set.Domain = "." + domain
	}
	if !strings.HasPrefix(set.Path, "/") {
		set.Path = defaultPath(u.Path)
	}
	set.SameSite = cmp.Or(map[http.SameSite]string{http.SameSiteStrictMode: "Strict", http.SameSiteNoneMode: "None"}[c.SameSite], "Lax")
	switch {
	case c.MaxAge < 0:
		set.Expires = 1
	case c.MaxAge > 0:
		set.Expires = float64(time.Now().Unix() + int64(c.MaxAge))
	case !c.Expires.IsZero():
		set.Expires = max(1, float64(c.Expires.Unix()))
	}
	return set, true
}

// defaultPath is the path of a cookie that names none: the folder of the page.
func defaultPath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// flush stores the cookies that were set.
func (j *jar) flush(ctx context.Context, store cookieStore) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.set) == 0 {
		return nil
	}
	if err := store.SetCookies(ctx, j.set); err != nil {
		return fmt.Errorf("give the session its cookies: %w", err)
	}
	return nil
}
