package driver

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

// preloadScript keeps the driver quiet about what nobody listens to: see the file, and decision 9.
//
//go:embed preload.js
var preloadScript []byte

// EverythingURL is the address by which preloadScript knows that a session wants to be told everything. To a
// driver without the script it is an address that has no cookies.
const EverythingURL = "https://everything.liveload.invalid/"

// writePreload puts the script into the driver's folder and returns its path.
func writePreload(folder string) (string, error) {
	path := filepath.Join(folder, "preload.js")
	if err := os.WriteFile(path, preloadScript, 0o600); err != nil {
		return "", fmt.Errorf("write the driver's preload script: %w", err)
	}
	return path, nil
}
