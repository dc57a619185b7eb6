package cdp

import (
	"io"
	"net"
	"syscall"
	"unsafe"
)

// A rawConn reads and writes with system calls of which Go's scheduler is not told. They never block,
// so it has nothing to do about them; being told, it wakes its watching thread each time, which was a
// fifth of liveload's CPU. One goroutine may read while another writes.
type rawConn struct {
	net.Conn
	in, out transfer
}

// A transfer is one read or write. Its step is made once, so that a call allocates nothing.
type transfer struct {
	wait func(step func(fd uintptr) bool) error // until the socket may have or take something
	step func(fd uintptr) bool
	rest []byte
	n    int
	err  error
}

// raw gives conn without the scheduler's help; other than TCP it is left as it is.
func raw(conn net.Conn) net.Conn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return conn
	}
	socket, err := tcp.SyscallConn()
	if err != nil {
		return conn
	}
	r := &rawConn{Conn: conn}
	r.in.wait, r.in.step = socket.Read, r.in.once(syscall.SYS_READ)
	r.out.wait, r.out.step = socket.Write, r.out.once(syscall.SYS_WRITE)
	return r
}

func (r *rawConn) Read(p []byte) (int, error) {
	n, err := r.in.do(p)
	if n == 0 && err == nil && len(p) > 0 {
		err = io.EOF
	}
	return n, err
}

func (r *rawConn) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		n, err := r.out.do(p[written:])
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func (t *transfer) do(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	t.rest, t.n, t.err = p, 0, nil
	err := t.wait(t.step)
	t.rest = nil
	if err == nil {
		err = t.err
	}
	return t.n, err
}

// once makes the step that does the system call, and is false when the socket must be waited for.
func (t *transfer) once(call uintptr) func(fd uintptr) bool {
	return func(fd uintptr) bool {
		for {
			n, _, errno := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(&t.rest[0])), uintptr(len(t.rest)))
			switch errno {
			case 0:
				t.n = int(n)
				return true
			case syscall.EINTR:
			case syscall.EAGAIN:
				return false
			default:
				t.err = errno
				return true
			}
		}
	}
}
