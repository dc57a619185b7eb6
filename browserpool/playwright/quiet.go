package playwright

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// quietScript keeps the driver quiet about what nobody listens to: see the file, and decision 9.
//
//go:embed driver_quiet.js
var quietScript []byte

// everythingURL is the address by which quietScript knows that a session wants to be told everything. To a
// driver without the script it is an address that has no cookies.
const everythingURL = "https://everything.liveload.invalid/"

// writeQuiet puts the script into the driver's folder and returns its path.
func writeQuiet(folder string) (string, error) {
	path := filepath.Join(folder, "quiet.js")
	if err := os.WriteFile(path, quietScript, 0o600); err != nil {
		return "", fmt.Errorf("write the driver's preload script: %w", err)
	}
	return path, nil
}

// hearEverything has the driver tell of the WebSockets that are opened from now on, and of requests. Only
// scripts that use Playwright's objects can listen to these.
func (s *session) hearEverything(ctx context.Context) error {
	if s.objects.told.Load() {
		return nil
	}
	opened, err := s.openContext()
	if err != nil {
		return err
	}
	err = s.do(ctx, "the driver to tell everything", func(time.Duration) error {
		_, err := opened.Cookies(everythingURL)
		return err
	})
	if err != nil {
		return plainError(err)
	}
	s.objects.told.Store(true)
	return nil
}
