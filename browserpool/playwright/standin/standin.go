// Package standin is what Playwright's driver starts in place of a browser: this very program. It makes a second pipe,
// hands the driver's end of the first one and ours of the second to the liveload that waits for them, and becomes the
// browser. So liveload is between the driver and the browser, and nothing listens but a Unix socket in a folder that
// nobody else can enter, until it was used once.
//
// Every program that imports this package can play that part: the command, tests, benchmarks.
package standin

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// Names in the folder of a browser.
const (
	programName = "liveload-browser" // a link to this program, which knows by this name what it has to do
	browserName = "browser"          // a link to the browser
	socketName  = "pipes"            // where liveload waits
)

// The descriptors that a browser speaks on when it is started with --remote-debugging-pipe.
const (
	browserReads  = 3
	browserWrites = 4
)

func init() {
	if filepath.Base(os.Args[0]) != programName {
		return
	}
	err := become(filepath.Dir(os.Args[0]))
	fmt.Fprintln(os.Stderr, "liveload:", err)
	os.Exit(127)
}

// become turns this process into the browser of a folder.
func become(folder string) error {
	browser, err := os.Readlink(filepath.Join(folder, browserName))
	if err != nil {
		return err
	}
	var toBrowser, fromBrowser [2]int
	for _, pipe := range []*[2]int{&toBrowser, &fromBrowser} {
		if err := syscall.Pipe(pipe[:]); err != nil {
			return fmt.Errorf("make a pipe: %w", err)
		}
		syscall.CloseOnExec(pipe[0])
		syscall.CloseOnExec(pipe[1])
	}
	err = handOver(filepath.Join(folder, socketName), browserReads, browserWrites, fromBrowser[0], toBrowser[1])
	if err != nil {
		return err
	}
	if err := unix.Dup2(toBrowser[0], browserReads); err != nil {
		return fmt.Errorf("give the browser its pipe: %w", err)
	}
	if err := unix.Dup2(fromBrowser[1], browserWrites); err != nil {
		return fmt.Errorf("give the browser its pipe: %w", err)
	}
	err = syscall.Exec(browser, append([]string{browser}, os.Args[1:]...), os.Environ())
	return fmt.Errorf("start %s: %w", browser, err)
}

// handOver sends descriptors to the liveload that waits at a socket.
func handOver(socket string, descriptors ...int) error {
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		return fmt.Errorf("reach liveload: %w", err)
	}
	defer conn.Close()
	if _, _, err := conn.WriteMsgUnix([]byte{0}, syscall.UnixRights(descriptors...), nil); err != nil {
		return fmt.Errorf("hand the pipes to liveload: %w", err)
	}
	return nil
}
