// Package pagetest opens liveload's own pages in a real browser, for the tests of the report and the dashboard: with the
// keyboard and the mouse, at any size, dark and light. A page that writes an error to its console, or breaks its own
// policy, fails its test.
package pagetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/browserpool/cdp"
)

// A browser serves all tests of a package.
type browser struct {
	process *exec.Cmd
	folder  string // its profile
	conn    *cdp.Conn
}

var (
	shared  = sync.OnceValues(start)
	started bool // written by shared only
)

// Close ends the browser, if tests have used it. TestMain calls it.
func Close() {
	if started {
		b, _ := shared()
		b.close()
	}
}

func start() (*browser, error) {
	started = true
	b := &browser{}
	found, err := browsertest.Installed()
	if err != nil {
		return b, err
	}
	if b.folder, err = os.MkdirTemp("", "llpage"); err != nil {
		return b, err
	}
	b.process = exec.Command(found.BrowserPath, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--mute-audio",
		"--remote-debugging-port=0", "--user-data-dir="+b.folder, "about:blank")
	said, err := b.process.StderrPipe()
	if err != nil {
		return b, err
	}
	if err := b.process.Start(); err != nil {
		return b, err
	}
	address, err := listensAt(said)
	if err != nil {
		return b, err
	}
	b.conn, err = cdp.Dial(context.Background(), address)
	return b, err
}

// listensAt reads the address that the browser prints, and has the rest of what it prints thrown away.
func listensAt(said io.Reader) (string, error) {
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "DevTools listening on "); found {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return strings.TrimSpace(address), nil
		}
	}
	return "", errors.Join(fmt.Errorf("the browser ended before it listened"), lines.Err())
}

func (b *browser) close() {
	if b.process != nil && b.process.Process != nil {
		_ = b.process.Process.Kill()
		_ = b.process.Wait()
	}
	if b.folder != "" {
		_ = os.RemoveAll(b.folder)
	}
}
