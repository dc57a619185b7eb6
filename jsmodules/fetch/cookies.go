package fetch

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

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

// SetCookies adds cookies and replaces those with the same name, domain and path.
func (o *localCookies) SetCookies(_ context.Context, cookies []browserpool.Cookie) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range cookies {
		o.all = slices.DeleteFunc(o.all, func(old browserpool.Cookie) bool {
			return old.Name == c.Name && old.Domain == c.Domain && old.Path == c.Path
		})
		if c.Expires == -1 || c.Expires > float64(time.Now().Unix()) {
			o.all = append(o.all, c)
		}
	}
	return nil
}

// A jar has the cookies of one request and its redirects, and remembers which were set.
type jar struct {
	*cookiejar.Jar
	mu  sync.Mutex
	set []browserpool.Cookie
}

func openJar(ctx context.Context, store cookieStore) (*jar, error) {
	cookies, err := store.Cookies(ctx)
	if err != nil {
		return nil, err
	}
	inner, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	for _, c := range cookies {
		host := strings.TrimPrefix(c.Domain, ".")
		known := &http.Cookie{Name: c.Name, Value: c.Value, Path: c.Path, Secure: c.Secure, HttpOnly: c.HTTPOnly}
		if host != c.Domain {
			known.Domain = host
		}
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		inner.SetCookies(&url.URL{Scheme: "https", Host: host, Path: c.Path}, []*http.Cookie{known})
	}
	return &jar{Jar: inner}, nil
}

// SetCookies implements http.CookieJar.
func (j *jar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.Jar.SetCookies(u, cookies)
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range cookies {
		if set, ok := browserCookie(u, c); ok {
			j.set = append(j.set, set)
		}
	}
}

// browserCookie returns a cookie as a browser would store it; ok is false for one that it would refuse.
func browserCookie(u *url.URL, c *http.Cookie) (set browserpool.Cookie, ok bool) {
	set = browserpool.Cookie{
		Name: c.Name, Value: c.Value, Domain: u.Hostname(), Path: c.Path, Expires: -1, HTTPOnly: c.HttpOnly, Secure: c.Secure,
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
