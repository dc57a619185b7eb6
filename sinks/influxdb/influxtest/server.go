// Package influxtest runs real InfluxDB 1.8 servers with authentication for tests. It builds the server at first use.
package influxtest

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/sinks/outputtest"
)

// Who may do everything in every Server, and the database that each has at the beginning.
const (
	User     = "admin"
	Password = "a secret, with signs: =&%/"
	Database = "liveload"
)

// A Server is an InfluxDB of a test's own, on loopback.
type Server struct {
	outputtest.Process
	URL string
}

// Start starts a server with an empty Database. It ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	path, err := influxd()
	if err != nil {
		t.Fatal(err)
	}
	folder, address := t.TempDir(), outputtest.FreeAddress(t)
	file := filepath.Join(folder, "influxdb.conf")
	if err := os.WriteFile(file, []byte(fmt.Sprintf(config, folder, address)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: "http://" + address}
	s.Process = outputtest.Process{
		Path: path, Arguments: []string{"-config", file}, Env: []string{"HOME=" + folder}, Output: filepath.Join(folder, "output"), Ready: s.answers,
	}
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

func (s *Server) answers() bool {
	reply, err := client.Get(s.URL + "/ping")
	if err != nil {
		return false
	}
	reply.Body.Close()
	return reply.StatusCode == http.StatusNoContent
}
