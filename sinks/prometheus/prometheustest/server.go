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
	"syscall"
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

// patience bounds the start of a server, and a scrape, on a busy machine.
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
	URL string

	folder    string
	arguments []string
	process   *exec.Cmd
}

// Start starts a server without data. It ends with the test.
func Start(t testing.TB, options Options) *Server {
	t.Helper()
	folder, address := t.TempDir(), outputtest.FreeAddress(t)
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s := &Server{URL: "http://" + address, folder: folder, arguments: []string{
		"--config.file=" + write("prometheus.yml", "scrape_configs:\n"+options.Scrape),
		"--web.config.file=" + write("web.yml", "basic_auth_users: { "+User+": "+hash+" }\n"),
		"--storage.tsdb.path=" + filepath.Join(folder, "data"), "--web.listen-address=" + address,
	}}
	if !options.Deaf {
		s.arguments = append(s.arguments, "--web.enable-remote-write-receiver")
	}
	if !options.Classic {
		s.arguments = append(s.arguments, "--enable-feature=native-histograms")
	}
	t.Cleanup(func() { s.Kill(t) })
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

// Run starts a server that was killed. It has its address and its data again.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	path, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatalf("Prometheus is not installed (%v): make deps", err)
	}
	output, err := os.Create(filepath.Join(s.folder, "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	s.process = exec.Command(path, s.arguments...)
	s.process.Stdout, s.process.Stderr = output, output
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); !s.ready(); time.Sleep(poll) {
		if time.Since(began) > patience {
			t.Fatalf("Prometheus was not ready within %v:\n%s", patience, s.Log(t))
		}
	}
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

// Log returns what the server has written since it was started.
func (s *Server) Log(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "output"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Hang stops the server without an end: it takes connections and never answers, until it is killed.
func (s *Server) Hang(t testing.TB) {
	t.Helper()
	if err := s.process.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the server at once, as a crash does. What it has acknowledged is on its disk.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if s.process == nil {
		return
	}
	if err := s.process.Process.Kill(); err != nil {
		t.Errorf("kill Prometheus: %v", err)
	}
	_ = s.process.Wait() // "signal: killed"
	s.process = nil
}

// Target returns the configuration that scrapes an address every so often, such as "100ms". More lines may say how.
func Target(address, interval string, more ...string) string {
	lines := append([]string{
		"job_name: liveload", "scrape_interval: " + interval, "scrape_timeout: " + interval,
		`static_configs: [{ targets: ["` + address + `"] }]`,
	}, more...)
	return "  - " + strings.Join(lines, "\n    ") + "\n"
}
