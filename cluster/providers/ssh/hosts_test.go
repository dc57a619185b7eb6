package ssh

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
)

func TestParseHost(t *testing.T) {
	for _, test := range []struct {
		text string
		want host
		id   string
	}{
		{"db", host{name: "db"}, "ssh://db/tmp/x"},
		{"me@10.0.0.1:2222", host{"me", "10.0.0.1", 2222}, "ssh://me@10.0.0.1:2222/tmp/x"},
		{"me@DOMAIN.example", host{user: "me", name: "DOMAIN.example"}, "ssh://me@DOMAIN.example/tmp/x"},
		{"fe80::1", host{name: "fe80::1"}, "ssh://[fe80::1]/tmp/x"},
		{"[fe80::1]", host{name: "fe80::1"}, "ssh://[fe80::1]/tmp/x"},
		{"me@[fe80::1]:22", host{"me", "fe80::1", 22}, "ssh://me@[fe80::1]:22/tmp/x"},
	} {
		h, err := parseHost(test.text)
		if err != nil || h != test.want || h.id("/tmp/x") != test.id {
			t.Errorf("parseHost(%q) = %+v, %v, with the id %s; want %+v and %s", test.text, h, err, h.id("/tmp/x"), test.want, test.id)
		}
		if again, folder, err := parseID(test.id); err != nil || again != test.want || folder != "/tmp/x" {
			t.Errorf("parseID(%q) = %+v, %q, %v", test.id, again, folder, err)
		}
	}
	for _, test := range []struct{ text, want string }{
		{"", "its name is missing"},
		{"@db", "there is no user before the @"},
		{"db:", "its port must be"},
		{"db:0", "its port must be a number from 1 to 65535"},
		{"db:ssh", "its port must be a number"},
		{"-oProxyCommand=evil", "names have letters"},
		{"-x@db", "names have letters"},
		{"a b", "names have letters"},
		{"$(evil)", "names have letters"},
	} {
		if h, err := parseHost(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("parseHost(%q) = %+v, %v; want an error that says %q", test.text, h, err, test.want)
		}
	}
}

func TestParseHosts(t *testing.T) {
	hosts, err := parseHosts("# the rack\n\n  me@a  # the big one\nb:2222,weight=3\n")
	if want := []weighted{{host{"me", "a", 0}, 0}, {host{"", "b", 2222}, 3}}; err != nil || !slices.Equal(hosts, want) {
		t.Errorf("parseHosts = %v, %v; want %v", hosts, err, want)
	}
	if _, err := parseHosts("a\n\nb c\n"); err == nil || !strings.HasPrefix(err.Error(), `3: "b c" is no host`) {
		t.Errorf("parseHosts with a mistake in line 3: %v", err)
	}
}

// TestWeights: a host has the weight that was said, and 1 when others have one.
func TestWeights(t *testing.T) {
	for want, hosts := range map[string][]string{
		"map[]":                    {"a", "me@b:22"},
		"map[a:3 b:1 me@c:22:1]":   {"a,weight=3", "b", "me@c:22"},
		"map[[fe80::1]:7:2 a:100]": {"[fe80::1]:7,weight=2", "a,weight=100"},
	} {
		p, err := New(providers.Home{}, Options{Hosts: hosts})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(p.Weights()); got != want {
			t.Errorf("the weights of %q are %s, want %s", hosts, got, want)
		}
	}
	for _, wrong := range []string{"a,b", "a,weight=0", "a,weight=1001", "a,weight=two", "a,weight=", "a,", "a,weight=2,weight=3"} {
		if _, err := New(providers.Home{}, Options{Hosts: []string{wrong}}); err == nil || !strings.Contains(err.Error(), `there can only be a weight from 1 to 1000, as in a,weight=2`) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if _, err := New(providers.Home{}, Options{Hosts: []string{"a", "a,weight=2"}}); err == nil || !strings.Contains(err.Error(), "is there twice") {
		t.Errorf("a host with two weights: %v", err)
	}
}

// FuzzParseHost makes sure that no host can pass for an option or a command, and that ids can be read again.
func FuzzParseHost(f *testing.F) {
	for _, text := range []string{"db", "me@10.0.0.1:22", "[fe80::1]:22", "fe80::1", "-x", "a@b@c", "[]", "[:1", "%31", "a%"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseHost(text)
		if err != nil {
			return
		}
		if word := h.destination(); strings.HasPrefix(word, "-") || strings.ContainsAny(word, " \n'\"`$;&|") {
			t.Errorf("parseHost(%q) passes %q to ssh", text, word)
		}
		if again, folder, err := parseID(h.id("/tmp/x")); err != nil || again != h || folder != "/tmp/x" {
			t.Errorf("the id %q of %+v is read as %+v, %q, %v", h.id("/tmp/x"), h, again, folder, err)
		}
	})
}

func TestPlatformOf(t *testing.T) {
	for _, test := range []struct{ system, machine, want string }{
		{"Linux", "x86_64", "linux/amd64"}, {"Linux", "aarch64", "linux/arm64"}, {"Darwin", "arm64", "darwin/arm64"},
		{"FreeBSD", "amd64", ""}, {"Linux", "riscv64", ""},
	} {
		if got, err := platformOf(test.system, test.machine); string(got) != test.want || (err == nil) != (test.want != "") {
			t.Errorf("platformOf(%s, %s) = %q, %v", test.system, test.machine, got, err)
		}
	}
}

func TestParseBinaries(t *testing.T) {
	binaries, err := parseBinaries([]string{"linux/arm64=hosts_test.go"})
	if err != nil || binaries["linux/arm64"] != "hosts_test.go" {
		t.Errorf("parseBinaries = %v, %v", binaries, err)
	}
	for text, want := range map[string]string{
		"linux/arm64": "must be OS/ARCH=FILE", "linux/arm=x": "must be OS/ARCH=FILE", "linux/arm64=missing": "no such file",
	} {
		if _, err := parseBinaries([]string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseBinaries(%q) = %v, want an error that says %q", text, err, want)
		}
	}
}
