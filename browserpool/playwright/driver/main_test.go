package driver

import (
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/sessiontest"
)

// installed is what is installed, looked for before any launch: the environment names another Node.js while a
// driver starts.
var installed = sync.OnceValues(installation.Here)

// patience is how long a test waits for what must happen soon.
const patience = 30 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var must, within, awaitClosed = sessiontest.Must, sessiontest.Within, sessiontest.AwaitClosed
