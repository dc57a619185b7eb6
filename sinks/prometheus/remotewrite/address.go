package remotewrite

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/liveload/liveload/sinks/destination"
)

const (
	product     = "prometheus-rw" // in messages
	defaultURL  = "http://127.0.0.1:9090"
	defaultPath = "/api/v1/write"

	urlVariable      = "PROMETHEUS_RW_URL"
	userVariable     = "PROMETHEUS_RW_USERNAME"
	passwordVariable = "PROMETHEUS_RW_PASSWORD"
	tokenVariable    = "PROMETHEUS_RW_TOKEN"
	headersVariable  = "PROMETHEUS_RW_HEADERS"
)

// shortestSecret is the shortest value of a header that is hidden: the number of a tenant is in many texts.
const shortestSecret = 4

// options may come after the ? in an address.
var options = []string{"token", "header", "native", "ca", "insecure"}

// errAddress does not repeat the address, in which there may be a password.
var errAddress = errors.New("the address of prometheus-rw cannot be read: write prometheus-rw=http://HOST:9090/api/v1/write, " +
	"with USER:PASSWORD@ before the host or ?token=TOKEN behind it where it needs that; " +
	"in names and passwords write %40 for @, %2F for /, %3A for :, %23 for #, %3F for ?, %25 for %")

// A target is a server, and what it takes to write to it.
type target struct {
	url     string // without user and options
	headers http.Header
	secrets destination.Secrets
	tls     *tls.Config
	native  bool // it takes native histograms
}

// parseTarget reads an address. What it lacks is in the environment, or has a default.
func parseTarget(text string, env func(name string) string) (t target, err error) {
	if text == "" {
		text = destination.First(env, urlVariable)
	}
	if text == "" {
		text = defaultURL
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Fragment != "" || strings.Contains(u.Path, "@") {
		return t, errAddress
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return t, fmt.Errorf("the address of prometheus-rw begins with %s://: write http:// or https://", u.Scheme)
	}
	query, err := destination.Options(product, u.RawQuery, options)
	if errors.Is(err, destination.ErrUnreadable) {
		return t, errAddress
	}
	if err != nil {
		return t, err
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = defaultPath
	}
	t.url = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	if t.native, err = destination.Flag(product, query, "native", true); err != nil {
		return t, err
	}
	if t.tls, err = destination.TLS(product, query); err != nil {
		return t, err
	}
	return t, t.authorize(u.User, query, env)
}

// authorize chooses headers and credentials: a token before a user, and the address before the environment.
func (t *target) authorize(user *url.Userinfo, query url.Values, env func(name string) string) error {
	if err := t.setHeaders(query["header"], env); err != nil {
		return err
	}
	token := query.Get("token")
	if user == nil && token == "" {
		token = destination.First(env, tokenVariable)
		if name := destination.First(env, userVariable); name != "" && token == "" {
			user = url.UserPassword(name, destination.First(env, passwordVariable))
		}
	}
	switch {
	case token != "":
		t.headers.Set("Authorization", "Bearer "+token)
		t.secrets = append(t.secrets, token)
	case user != nil:
		password, ok := user.Password()
		if !ok {
			return errors.New("the address of prometheus-rw has a user without a password: write USER:PASSWORD@, or a token as ?token=TOKEN or in " + tokenVariable)
		}
		encoded := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		t.headers.Set("Authorization", "Basic "+encoded)
		t.secrets = append(t.secrets, encoded, password)
	}
	return nil
}

// setHeaders reads NAME=VALUE of each header. Those of the environment are separated by commas, with %2C for a comma.
func (t *target) setHeaders(given []string, env func(name string) string) error {
	t.headers = make(http.Header)
	if text := destination.First(env, headersVariable); text != "" && given == nil {
		for _, one := range strings.Split(text, ",") {
			decoded, err := url.PathUnescape(one)
			if err != nil {
				return errors.New(headersVariable + " cannot be read: write NAME=VALUE,NAME=VALUE with %2C for a comma and %25 for %")
			}
			given = append(given, decoded)
		}
	}
	for _, one := range given {
		name, value, ok := strings.Cut(one, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || strings.ContainsAny(name, " :\r\n") || strings.ContainsAny(value, "\r\n") {
			return errors.New("a header for prometheus-rw cannot be read: write ?header=NAME=VALUE, or NAME=VALUE,NAME=VALUE in " + headersVariable)
		}
		t.headers.Set(name, value)
		if len(value) >= shortestSecret {
			t.secrets = append(t.secrets, value)
		}
	}
	return nil
}
