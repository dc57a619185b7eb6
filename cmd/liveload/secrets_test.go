package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/redact"
)

// TestHandedOverSecrets: a run elsewhere gets secrets in its environment, and none on its command line.
func TestHandedOverSecrets(t *testing.T) {
	given := map[string][]string{
		configSecretFlag: {"password=hunter2 hunter2", "apiToken"}, "config": {"baseURL=http://a", "secret=swordfish"}, probeHeaderFlag: {"Authorization: Bearer swordfish"},
		"out": {"influxdb=http://a:8086?bucket=b&token=swordfish"}, "users": {"3"},
	}
	o := &outside{env: map[string]string{"LIVELOAD_CONFIG_API_TOKEN": "swordfish"}, secrets: redact.New()}
	k := &packing{o: o, folder: t.TempDir(), settings: runSettings{sources: layered{{texts: given}}, configSecret: []string{"apiToken", "password"}}}
	args, err := k.args([]string{"a.js"}, nil)
	if got := strings.Join(args, " "); err != nil || got != "run --users=3 -- a.js" {
		t.Errorf("%s, %v", got, err)
	}
	env := k.secretVariables()
	want := map[string]string{
		"LIVELOAD_CONFIG": "baseURL=http://a secret=swordfish", "LIVELOAD_CONFIG_SECRET": "password=hunter2 hunter2\napiToken", "LIVELOAD_CONFIG_API_TOKEN": "swordfish",
		"LIVELOAD_OUT": "influxdb=http://a:8086?bucket=b&token=swordfish", "LIVELOAD_PROBE_HEADER": "Authorization: Bearer swordfish",
	}
	if !maps.Equal(env, want) {
		t.Errorf("%q", env)
	}
}

func TestConfigVariable(t *testing.T) {
	for key, want := range map[string]string{"apiToken": "LIVELOAD_CONFIG_API_TOKEN", "password": "LIVELOAD_CONFIG_PASSWORD", "db.pass-word": "LIVELOAD_CONFIG_DB_PASS_WORD", "APIKey2": "LIVELOAD_CONFIG_APIKEY2"} {
		if got := configVariable(key); got != want {
			t.Errorf("%s: %s", key, got)
		}
	}
	if !slices.Contains(flagNames(runFlags()), configSecretFlag) {
		t.Error("there is no such flag")
	}
}
