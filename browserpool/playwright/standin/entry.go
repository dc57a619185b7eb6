package standin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"

	"github.com/liveload/liveload/browserpool/cdp"
)

// An Entry waits for the pipes of one browser.
type Entry struct {
	listener *net.UnixListener
	program  string
}

// Prepare makes ready that a program is started for a browser, in a folder of that browser that nobody else can enter.
// The caller closes the Entry.
func Prepare(folder, browser string) (*Entry, error) {
	self, err := ownProgram()
	if err != nil {
		return nil, err
	}
	e := &Entry{program: filepath.Join(folder, programName)}
	for link, target := range map[string]string{programName: self, browserName: browser} {
		if err := os.Symlink(target, filepath.Join(folder, link)); err != nil {
			return nil, fmt.Errorf("prepare the start of a browser: %w", err)
		}
	}
	e.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(folder, socketName), Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("prepare the start of a browser: %w", err)
	}
	return e, nil
}

// ownProgram is this program, on Linux also when its file was replaced or removed since.
func ownProgram() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/" + strconv.Itoa(os.Getpid()) + "/exe", nil
	}
	return os.Executable()
}

// Program is what has to be started in place of the browser, with the browser's arguments and environment.
func (e *Entry) Program() string { return e.program }

// Close ends the waiting, and removes the socket. It may be called again.
func (e *Entry) Close() { _ = e.listener.Close() }

// Pipes waits for the started program and returns its two pipes, which are the caller's: that of the driver and that of
// the browser.
func (e *Entry) Pipes(ctx context.Context) (driver, browser cdp.Pipe, err error) {
	defer context.AfterFunc(ctx, e.Close)()
	files, err := e.receive(ctx)
	e.Close()
	if err != nil {
		return driver, browser, errors.Join(fmt.Errorf("wait for the start of a browser: %w", err), context.Cause(ctx))
	}
	return cdp.Pipe{From: files[0], To: files[1]}, cdp.Pipe{From: files[2], To: files[3]}, nil
}

// handedOver is how many descriptors a program hands over.
const handedOver = 4

func (e *Entry) receive(ctx context.Context) ([]*os.File, error) {
	conn, err := e.listener.AcceptUnix()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	e.Close() // nobody else comes
	space := make([]byte, syscall.CmsgSpace(handedOver*4))
	_, n, _, _, err := conn.ReadMsgUnix(make([]byte, 1), space)
	if err != nil {
		return nil, err
	}
	messages, err := syscall.ParseSocketControlMessage(space[:n])
	if err != nil {
		return nil, err
	}
	var files []*os.File
	for i := range messages {
		descriptors, err := syscall.ParseUnixRights(&messages[i])
		if err != nil {
			return nil, err
		}
		for _, fd := range descriptors {
			files = append(files, file(fd))
		}
	}
	if len(files) != handedOver || slices.Contains(files, nil) {
		for _, f := range files {
			_ = f.Close()
		}
		return nil, fmt.Errorf("%d descriptors came, not %d", len(files), handedOver)
	}
	return files, nil
}

// file makes a file that takes deadlines.
func file(fd int) *os.File {
	if syscall.SetNonblock(fd, true) != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), "pipe")
}
