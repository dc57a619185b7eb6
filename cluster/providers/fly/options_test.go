package fly

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
)

func TestDefaults(t *testing.T) {
	for _, test := range []struct {
		options  Options
		size     string
		memoryMB int
	}{
		{Options{}, "performance-2x", 4096},
		{Options{CPUs: 8}, "performance-8x", 16384},
		{Options{Kind: "shared", CPUs: 1}, "shared-cpu-1x", 2048},
		{Options{Kind: "shared", CPUs: 8, MemoryMB: 2048}, "shared-cpu-8x", 2048},
	} {
		test.options.App, test.options.Image = "load", "image"
		got, err := test.options.withDefaults()
		if err != nil || got.size() != test.size || got.MemoryMB != test.memoryMB {
			t.Errorf("%+v became %+v, %v", test.options, got, err)
		}
	}
}

// TestImage: who launches needs an image, and who looks for machines does not.
func TestImage(t *testing.T) {
	if _, err := New(providers.Home{Folder: "run"}, Options{App: "load"}); err == nil || !strings.Contains(err.Error(), "which image? --cluster-opt image=") {
		t.Errorf("New for a run = %v", err)
	}
	if _, err := New(providers.Home{}, Options{App: "load"}); err != nil {
		t.Errorf("New for a look = %v", err)
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	for _, test := range []struct {
		options Options
		want    string
	}{
		{Options{Image: "i"}, "which app? --cluster-opt app=NAME"},
		{Options{App: "My App", Image: "i"}, `app is "My App", but must be the name of an app of Fly`},
		{Options{App: "load", Image: "i", Regions: []string{"frankfurt"}}, `region is "frankfurt", but must be three letters`},
		{Options{App: "load", Image: "i", Regions: []string{"fra", "fra"}}, "the region fra is there twice"},
		{Options{App: "load", Image: "i", Kind: "performence"}, `cpu-kind is "performence", but must be shared or performance (did you mean performance?)`},
		{Options{App: "load", Image: "i", CPUs: 3}, "cpus is 3, but Fly has performance processors by 1 2 4 6 8 10 12 14 16"},
		{Options{App: "load", Image: "i", MemoryMB: 2048}, "memory is 2048, but 2 performance processors have 4096 to 16384 MB, in steps of 256"},
		{Options{App: "load", Image: "i", MemoryMB: 5000}, "in steps of 256"},
		{Options{App: "load", Image: "i", Env: []string{"A"}}, `env is "A", but must be NAME=VALUE`},
	} {
		if _, err := test.options.withDefaults(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want an error that says %s", test.options, err, test.want)
		}
	}
}
