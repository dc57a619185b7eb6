package driver

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

// quietScript keeps the driver quiet about what nobody listens to: see the file, and decision 9.
//
//go:embed quiet.js
var quietScript []byte

// EverythingURL is the address by which quietScript knows that a session wants to be told everything. To a
// driver without the script it is an address that has no cookies.
const EverythingURL = "https://everything.liveload.invalid/"

// writeQuiet puts the script into the driver's folder and returns its path.
func writeQuiet(folder string) (string, error) {
	path := filepath.Join(folder, "quiet.js")
	if err := os.WriteFile(path, quietScript, 0o600); err != nil {
		return "", fmt.Errorf("write the driver's preload script: %w", err)
	}
	return path, nil
}
