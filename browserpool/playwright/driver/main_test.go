package driver

import (
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool/installation"
)

// installed is what is installed, looked for before any launch: the environment names another Node.js while a
// driver starts.
var installed = sync.OnceValues(installation.Here)

// patience is how long a test waits for what must happen soon.
const patience = 30 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// must fails the test at the first error of a chain of steps.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}
