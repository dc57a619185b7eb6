// Package influxtest runs real InfluxDB 1.8 servers with authentication for tests. It builds the server at first use.
package influxtest

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
)

// Who may do everything in every Server, and the database that each has at the beginning.
const (
	User     = "admin"
	Password = "a secret, with signs: =&%/"
	Database = "liveload"
)

// patience bounds the start of a server.
const patience = time.Minute

// A Server is an InfluxDB of a test's own, on loopback.
type Server struct {
	URL string

	folder  string
	config  string
	process *exec.Cmd
}

// Start starts a server with an empty Database. It ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	folder := t.TempDir()
	s := &Server{folder: folder, config: filepath.Join(folder, "influxdb.conf")}
	address := outputtest.FreeAddress(t)
	s.URL = "http://" + address
	if err := os.WriteFile(s.config, []byte(fmt.Sprintf(config, folder, address)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Kill(t) })
	s.Run(t)
	s.query(t, nil, fmt.Sprintf("CREATE USER %s WITH PASSWORD '%s' WITH ALL PRIVILEGES", User, Password))
	s.Query(t, fmt.Sprintf("CREATE DATABASE %q", Database))
	return s
}

// Flux is off: its library takes seconds of a processor at each start, and liveload asks in InfluxQL.
const config = `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "%[1]s/meta"
[data]
  dir = "%[1]s/data"
  wal-dir = "%[1]s/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "%[2]s"
  auth-enabled = true
  flux-enabled = false
  log-enabled = false
`

// Address returns the URL of the database with who may use it, as people write it on the command line.
func (s *Server) Address() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		panic(err) // we made it
	}
	u.User, u.Path = url.UserPassword(User, Password), "/"+Database
	return u.String()
}

// Run starts a server that was killed. It has its address and its data again.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	path, err := influxd()
	if err != nil {
		t.Fatal(err)
	}
	output, err := os.Create(filepath.Join(s.folder, "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	s.process = exec.Command(path, "-config", s.config)
	s.process.Stdout, s.process.Stderr = output, output
	s.process.Env = append(os.Environ(), "HOME="+s.folder)
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); !s.answers(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			text, _ := os.ReadFile(output.Name())
			t.Fatalf("influxd did not answer within %v:\n%s", patience, text)
		}
	}
}

func (s *Server) answers() bool {
	reply, err := client.Get(s.URL + "/ping")
	if err != nil {
		return false
	}
	reply.Body.Close()
	return reply.StatusCode == http.StatusNoContent
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
		t.Errorf("kill influxd: %v", err)
	}
	_ = s.process.Wait() // "signal: killed"
	s.process = nil
}
