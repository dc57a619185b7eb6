package elsewhere

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// SocketName is the file in the folder of a Host at which it is asked.
const SocketName = "host.sock"

const (
	// outputDelay is how long what a run has started may keep its output open after its end.
	outputDelay = 5 * time.Second
	// answerTime bounds the last answers of a host.
	answerTime = 5 * time.Second
)

// A Host is the process elsewhere. It runs what it is given once, and keeps what the run has written for a while.
type Host struct {
	Folder  string        // for everything; Run makes it, and nobody else enters it
	Program string        // liveload
	Wait    time.Duration // for a run to be handed over
	Keep    time.Duration // what the run has written, when nobody fetches it
	Out     io.Writer     // what the run prints goes here too
	Log     *slog.Logger

	output *output
	leave  chan struct{} // closed when nobody needs the host any more
	left   sync.Once

	mu      sync.Mutex
	taken   string // id of the run that was handed over; "" before
	work    string // folder in which the run works
	given   map[string]time.Time
	process *exec.Cmd // of the run; nil before it
	ran     chan struct{}
	code    int // with which the run ended
}

// Run serves until the run has ended and was fetched or kept long enough, and returns the run's exit code. When ctx ends, the
// run ends as with Ctrl-C.
func (h *Host) Run(ctx context.Context) (code int, err error) {
	h.leave, h.ran = make(chan struct{}), make(chan struct{})
	if err := os.Mkdir(h.Folder, 0o700); err != nil { // one that is there may be another user's
		return 0, fmt.Errorf("make the folder of the host: %w", err)
	}
	if h.output, err = newOutput(filepath.Join(h.Folder, "output"), h.Out); err != nil {
		return 0, fmt.Errorf("keep what the run prints: %w", err)
	}
	defer h.output.file.Close()
	listener, err := net.Listen("unix", filepath.Join(h.Folder, SocketName))
	if err != nil {
		return 0, fmt.Errorf("wait for a run: %w", err)
	}
	server := &http.Server{Handler: h.handler(), ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() { defer close(served); server.Serve(listener) }()
	defer func() { // who asks something just now gets the answer
		answering, cancel := context.WithTimeout(context.Background(), answerTime)
		defer cancel()
		_ = server.Shutdown(answering)
		server.Close()
		<-served
	}()
	if err := h.await(ctx); err != nil {
		return 0, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.code, nil
}

// await waits until nobody needs the host any more.
func (h *Host) await(ctx context.Context) error {
	select {
	case <-h.ran:
	case <-ctx.Done():
		return h.stop(ctx)
	case <-time.After(h.Wait):
		h.mu.Lock()
		taken := h.taken
		h.mu.Unlock()
		if taken == "" {
			return fmt.Errorf("nobody has handed a run over for %v", h.Wait)
		}
		select {
		case <-h.ran:
		case <-ctx.Done():
			return h.stop(ctx)
		}
	}
	select {
	case <-h.leave:
	case <-ctx.Done():
	case <-time.After(h.Keep):
		h.Log.Warn(fmt.Sprintf("nobody has fetched what the run has written for %v", h.Keep))
	}
	return nil
}

// stop ends the run, if there is one, as Ctrl-C does.
func (h *Host) stop(ctx context.Context) error {
	if h.interrupt() != nil {
		return context.Cause(ctx)
	}
	<-h.ran
	return nil
}

// handler answers those who follow the run.
func (h *Host) handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, f func(w http.ResponseWriter, r *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := f(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
			}
		})
	}
	handle("POST /run", func(w http.ResponseWriter, r *http.Request) error {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.Wait)) // nothing else can be asked meanwhile
		return h.take(r.FormValue("id"), r.Body)
	})
	handle("POST /interrupt", func(http.ResponseWriter, *http.Request) error { return h.interrupt() })
	handle("POST /leave", func(http.ResponseWriter, *http.Request) error {
		h.left.Do(func() { close(h.leave) })
		return nil
	})
	handle("GET /exit", func(w http.ResponseWriter, _ *http.Request) error { return json.NewEncoder(w).Encode(h.exit()) })
	handle("GET /output", func(w http.ResponseWriter, r *http.Request) error {
		from, err := strconv.ParseInt(r.FormValue("from"), 10, 64)
		if err != nil {
			return errors.New("from where?")
		}
		_ = h.output.follow(r.Context(), from, w, func() { _ = http.NewResponseController(w).Flush() }) // who asked has gone, and comes again
		return nil
	})
	handle("GET /written", func(w http.ResponseWriter, _ *http.Request) error { return h.written(w) })
	return mux
}

// take starts the run that is handed over. It may be handed over again, by somebody who did not hear the answer.
func (h *Host) take(id string, from io.Reader) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch h.taken {
	case "":
	case id:
		return nil
	default:
		return fmt.Errorf("the run %s was handed over already", h.taken)
	}
	run, err := Unpack(from, h.Folder)
	if err != nil {
		return err
	}
	h.work = filepath.Join(h.Folder, filesName, filepath.FromSlash(run.Folder))
	if h.given, err = h.files(); err != nil {
		return err
	}
	cmd := exec.Command(h.Program, run.Args...)
	cmd.Dir = h.work
	cmd.Stdout, cmd.Stderr = h.output, h.output
	cmd.WaitDelay = outputDelay
	cmd.Env = os.Environ()
	for name, value := range run.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the run: %w", err)
	}
	h.taken, h.process = id, cmd
	go h.wait(cmd)
	return nil
}

// wait waits for the end of the run.
func (h *Host) wait(cmd *exec.Cmd) {
	_ = cmd.Wait() // its state says all
	code := cmd.ProcessState.ExitCode()
	if code < 0 { // a signal, of which the run could not tell
		code = 1
		fmt.Fprintf(h.output, "Error: the run was ended from outside: %v\n", cmd.ProcessState)
	}
	h.mu.Lock()
	h.code = code
	h.mu.Unlock()
	close(h.ran)
	h.output.end()
}

// interrupt is Ctrl-C for the run.
func (h *Host) interrupt() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.process == nil {
		return errors.New("no run was handed over")
	}
	_ = h.process.Process.Signal(os.Interrupt) // it may have ended
	return nil
}

// An Exit says how a run ended.
type Exit struct {
	Ended bool `json:"ended"`
	Code  int  `json:"code"`
}

func (h *Host) exit() Exit {
	select {
	case <-h.ran:
		h.mu.Lock()
		defer h.mu.Unlock()
		return Exit{true, h.code}
	default:
		return Exit{}
	}
}
