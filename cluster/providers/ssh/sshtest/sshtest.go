// Package sshtest starts real SSH servers for tests, each in a network namespace of its own, as hosts with networks of
// their own have. Where the system does not allow namespaces, they listen at 127.0.0.2 and further.
package sshtest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A Cluster is some hosts that know the same person.
type Cluster struct {
	Hosts  []*Host
	Config string // a configuration for ssh, with the person's key and the hosts' keys
	Listen string // address of this machine at which all hosts reach it, without a port
	folder string
}

// A Host is one SSH server.
type Host struct {
	Name string // HOST:PORT
	Tmp  string // its folder for temporary files
	link *link  // nil without a network of its own
	Path string // its folder of programs that come before those of the system
}

// port is where the servers listen.
const port = "2222"

// Start starts n hosts, which end with the test. The program needs OpenSSH's server, which `make deps` installs.
func Start(t testing.TB, n int) *Cluster {
	t.Helper()
	return startWith(t, n, os.Getenv("PATH"))
}

// StartBare starts a host that has no programs but those of a folder.
func StartBare(t testing.TB, programs string) *Cluster {
	t.Helper()
	return startWith(t, 1, programs)
}

func startWith(t testing.TB, n int, path string) *Cluster {
	t.Helper()
	c := &Cluster{folder: t.TempDir()}
	c.Config = filepath.Join(c.folder, "config")
	c.key(t, "person")
	var known strings.Builder
	for i := range n {
		h := c.start(t, i, path)
		c.Hosts = append(c.Hosts, h)
		public, err := os.ReadFile(c.key(t, fmt.Sprint("host", i)) + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := net.SplitHostPort(h.Name)
		fmt.Fprintf(&known, "[%s]:%s %s", name, port, public)
	}
	c.write(t, "known_hosts", known.String())
	c.write(t, "config", fmt.Sprintf(`Host *
	User %s
	IdentityFile %s
	IdentitiesOnly yes
	UserKnownHostsFile %s
	GlobalKnownHostsFile /dev/null
	StrictHostKeyChecking yes
`, userName(t), filepath.Join(c.folder, "person"), filepath.Join(c.folder, "known_hosts")))
	return c
}

// start starts the server of one host.
func (c *Cluster) start(t testing.TB, i int, path string) *Host {
	t.Helper()
	name := fmt.Sprint("host", i)
	h := &Host{Tmp: filepath.Join(c.folder, name+"-tmp"), Path: filepath.Join(c.folder, name+"-path")}
	if err := errors.Join(os.Mkdir(h.Tmp, 0o700), os.Mkdir(h.Path, 0o700)); err != nil {
		t.Fatal(err)
	}
	var address string
	h.link = newLink(t)
	if h.link != nil {
		address = h.link.there
	} else {
		address = fmt.Sprintf("127.0.0.%d", 2+i)
	}
	if i == 0 {
		c.Listen = h.Here()
	}
	h.Name = net.JoinHostPort(address, port)
	c.write(t, name+".conf", fmt.Sprintf(`ListenAddress %s
HostKey %s
AuthorizedKeysFile %s
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
SetEnv TMPDIR=%s PATH=%s:%s GORACE=%q
`, h.Name, c.key(t, name), filepath.Join(c.folder, "person.pub"), h.Tmp, h.Path, path, os.Getenv("GORACE")))
	c.serve(t, h, filepath.Join(c.folder, name+".conf"))
	return h
}

// serve runs the server until the test ends.
func (c *Cluster) serve(t testing.TB, h *Host, config string) {
	t.Helper()
	sshd, err := exec.LookPath("sshd")
	if err != nil {
		if sshd, err = exec.LookPath("/usr/sbin/sshd"); err != nil {
			t.Fatalf("there is no sshd: run `make deps` (%v)", err)
		}
	}
	os.MkdirAll("/run/sshd", 0o755) // needed by a server that runs as root, which says so
	args := []string{sshd, "-D", "-e", "-f", config}
	if h.link != nil {
		args = append([]string{"ip", "netns", "exec", h.link.namespace}, args...)
	}
	var log bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = &log
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		cmd.Wait()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-done
		if t.Failed() {
			t.Logf("what sshd of %s said:\n%s", h.Name, log.String())
		}
	})
	for {
		conn, err := net.DialTimeout("tcp", h.Name, time.Second)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-done:
			t.Fatalf("sshd has ended:\n%s", log.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Variant is the configuration with another value for one of its options.
func (c *Cluster) Variant(t testing.TB, option, value string) string {
	t.Helper()
	content, err := os.ReadFile(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	name := "config-" + option
	c.write(t, name, regexp.MustCompile(option+" .*").ReplaceAllLiteralString(string(content), option+" "+value))
	return filepath.Join(c.folder, name)
}

// key makes a key, once, and returns the file of its private part.
func (c *Cluster) key(t testing.TB, name string) string {
	t.Helper()
	file := filepath.Join(c.folder, name)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	return file
}

func (c *Cluster) write(t testing.TB, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
