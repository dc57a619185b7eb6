// Package pagetest opens liveload's own pages in a real browser, for the tests of the report and the dashboard: with the
// keyboard and the mouse, at any size, dark and light. A page that writes an error to its console, or breaks its own
// policy, fails its test.
package pagetest

import (
	"context"
	"errors"
	"os"
	"os/exec"
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
	ours, its, err := pipes()
	if err != nil {
		return b, err
	}
	b.process = exec.Command(found.BrowserPath, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--mute-audio",
		"--remote-debugging-pipe", "--user-data-dir="+b.folder, "about:blank")
	b.process.ExtraFiles = []*os.File{its.From, its.To}
	err = b.process.Start()
	if err = errors.Join(err, its.Close()); err != nil {
		return b, errors.Join(err, ours.Close())
	}
	b.conn, err = cdp.Open(context.Background(), ours, nil)
	return b, err
}

// pipes are both ends of a browser's pipe.
func pipes() (ours, its cdp.Pipe, err error) {
	if ours.From, its.To, err = os.Pipe(); err != nil {
		return ours, its, err
	}
	its.From, ours.To, err = os.Pipe()
	return ours, its, err
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
