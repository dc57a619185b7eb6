package driver

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// directFlag makes Chromium listen for a second client of its DevTools, on a port of its choice of the
// loopback interface, under a path that nobody can guess.
const directFlag = "--remote-debugging-port=0"

// connect opens the direct connection to a browser that Playwright has launched.
func (b *Browser) connect(ctx context.Context) error {
	folder, err := profileFolder(b.pid)
	if err != nil {
		return err
	}
	address, err := awaitDevTools(ctx, filepath.Join(folder, "DevToolsActivePort"), b.done)
	if err != nil {
		return err
	}
	b.direct, err = cdp.Dial(ctx, address)
	return err
}

// crashed reports whether a connection failed because the browser or its driver died, which may be reported later.
func (b *Browser) crashed(ctx context.Context) bool {
	select {
	case <-b.done:
		return true
	case r := <-calls.Async(b.pw.NewBrowserCDPSession):
		return r.Err != nil
	case <-ctx.Done():
		return false
	}
}

// profileFolder reads from a browser's command line where Playwright has put its profile.
func profileFolder(pid int) (string, error) {
	folder, ok := flag(&process.Process{Pid: int32(pid)}, "--user-data-dir=")
	if !ok {
		return "", fmt.Errorf("find the browser's profile: process %d has no --user-data-dir", pid)
	}
	return folder, nil
}

const (
	listenLimit = 10 * time.Second     // for a browser on a busy machine to listen
	listenEvery = 5 * time.Millisecond // how often to look: there is no event
)

// awaitDevTools reads the file in which Chromium says where its DevTools listen, as soon as it is there:
// Playwright calls a browser launched when it answers, which may be sooner.
func awaitDevTools(ctx context.Context, file string, gone <-chan struct{}) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, listenLimit)
	defer cancel()
	again := time.NewTicker(listenEvery)
	defer again.Stop()
	for {
		address, err := devToolsAddress(file)
		if err == nil {
			return address, nil
		}
		select {
		case <-again.C:
		case <-gone:
			return "", browserpool.ErrLost
		case <-ctx.Done():
			return "", err
		}
	}
}

// devToolsAddress reads the file in which Chromium says where its DevTools listen: a port and a path.
func devToolsAddress(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("find the browser's DevTools: %w", err)
	}
	port, path, ok := bytes.Cut(bytes.TrimSpace(content), []byte("\n"))
	if !ok || len(port) == 0 || !bytes.HasPrefix(path, []byte("/")) {
		return "", fmt.Errorf("find the browser's DevTools: %s holds %q, not a port and a path", file, content)
	}
	return "ws://127.0.0.1:" + string(port) + string(path), nil
}
