package driver

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// A driverLog reads what a driver prints to its standard error, through a named pipe. The end of the
// pipe is the end of the process, which is how the death of a driver is noticed: at once, and however
// it died.
type driverLog struct {
	pid   chan int      // gets the driver's process id, once
	ended chan struct{} // closed when nobody can write any more
	hold  *os.File      // our own end for writing, open until the driver has opened its
}

// openDriverLog makes the pipe and reads it until the driver is gone and release was called.
func openDriverLog(path string, logger *slog.Logger) (*driverLog, error) {
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return nil, fmt.Errorf("make pipe for the driver's log: %w", err)
	}
	// Opening for reading first, without waiting for a writer, lets the second opening succeed.
	reader, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open pipe for the driver's log: %w", err)
	}
	hold, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		reader.Close()
		return nil, fmt.Errorf("open pipe for the driver's log: %w", err)
	}
	l := &driverLog{pid: make(chan int, 1), ended: make(chan struct{}), hold: hold}
	go l.read(reader, logger)
	return l, nil
}

// release leaves the driver as the only writer. Call it once the driver runs, or when it never will.
func (l *driverLog) release() { l.hold.Close() }

// longestLine bounds what is kept of a line; the driver can print a page's whole text.
const longestLine = 8 << 10

func (l *driverLog) read(pipe *os.File, logger *slog.Logger) {
	defer close(l.ended)
	defer pipe.Close()
	lines := bufio.NewReaderSize(pipe, longestLine)
	known := false
	for {
		line, cut, err := lines.ReadLine()
		if err != nil {
			return
		}
		text := string(line)
		for cut && err == nil {
			_, cut, err = lines.ReadLine()
		}
		if pid, ok := pidIn(text); ok && !known {
			l.pid <- pid
			known = true
			continue
		}
		logger.Debug("driver: " + text)
	}
}

// pidIn reads the script's line. Only the first such line is the script's: pages can have the driver
// print anything.
func pidIn(line string) (int, bool) {
	digits, ok := strings.CutPrefix(line, pidPrefix)
	if !ok {
		return 0, false
	}
	pid, err := strconv.Atoi(digits)
	return pid, err == nil
}
