package providertest

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
)

// ownSecret is a variable of the environment that no machine has any business with.
const ownSecret = "LIVELOAD_CONFIG_PASSWORD"

// ownSecrets are the values of variables that are for the controller only: its config, and its access to clouds.
func ownSecrets() []string {
	return slices.DeleteFunc([]string{
		os.Getenv(ownSecret), os.Getenv("FLY_API_TOKEN"), os.Getenv("NOMAD_TOKEN"), os.Getenv("AWS_SECRET_ACCESS_KEY"),
	}, func(value string) bool { return value == "" })
}

// Sent keeps the requests that a cloud gets, without the headers that say who asks. Safe for concurrent use.
type Sent struct {
	mu       sync.Mutex
	requests []sent
}

type sent struct{ what, body string }

// By returns a handler that keeps each request before next handles it.
func (s *Sent) By(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" { // else it has no body
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.mu.Lock()
			s.requests = append(s.requests, sent{strings.Join([]string{r.Method, r.URL.String(), r.Header.Get("X-Amz-Target")}, " "), string(body)})
			s.mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
}

// has returns what the requests are that have a text, as it is or in base64.
func (s *Sent) has(text string) (what []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.requests {
		for _, form := range []string{text, base64.StdEncoding.EncodeToString([]byte(text))} {
			if strings.Contains(one.what+one.body, form) {
				what = append(what, one.what)
			}
		}
	}
	return what
}

// checkSent looks for secrets in what the cloud was sent: the token goes where the cloud keeps secrets, and nothing else goes anywhere.
func (s *stage) checkSent() {
	s.Helper()
	if s.rig.Sent == nil {
		return
	}
	for _, what := range s.rig.Sent.has(s.hub.token()) {
		if !strings.Contains(what, s.rig.Keeps) {
			s.Errorf("the token is in the request %s", what)
		}
	}
	for _, secret := range ownSecrets() {
		if what := s.rig.Sent.has(secret); len(what) > 0 {
			s.Errorf("a secret of the controller is in the requests %q", what)
		}
	}
}
