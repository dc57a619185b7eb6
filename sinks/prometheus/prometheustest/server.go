// Package prometheustest runs real Prometheus servers with authentication for tests. The server must be installed: make
// deps does it.
package prometheustest

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
)

// Who may use every Server.
const (
	User     = "admin"
	Password = "a secret, with signs: =&%/"
	hash     = "$2a$04$Mr2iS5BlkXT6VjTP58S1ZOBu5svZJGAjfbVzld6bbBCBxey3DzMbC" // of the password
)

// patience bounds a scrape on a busy machine.
const patience = 3 * time.Minute

// poll is how often a server is asked for what it has no signal for. Every answer costs it the check of a password.
const poll = 50 * time.Millisecond

// Options say how a Server works.
type Options struct {
	Scrape  string // of the configuration: what stands below scrape_configs
	Classic bool   // it does not know native histograms, which is the default of Prometheus
	Deaf    bool   // it takes no remote write, which is the default too
}

// A Server is a Prometheus of a test's own, on loopback. It receives remote write.
type Server struct {
	outputtest.Process
	URL string
}

// Start starts a server without data. It ends with the test.
func Start(t testing.TB, options Options) *Server {
	t.Helper()
	path, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatalf("Prometheus is not installed (%v): make deps", err)
	}
	folder, address := t.TempDir(), outputtest.FreeAddress(t)
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s := &Server{URL: "http://" + address}
	s.Process = outputtest.Process{Path: path, Output: filepath.Join(folder, "output"), Ready: s.ready, Arguments: []string{
		"--config.file=" + write("prometheus.yml", "scrape_configs:\n"+options.Scrape),
		"--web.config.file=" + write("web.yml", "basic_auth_users: { "+User+": "+hash+" }\n"),
		"--storage.tsdb.path=" + filepath.Join(folder, "data"), "--web.listen-address=" + address,
	}}
	if !options.Deaf {
		s.Arguments = append(s.Arguments, "--web.enable-remote-write-receiver")
	}
	if !options.Classic {
		s.Arguments = append(s.Arguments, "--enable-feature=native-histograms")
	}
	s.Run(t)
	return s
}

// Address returns the URL of remote write with who may use it, as people write it on the command line.
func (s *Server) Address() string {
	u, err := url.Parse(s.URL + "/api/v1/write")
	if err != nil {
		panic(err) // we made it
	}
	u.User = url.UserPassword(User, Password)
	return u.String()
}

func (s *Server) ready() bool {
	request, err := http.NewRequest(http.MethodGet, s.URL+"/-/ready", nil)
	if err != nil {
		panic(err) // we made the URL
	}
	request.SetBasicAuth(User, Password)
	reply, err := client.Do(request)
	if err != nil {
		return false
	}
	reply.Body.Close()
	return reply.StatusCode == http.StatusOK
}

// Target returns the configuration that scrapes an address every so often, such as "100ms". More lines may say how.
func Target(address, interval string, more ...string) string {
	lines := append([]string{
		"job_name: liveload", "scrape_interval: " + interval, "scrape_timeout: " + interval,
		`static_configs: [{ targets: ["` + address + `"] }]`,
	}, more...)
	return "  - " + strings.Join(lines, "\n    ") + "\n"
}
