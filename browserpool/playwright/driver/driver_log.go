package driver

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// A driverLog reads what a driver prints to its standard error, through a named pipe. The end of the
// pipe is the end of the process, which is how the death of a driver is noticed: at once, and however
// it died.
type driverLog struct {
	pid   chan int      // gets the driver's process id, once
	ended chan struct{} // closed when nobody can write any more
	hold  *os.File      // our own end for writing, open until the driver has opened its

	mark string // begins lines that say how a process of the driver has ended

	mu   sync.Mutex
	ends map[int]chan string // how processes of the driver have ended, by their ids
	died string              // the first line that says that Node.js gives up
}

// endPrefix begins such a line, before the secret.
const endPrefix = "liveload ended "

// endOf returns the channel that gets how a process of the driver has ended, once: the name of a signal, or "exit code 1".
func (l *driverLog) endOf(pid int) chan string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ends[pid] == nil {
		l.ends[pid] = make(chan string, 1)
	}
	return l.ends[pid]
}

// fatal is why Node.js gave up; "" when it did not say so.
func (l *driverLog) fatal() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.died
}

// longestReason bounds what is kept of it.
const longestReason = 200

// notice takes lines that say how something has ended.
func (l *driverLog) notice(line string) (taken bool) {
	if rest, ok := strings.CutPrefix(line, l.mark+" "); ok {
		digits, how, _ := strings.Cut(rest, " ")
		if pid, err := strconv.Atoi(digits); err == nil {
			select {
			case l.endOf(pid) <- how:
			default: // it was said before
			}
		}
		return true
	}
	if strings.HasPrefix(line, "FATAL ERROR: ") || strings.HasPrefix(line, "Uncaught ") || strings.HasPrefix(line, "Node.js v") {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.died == "" {
			l.died = line[:min(len(line), longestReason)]
		}
	}
	return false
}

// openDriverLog makes the pipe and reads it until the driver is gone and release was called.
func openDriverLog(path, secret string, logger *slog.Logger) (*driverLog, error) {
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
	l := &driverLog{pid: make(chan int, 1), ended: make(chan struct{}), hold: hold, mark: endPrefix + secret, ends: map[int]chan string{}}
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
		if !l.notice(text) {
			logger.Debug("driver: " + text)
		}
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
