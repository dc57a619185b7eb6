package labels

import (
	"maps"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

func TestLabels(t *testing.T) {
	for _, test := range []struct {
		machine providers.Machine
		labels  map[string]string
	}{
		{providers.Machine{Run: "r", Name: "m-1"}, map[string]string{"liveload-run": "r", "liveload-machine": "m-1"}},
		{
			providers.Machine{Run: "r", Name: "m-1", Owner: "ada-laptop-1", Expires: time.Unix(1_700_000_000, 0)},
			map[string]string{"liveload-run": "r", "liveload-machine": "m-1", "liveload-owner": "ada-laptop-1", "liveload-expires": "1700000000"},
		},
	} {
		labels := Of(test.machine)
		if !maps.Equal(labels, test.labels) {
			t.Errorf("Of(%+v) = %v, want %v", test.machine, labels, test.labels)
		}
		if m, ok := Read(labels); !ok || m != test.machine {
			t.Errorf("Read(%v) = %+v, %v", labels, m, ok)
		}
	}
	if m, ok := Read(map[string]string{"liveload-machine": "m-1", "liveload-expires": "soon"}); ok || !m.Expires.IsZero() {
		t.Errorf("Read of somebody else's labels = %+v, %v", m, ok)
	}
}
