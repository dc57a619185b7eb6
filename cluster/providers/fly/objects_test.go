package fly

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMachine(t *testing.T) {
	spec := providers.Spec{
		Run: "7c9e6679-7425", Token: "secret", Args: []string{"--log-level", "warn", "--lifetime", "1h0m0s"}, Env: []string{"TZ=UTC"}, Lifetime: time.Hour,
	}
	m := providers.Home{Owner: "ada-laptop"}.Machine(spec, Name, "fly-3", time.Unix(1_700_000_000, 0))
	options, err := Options{App: "load", Image: "liveload/liveload:1.0.0", Kind: "shared", CPUs: 8, MemoryMB: 8192, Env: []string{"LIVELOAD_NO_SANDBOX=if-needed"}}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(options.machine(m, spec, "fra", 7), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", "machine.json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update rewrites it): %v\n%s", path, err, got)
	}
}

func TestSecretName(t *testing.T) {
	for _, test := range []struct {
		machine providers.Machine
		name    string
	}{
		{providers.Machine{Run: "7c9e6679-7425", Owner: "ada-laptop-1", Expires: time.Unix(1_700_000_000, 0)}, "LIVELOAD__7C9E6679_7425__1700000000__ADA_LAPTOP_1"},
		{providers.Machine{Run: "r"}, "LIVELOAD__R__0__"},
	} {
		name := secretName(test.machine)
		if name != test.name || !variable.MatchString(name) {
			t.Errorf("%+v has the secret %s, want %s", test.machine, name, test.name)
		}
		m, ok := readSecretName(name)
		if !ok || m.Run != test.machine.Run || m.Owner != test.machine.Owner || !m.Expires.Equal(test.machine.Expires) {
			t.Errorf("%s was read as %+v, %v", name, m, ok)
		}
	}
}

func FuzzReadSecretName(f *testing.F) {
	for _, name := range []string{"LIVELOAD__R__1700000000__ADA", "LIVELOAD__R__0__", "LIVELOAD__", "DATABASE_URL", "LIVELOAD__A__-5__B"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		m, ok := readSecretName(name)
		if ok && (m.Run == "" || m.Name == "" || !m.Expires.IsZero() && m.Expires.Unix() <= 0) {
			t.Errorf("%q was read as %+v", name, m)
		}
	})
}
