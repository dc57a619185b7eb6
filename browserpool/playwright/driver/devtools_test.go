package driver

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// TestDevToolsAreAwaited: a browser may say where it listens only after it was launched.
func TestDevToolsAreAwaited(t *testing.T) {
	file := filepath.Join(t.TempDir(), "DevToolsActivePort")
	gone := make(chan struct{})

	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := awaitDevTools(short, file, gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v, want that it does not exist", err)
	}

	address := make(chan string, 1)
	go func() {
		found, err := awaitDevTools(t.Context(), file, gone)
		if err != nil {
			t.Errorf("with a file that comes later: %v", err)
		}
		address <- found
	}()
	for _, text := range []string{"41", "4100\n", "4100\n/devtools/browser/ab"} { // as it may be seen while it is written
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := <-address, "ws://127.0.0.1:4100/devtools/browser/ab"; got != want {
		t.Errorf("the address is %s, want %s", got, want)
	}

	close(gone)
	if _, err := awaitDevTools(t.Context(), file+".none", gone); !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("of a browser that is gone: %v, want ErrLost", err)
	}
}
