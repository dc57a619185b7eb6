package wholefile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// Stdout is the path that means standard output.
const Stdout = "-"

// IsStdout says whether a path means standard output, by any of its names.
func IsStdout(path string) bool {
	t, err := find(path)
	return err == nil && t.kind == descriptor && t.number == syscall.Stdout
}

// A kind is what stands at a path.
type kind int

const (
	unknown kind = iota
	regular      // or nothing yet
	folder
	descriptor // open in this process, such as standard output
	socket
	pipe // with a name
	device
)

// A target is what a path leads to.
type target struct {
	kind   kind
	path   string      // behind all links
	number int         // of a descriptor
	mode   fs.FileMode // of a regular file
}

const (
	newMode = 0o600
	// mayWrite is what access(2) is asked.
	mayWrite = 2
	// mostLinks is how many links a path may have, as Linux has it.
	mostLinks = 40
	// readerInterval is how often it is tried whether somebody reads a pipe.
	readerInterval = 20 * time.Millisecond
)

// descriptorFolders have the open descriptors of a process as files.
var descriptorFolders = regexp.MustCompile(`^(/proc/(\d+)(/task/\d+)?|/dev)/fd$`)

// find follows links, also one that leads to nothing yet. What it finds is not opened.
func find(path string) (target, error) {
	if path == Stdout {
		return target{kind: descriptor, number: syscall.Stdout}, nil
	}
	for range mostLinks {
		if number, ok := descriptorAt(path); ok {
			return target{kind: descriptor, number: number}, nil
		}
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return target{kind: regular, path: path, mode: newMode}, nil
		case err != nil && !errors.Is(err, syscall.ENOTDIR) && !errors.Is(err, syscall.ENAMETOOLONG):
			return target{}, err
		case err != nil: // what is wrong is said where the folder or the file is made
			return target{kind: regular, path: path, mode: newMode}, nil
		case info.Mode()&fs.ModeSymlink == 0:
			return target{kind: kindOf(info.Mode()), path: path, mode: info.Mode().Perm()}, nil
		case inDescriptorFolder(path): // of another process: the link is none that can be read
			return target{kind: device, path: path}, nil
		}
		to, err := os.Readlink(path)
		if err != nil {
			return target{}, err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Dir(path) + string(filepath.Separator) + to // not cleaned: the folder may be a link, too
		}
		path = to
	}
	return target{}, syscall.ELOOP
}

func kindOf(mode fs.FileMode) kind {
	switch {
	case mode.IsRegular():
		return regular
	case mode.IsDir():
		return folder
	case mode&fs.ModeSocket != 0:
		return socket
	case mode&fs.ModeNamedPipe != 0:
		return pipe
	}
	return device
}

// descriptorAt returns the number of the open descriptor of this process that a path names.
func descriptorAt(path string) (number int, ok bool) {
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return 0, false
	}
	found := descriptorFolders.FindStringSubmatch(dir)
	if found == nil || (found[2] != "" && found[2] != strconv.Itoa(os.Getpid())) {
		return 0, false
	}
	number, err = strconv.Atoi(filepath.Base(path))
	return number, err == nil
}

func inDescriptorFolder(path string) bool {
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return err == nil && descriptorFolders.MatchString(dir)
}

// check returns why something that is no regular file cannot be written, without opening it: who reads a pipe would see its end.
func (t target) check() error {
	if t.kind != descriptor {
		return syscall.Access(t.path, mayWrite)
	}
	if _, err := syscall.Write(t.number, nil); err != nil {
		return fmt.Errorf("descriptor %d is not open for writing", t.number)
	}
	return nil
}

// open opens what is no regular file. The caller closes it.
func (t target) open(ctx context.Context) (io.WriteCloser, error) {
	switch t.kind {
	case descriptor:
		return openDescriptor(ctx, t.number)
	case socket:
		return new(net.Dialer).DialContext(ctx, "unix", t.path)
	case pipe:
		return openPipe(ctx, t.path)
	}
	return os.OpenFile(t.path, os.O_WRONLY|syscall.O_NOCTTY, 0)
}

// openDescriptor opens what a descriptor stands for once more, so that the descriptor stays as it is.
func openDescriptor(ctx context.Context, number int) (io.WriteCloser, error) {
	syscall.ForkLock.RLock()
	copied, err := syscall.Dup(number)
	if err == nil {
		syscall.CloseOnExec(copied)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, err
	}
	out := os.NewFile(uintptr(copied), "descriptor "+strconv.Itoa(number))
	info, err := out.Stat()
	if err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return out, err
	}
	bounded, err := os.OpenFile("/dev/fd/"+strconv.Itoa(copied), os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil { // it is written all the same, but nothing ends a write that nobody reads
		return out, nil
	}
	return until(ctx, bounded), out.Close()
}

// openPipe waits until somebody reads a pipe: without O_NONBLOCK nothing could end that.
func openPipe(ctx context.Context, path string) (io.WriteCloser, error) {
	for {
		out, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			return until(ctx, out), nil
		}
		if !errors.Is(err, syscall.ENXIO) {
			return nil, err
		}
		select {
		case <-time.After(readerInterval):
		case <-ctx.Done():
			return nil, errors.New("nobody reads it")
		}
	}
}

// until has writes fail once ctx is over.
func until(ctx context.Context, out *os.File) io.WriteCloser {
	stop := context.AfterFunc(ctx, func() { _ = out.SetWriteDeadline(time.Now()) }) // only pipes have deadlines
	return bounded{out, stop}
}

type bounded struct {
	*os.File
	stop func() bool
}

func (b bounded) Close() error {
	b.stop()
	return b.File.Close()
}
