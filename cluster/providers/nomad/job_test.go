package nomad

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a whole object, without what is empty, with a file.
func golden(t *testing.T, file string, value any) {
	t.Helper()
	plain, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var object any
	if err := json.Unmarshal(plain, &object); err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(said(object), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", file)
	got = append(got, '\n')
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

// said leaves out what the Go client sends though it is nil.
func said(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if v[name] = said(inner); v[name] == nil || v[name] == "" {
				delete(v, name)
			}
		}
	case []any:
		for i := range v {
			v[i] = said(v[i])
		}
	}
	return value
}

func TestJob(t *testing.T) {
	launched := time.Unix(1_700_000_000, 0)
	spec := providers.Spec{
		Run: "7c9e6679", Token: "secret", Args: []string{"--log-level", "warn", "--lifetime", "1h0m0s"}, Env: []string{"LIVELOAD_CACHE=/cache"},
		Lifetime: time.Hour,
	}
	m := providers.Home{Owner: "ada-laptop"}.Machine(spec, Name, "nomad-3", launched)
	for _, test := range []struct {
		file    string
		options Options
	}{
		{"raw_exec.json", Options{Binary: "/usr/local/bin/liveload", Namespace: "default"}},
		{"docker.json", Options{
			Image: "liveload/liveload:1.0.0", Namespace: "load", Region: "eu", Datacenters: []string{"dc1", "dc2"}, NodePool: "browsers", Priority: 70,
			Constraints: []string{"${attr.cpu.arch} = amd64", "${meta.load} is_set"}, Cores: 4, MemoryMB: 8192, MemoryMaxMB: 12288,
			Config: []string{"network_mode=host", `security_opt=["seccomp=chromium.json"]`}, Env: []string{"TZ=UTC"},
		}},
		{"exec2.json", Options{Driver: "exec2", Artifact: "https://files.example.com/liveload.tar.gz", User: "load", Namespace: "default", Config: []string{`unveil=["rx:/usr"]`}}},
	} {
		options, err := test.options.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, test.file, map[string]any{"Job": options.job(m, spec), "Variable": options.variable(m, spec.Token)})
	}
}

func TestNoRoom(t *testing.T) {
	options, err := Options{Datacenters: []string{"dc1"}, NodePool: "browsers", Namespace: "load"}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		metric *api.AllocationMetric
		want   string
	}{
		{nil, "Nomad found no node, and does not say why"},
		{&api.AllocationMetric{}, "no node may run it: none is ready in the datacenters dc1 and the node pool browsers (see `nomad node status`)"},
		{
			&api.AllocationMetric{
				NodesEvaluated: 12, NodesFiltered: 9, NodesExhausted: 3,
				ConstraintFiltered: map[string]int{"missing drivers": 2, "${attr.cpu.arch} = amd64": 7},
				DimensionExhausted: map[string]int{"memory": 2, "network: port collision": 1},
			},
			`of 12 nodes in the datacenters dc1 and the node pool browsers: 7 nodes without "${attr.cpu.arch} = amd64"; ` +
				"2 nodes without the driver raw_exec (enable its plugin there, or choose --cluster-opt driver=...); " +
				"2 nodes without 4096 MB of memory left; 1 node without enough network: port collision left",
		},
		{
			&api.AllocationMetric{NodesEvaluated: 1, NodesFiltered: 1, ClassFiltered: map[string]int{"small": 1}},
			"of 1 node in the datacenters dc1 and the node pool browsers: 1 node of the class small",
		},
		{
			&api.AllocationMetric{NodesEvaluated: 4, QuotaExhausted: []string{"memory exhausted (8192 needed > 4096 limit)"}},
			"of 4 nodes in the datacenters dc1 and the node pool browsers: the quota of the namespace load is used up (memory exhausted (8192 needed > 4096 limit))",
		},
		{&api.AllocationMetric{NodesEvaluated: 2, NodesExhausted: 2}, "of 2 nodes in the datacenters dc1 and the node pool browsers: 2 nodes that are full"},
		{&api.AllocationMetric{NodesEvaluated: 2}, "none of 2 nodes takes it, and Nomad does not say why"},
	} {
		if got := options.noRoom(test.metric); got != test.want {
			t.Errorf("%+v is\n%s, want\n%s", test.metric, got, test.want)
		}
	}
}
