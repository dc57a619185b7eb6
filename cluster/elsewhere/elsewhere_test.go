package elsewhere

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// TestMain: with arguments this program is a run. It reads given.txt, writes made.txt, and waits for as many interrupts as given.txt has
// letters. With "killed" in it, it dies.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "run" {
		os.Exit(pretend())
	}
	os.Exit(m.Run())
}

func pretend() int {
	signals := make(chan os.Signal, 10)
	signal.Notify(signals, os.Interrupt)
	given, err := os.ReadFile("given.txt")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("begun with", os.Getenv("SECRET"), os.Args[2:])
	if string(given) == "killed" {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	}
	for n := range len(given) {
		<-signals
		fmt.Fprintln(os.Stderr, "interrupt", n+1)
	}
	if err := errors.Join(os.MkdirAll("kept", 0o700), os.WriteFile("kept/made.txt", given, 0o600)); err != nil {
		fmt.Println(err)
		return 1
	}
	return 7
}

// A stage is a host and one who follows it.
type stage struct {
	*testing.T
	host *Host
	stop context.CancelFunc
	over chan struct{} // closed when the host has ended, with:
	code int
	err  error
}

func start(t *testing.T, keep time.Duration) *stage {
	s := &stage{T: t, over: make(chan struct{})}
	folder, err := os.MkdirTemp("", "host") // short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	s.host = &Host{Folder: filepath.Join(folder, "h"), Program: os.Args[0], Wait: time.Hour, Keep: keep, Out: &bytes.Buffer{}, Log: slog.New(slog.DiscardHandler)}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go func() {
		defer close(s.over)
		s.code, s.err = s.host.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-s.over; os.RemoveAll(folder) })
	return s
}

func (s *stage) dial(ctx context.Context) (net.Conn, error) {
	select {
	case <-s.over:
		return nil, providers.ErrGone
	default:
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(s.host.Folder, SocketName))
	}
}

// checkEnd waits for the end of the host, with the exit code of the run.
func (s *stage) checkEnd() {
	s.Helper()
	<-s.over
	if s.code != 7 || s.err != nil {
		s.Errorf("the host ended with %d, %v", s.code, s.err)
	}
}

// run is a handover of a run that waits for some interrupts.
func (s *stage) run(interrupts string) Handover {
	file := filepath.Join(s.TempDir(), "given")
	if err := os.WriteFile(file, []byte(interrupts), 0o600); err != nil {
		s.Fatal(err)
	}
	return Handover{
		Run: "7c9e", Args: []string{"run", "--users", "3"}, Env: map[string]string{"SECRET": "swordfish"}, Folder: "project/tests",
		Files: map[string]string{"project/tests/given.txt": file, "project/lib.js": file},
	}
}

// A screen is what somebody sees. It is told when a text is there.
type screen struct {
	mu   sync.Mutex
	text string
	on   map[string]func()
}

func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text += string(text)
	for wanted, f := range s.on {
		if strings.Contains(s.text, wanted) {
			delete(s.on, wanted)
			go f()
		}
	}
	return len(text), nil
}

func never(t *testing.T) func(error) {
	return func(err error) { t.Errorf("the host was lost: %v", err) }
}

func TestRunElsewhere(t *testing.T) {
	s := start(t, time.Hour)
	f := NewFollower(s.dial)
	if err := f.HandOver(t.Context(), s.run("ab")); err != nil {
		t.Fatal(err)
	}
	if err := f.HandOver(t.Context(), s.run("ab")); err != nil {
		t.Errorf("the same run again: %v", err)
	}
	other := s.run("")
	other.Run = "other"
	if err := f.HandOver(t.Context(), other); err == nil || err.Error() != "the run 7c9e was handed over already" {
		t.Errorf("another run: %v", err)
	}
	if _, err := f.Fetch(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "the run goes on") {
		t.Errorf("Fetch during the run = %v", err)
	}
	interrupt := func() {
		if err := f.Interrupt(t.Context()); err != nil {
			t.Error(err)
		}
	}
	seen := &screen{on: map[string]func(){"begun": interrupt, "interrupt 1\n": interrupt}}
	exit, err := f.Follow(t.Context(), seen, never(t))
	if want := "begun with swordfish [--users 3]\ninterrupt 1\ninterrupt 2\n"; err != nil || exit != (Exit{true, 7}) || seen.text != want {
		t.Errorf("Follow = %+v, %v, and showed %q, want %q", exit, err, seen.text, want)
	}
	here := t.TempDir()
	names, err := f.Fetch(t.Context(), here)
	if err != nil || !slices.Equal(names, []string{"kept/made.txt"}) {
		t.Errorf("Fetch = %q, %v", names, err)
	}
	if made, err := os.ReadFile(filepath.Join(here, "kept", "made.txt")); err != nil || string(made) != "ab" {
		t.Errorf("what the run has written: %q, %v", made, err)
	}
	if err := f.Leave(t.Context()); err != nil {
		t.Error(err)
	}
	s.checkEnd()
}

// TestConnectionThatIsCut: who follows sees each line once.
func TestConnectionThatIsCut(t *testing.T) {
	s := start(t, time.Hour)
	var mu sync.Mutex
	var newest net.Conn
	f := NewFollower(func(ctx context.Context) (net.Conn, error) {
		conn, err := s.dial(ctx)
		mu.Lock()
		defer mu.Unlock()
		newest = conn
		return conn, err
	})
	if err := f.HandOver(t.Context(), s.run("a")); err != nil {
		t.Fatal(err)
	}
	cut := func() {
		mu.Lock()
		defer mu.Unlock()
		newest.Close()
	}
	var lost []error
	seen := &screen{on: map[string]func(){"begun": cut}}
	exit, err := f.Follow(t.Context(), seen, func(err error) {
		lost = append(lost, err)
		if err := NewFollower(s.dial).Interrupt(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if want := "begun with swordfish [--users 3]\ninterrupt 1\n"; err != nil || !exit.Ended || seen.text != want || len(lost) != 1 {
		t.Errorf("Follow = %+v, %v, lost %v, and showed %q, want %q", exit, err, lost, seen.text, want)
	}
}

// TestHostThatIsGone: who follows does not try for ever.
func TestHostThatIsGone(t *testing.T) {
	f := NewFollower(func(context.Context) (net.Conn, error) { return nil, fmt.Errorf("the Pod: %w", providers.ErrGone) })
	if err := f.HandOver(t.Context(), Handover{}); !errors.Is(err, providers.ErrGone) {
		t.Errorf("HandOver = %v", err)
	}
	if _, err := f.Follow(t.Context(), &screen{}, never(t)); !errors.Is(err, providers.ErrGone) {
		t.Errorf("Follow = %v", err)
	}
}

// TestHostThatIsToldToEnd: the run gets to finish.
func TestHostThatIsToldToEnd(t *testing.T) {
	s := start(t, time.Hour)
	f := NewFollower(s.dial)
	if err := f.HandOver(t.Context(), s.run("a")); err != nil {
		t.Fatal(err)
	}
	seen := &screen{on: map[string]func(){"begun": s.stop}}
	_, _ = f.Follow(t.Context(), seen, func(error) {}) // the host may be gone before its last answer
	s.checkEnd()
}

// TestNobodyComes: what nobody fetches goes, and so does a host without a run.
func TestNobodyComes(t *testing.T) {
	s := start(t, time.Millisecond)
	_ = NewFollower(s.dial).HandOver(t.Context(), s.run("")) // the host may be gone before it answers
	s.checkEnd()
	folder := filepath.Join(t.TempDir(), "h")
	h := &Host{Folder: folder, Program: os.Args[0], Wait: time.Millisecond, Out: &bytes.Buffer{}, Log: slog.New(slog.DiscardHandler)}
	if _, err := h.Run(t.Context()); err == nil || err.Error() != "nobody has handed a run over for 1ms" {
		t.Errorf("Run = %v", err)
	}
}
