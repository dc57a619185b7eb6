//go:build clients

package demo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGenuineClients checks the npm packages that `liveload install` has put on this machine, or
// those in LIVELOAD_DEMO_CLIENT_DIR. Nothing else here needs them, hence the build tag:
//
//	go test -tags clients ./examples/demo
func TestGenuineClients(t *testing.T) {
	dir := os.Getenv("LIVELOAD_DEMO_CLIENT_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(cache, "liveload", "demo-client", "node_modules")
	}
	server, err := New(Options{ClientDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for path, export := range map[string]string{"/assets/phoenix.mjs": "LongPoll", "/assets/phoenix_live_view.esm.js": "LiveSocket"} {
		if !strings.Contains(string(server.assets.files[path].data), export) {
			t.Errorf("%s does not define %s", path, export)
		}
	}
	if !strings.HasPrefix(server.assets.clientVersion, "1.2.") {
		t.Errorf("phoenix_live_view is %s, the demo is made for 1.2", server.assets.clientVersion)
	}
}
