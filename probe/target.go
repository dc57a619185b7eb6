package probe

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/liveload/liveload/suggest"
)

// kind is the only kind of probe there is.
const kind = "prometheus"

const example = kind + "=http://127.0.0.1:9568/metrics"

// A Target is a page of metrics of the tested application.
type Target struct {
	url   *url.URL   // with the user and password: print String
	trust url.Values // how to check its certificate: ca and insecure
	name  string     // that tells it from other targets: host and port, where that is enough
}

// ParseTarget reads KIND=URL. Its error follows the name of a flag, and has no secrets.
func ParseTarget(text string) (Target, error) {
	name, address, ok := strings.Cut(text, "=")
	switch {
	case !ok || strings.ContainsAny(name, ":/@."): // an address, which may have secrets
		return Target{}, errors.New("must be KIND=URL, such as " + example)
	case name != kind:
		hint := ""
		if suggest.Closest(name, []string{kind}) != "" {
			hint = " (did you mean " + kind + "?)"
		}
		return Target{}, fmt.Errorf("is of the kind %q, but must be such as %s%s", name, example, hint)
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.Fragment != "" {
		return Target{}, errors.New("has an address that is no URL: write it as in " + example + ", and in a password %40 for @, %2F for / and %23 for #")
	}
	if u.Path == "" {
		u.Path = "/metrics"
	}
	t := Target{url: u, name: u.Host}
	if u.Scheme == "https" {
		t.trust = takeTrust(u)
	}
	return t, nil
}

// takeTrust takes what says how to check a certificate out of an address. The rest is for the application.
func takeTrust(u *url.URL) url.Values {
	query, taken := u.Query(), url.Values{}
	for _, name := range []string{"ca", "insecure"} {
		if query.Has(name) {
			taken[name] = query[name]
			query.Del(name)
		}
	}
	if len(taken) > 0 {
		u.RawQuery = query.Encode()
	}
	return taken
}

// String returns KIND=URL without user, password and query.
func (t Target) String() string { return kind + "=" + t.shown() }

func (t Target) shown() string {
	public := url.URL{Scheme: t.url.Scheme, Host: t.url.Host, Path: t.url.Path}
	if t.url.RawQuery != "" {
		return public.String() + "?..."
	}
	return public.String()
}

// tellApart gives each target a name of its own, and refuses two that are the same.
func tellApart(targets []Target) error {
	hosts, pages := map[string]int{}, map[string]bool{}
	for _, t := range targets {
		hosts[t.name]++
	}
	for i := range targets {
		t := &targets[i]
		if hosts[t.name] > 1 {
			t.name += t.url.Path
		}
		if pages[t.name] {
			return fmt.Errorf("--probe %s is there twice: remove one", t)
		}
		pages[t.name] = true
	}
	return nil
}

// ParseHeader reads "Name: value", what each request carries. Its error follows the name of a flag, and does not
// show the value.
func ParseHeader(text string) (name, value string, err error) {
	name, value, ok := strings.Cut(text, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	switch {
	case !ok:
		return "", "", errors.New("must be a name and a value with a colon between them, such as 'Authorization: Bearer TOKEN'")
	case !httpguts.ValidHeaderFieldName(name):
		return "", "", errors.New("has a name that no header can have: write it as in 'Authorization: Bearer TOKEN'")
	case value == "" || !httpguts.ValidHeaderFieldValue(value):
		return "", "", fmt.Errorf("gives %s no value that a header can have", http.CanonicalHeaderKey(name))
	}
	return http.CanonicalHeaderKey(name), value, nil
}
