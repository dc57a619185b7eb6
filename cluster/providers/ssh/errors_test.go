package ssh

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/ssh/sshtest"
)

// TestErrors launches on hosts with something wrong, in the ways in which hosts are. Each error names the host and the fix,
// and nothing is left.
func TestErrors(t *testing.T) {
	full := fullDisk(t) // before the host, which sees what is mounted now
	cluster := sshtest.Start(t, 1)
	at := cluster.Hosts[0]
	name, _, _ := strings.Cut(at.Name, ":")
	large := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(large, make([]byte, 1<<20), 0o600); err != nil { // the disk has 64 KiB
		t.Fatal(err)
	}
	foreign := filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", foreign).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	for _, test := range []struct {
		name   string
		host   string
		change func(o *Options)
		want   []string
	}{
		{"no such name", "no-such-host.invalid", nil, []string{"there is no such host", "no-such-host.invalid"}},
		{"nothing listens", name + ":1", nil, []string{"nothing listens there", name, "Connection refused"}},
		{"another key", at.Name, func(o *Options) { o.Config = cluster.Variant(t, "IdentityFile", foreign) },
			[]string{"does not accept your key", "ssh-copy-id " + name, "Permission denied"}},
		{"an unknown host", at.Name, func(o *Options) { o.Config = cluster.Variant(t, "UserKnownHostsFile", os.DevNull) },
			[]string{"its key is unknown", "ssh-keyscan", name}},
		{"a folder that is not there", at.Name, func(o *Options) { o.Folder = filepath.Join(at.Tmp, "missing") },
			[]string{"no folder for temporary files", "--cluster-opt folder=DIR", name}},
		{"a full disk", at.Name, func(o *Options) { o.Folder, o.Binaries = full, []string{string(here) + "=" + large} }, []string{"its disk is full", "folder=DIR", name}},
		{"a program that cannot run", at.Name, func(o *Options) { o.Binaries = []string{string(here) + "=errors_test.go"} },
			[]string{"the program does not run there", "worker-binary=OS/ARCH=FILE", name}},
	} {
		t.Run(test.name, func(t *testing.T) {
			options := Options{Config: cluster.Config, Hosts: []string{test.host}}
			if test.change != nil {
				test.change(&options)
			}
			machines, err := tryOnce(t, options, providers.Spec{Run: "r1", Token: "swordfish"})
			if len(machines) > 0 || err == nil {
				t.Fatalf("Launch = %v, %v; want an error", machines, err)
			}
			for _, want := range append(test.want, test.host) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Launch = %v; want %q in it", err, want)
				}
			}
			if left, err := filepath.Glob(at.Tmp + "/*"); len(left) > 0 || err != nil {
				t.Errorf("left on the host: %q, %v", left, err)
			}
		})
	}
}

func tryOnce(t *testing.T, options Options, spec providers.Spec) ([]providers.Machine, error) {
	t.Helper()
	p, err := New(providers.Home{Binary: os.Args[0], Folder: t.TempDir(), Log: quiet}, options)
	if err != nil {
		t.Fatal(err)
	}
	return p.Launch(t.Context(), 1, spec)
}

// fullDisk is a folder in which nothing has space but an empty file.
func fullDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Fatalf("mount a small disk, as root: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", folder).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return folder
}

// TestWrongPlatform tries a host that says of itself that it is of another kind.
func TestWrongPlatform(t *testing.T) {
	cluster := sshtest.Start(t, 1)
	uname := "#!/bin/sh\n[ $1 = -s ] && echo Linux || echo riscv64\n"
	if err := os.WriteFile(filepath.Join(cluster.Hosts[0].Path, "uname"), []byte(uname), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := tryOnce(t, Options{Config: cluster.Config, Hosts: []string{cluster.Hosts[0].Name}}, providers.Spec{Run: "r1", Token: "swordfish"})
	if want := "it is a Linux on riscv64"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Launch = %v, want an error that says %q", err, want)
	}
	p := &Provider{}
	if _, err := p.binary("plan9/arm"); err == nil || !strings.Contains(err.Error(), "--cluster-opt worker-binary=plan9/arm=FILE") {
		t.Errorf("a platform without a binary: %v", err)
	}
}

func TestDiagnose(t *testing.T) {
	for _, test := range []struct {
		line, output string
		code         int
		want         string
	}{
		{"", "ssh: connect to host a port 22: No route to host", 255, "it cannot be reached"},
		{"", "ssh: connect to host a port 22: Connection timed out", 255, "it cannot be reached"},
		{"", "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", 255, "its key is another one than before"},
		{"", "/x/config: line 1: Bad configuration option: foo", 255, "ssh does not take its configuration"},
		{"", "Connection closed by 10.0.0.1 port 22", 255, "the connection ended"},
		{"", "something new", 255, "ssh failed"},
		{"", "Connection refused", 1, "exit status 1"},
		{"failed install", "no npm", -1, "could not be installed"},
		{"failed copy", "gzip: stdout: No space left on device", -1, "its disk is full"},
	} {
		if got := diagnose(test.line, test.output, test.code); !strings.Contains(got, test.want) {
			t.Errorf("diagnose(%q, %q, %d) = %q, want %q", test.line, test.output, test.code, got, test.want)
		}
	}
}

func TestNew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hosts.txt")
	if err := os.WriteFile(file, []byte("a\nb # the second\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := New(providers.Home{}, Options{Hosts: []string{"c"}, HostsFile: file})
	if err != nil || fmt.Sprint(p.hosts) != "[c a b]" || p.Machines() != 3 {
		t.Fatalf("New = %v, %v", p, err)
	}
	for want, options := range map[string]Options{
		"which hosts?":                        {},
		"the host a is there twice":           {Hosts: []string{"a"}, HostsFile: file},
		"no such file":                        {HostsFile: file + "x"},
		`"a b" is no host`:                    {Hosts: []string{"a b"}},
		"env for \"KEY\" must be NAME=VALUE":  {Hosts: []string{"a"}, Env: []string{"KEY=-----BEGIN\nsecret"}},
		"worker-binary is \"x\", but must be": {Hosts: []string{"a"}, Binaries: []string{"x"}},
	} {
		if _, err := New(providers.Home{}, options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New(%+v) = %v, want an error that says %q", options, err, want)
		}
	}
	if _, err := p.Launch(t.Context(), 4, providers.Spec{}); err == nil || !strings.Contains(err.Error(), "4 nodes need as many hosts, but 3 of 3") {
		t.Errorf("Launch of more than there are: %v", err)
	}
}
