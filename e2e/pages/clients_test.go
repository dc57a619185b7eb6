package pages

import (
	"slices"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
)

// TestOlderClients holds the numbers to those of the demo with the clients of earlier LiveView versions:
// what is measured in the page must not depend on the newest. The demo speaks the wire format of LiveView
// 1.1 and 1.2, so that with 1.0 only pages without lists can be worked.
func TestOlderClients(t *testing.T) {
	t.Parallel()
	for _, client := range []struct {
		packages []string
		pages    []string
	}{
		{[]string{"phoenix@1.7.21", "phoenix_live_view@1.1.32"}, []string{"counter", "form", "shop", "nested", "crash", "upload", "hooks"}},
		{[]string{"phoenix@1.7.21", "phoenix_live_view@1.0.19"}, []string{"counter", "async", "account", "live-login", "nested", "crash", "hooks"}},
	} {
		t.Run(client.packages[1], func(t *testing.T) {
			dir := rig.NodeModules(t, client.packages...)
			for _, tt := range pageTests {
				if slices.Contains(client.pages, tt.name) {
					t.Run(tt.name, func(t *testing.T) {
						t.Parallel()
						tt.run(t, rig.StartAppWith(t, dir), "websocket")
					})
				}
			}
		})
	}
}
