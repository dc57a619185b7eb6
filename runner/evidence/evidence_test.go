package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/space"
)

// A fakeSession shows a page, or hangs.
type fakeSession struct {
	browserpool.Session
	hangs bool
	began int
	path  string // of the last trace
}

func (s *fakeSession) PageContent(ctx context.Context) (string, error) { return "<p>", s.wait(ctx) }
func (s *fakeSession) Screenshot(ctx context.Context, _ ...browserpool.ScreenshotOptions) ([]byte, error) {
	return []byte("png"), s.wait(ctx)
}
func (s *fakeSession) LastFrames(ctx context.Context) ([]browserpool.Frame, error) {
	return []browserpool.Frame{{Sent: true, Bytes: 2, URL: "ws://app/live", Text: "password=hunter2&a=1"}}, s.wait(ctx)
}
func (s *fakeSession) StartTrace(context.Context) error { s.began++; return nil }
func (s *fakeSession) StopTrace(_ context.Context, path string) error {
	s.path = path
	if path == "" {
		return nil
	}
	return os.WriteFile(path, noParts, 0o600)
}

func (s *fakeSession) wait(ctx context.Context) error {
	if !s.hangs {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

// noParts is an archive without files.
var noParts = append([]byte("PK\x05\x06"), make([]byte, 18)...)

// counting are the numbers of a run whose controller may be away.
type counting struct {
	mu     sync.Mutex
	counts map[string]int64
	away   bool
}

func (c *counting) Next(ctx context.Context, sequence string) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		<-ctx.Done()
		return 0, context.Cause(ctx)
	}
	if c.counts == nil {
		c.counts = map[string]int64{}
	}
	c.counts[sequence]++
	return c.counts[sequence] - 1, nil
}

func failureOf(class string) Failure {
	return Failure{FailureSample: metrics.FailureSample{Class: class, ReasonInspect: "because"}}
}

func newStore(t *testing.T, opts Options) *Store {
	t.Helper()
	opts.Dir, opts.Log = filepath.Join(t.TempDir(), "run"), slog.New(slog.DiscardHandler)
	return New(opts, "a shop/ü", &counting{})
}

func TestFirstFailuresOfAClass(t *testing.T) {
	s := newStore(t, Options{Failures: true})
	folders := map[string]bool{}
	for _, class := range []string{"click timeout", "fail: no/stock", "click timeout", "click timeout", "click timeout"} {
		kept := s.Failed(t.Context(), &fakeSession{}, failureOf(class), false)
		if !kept.None() {
			folder, _ := filepath.Rel(s.opts.Dir, filepath.Dir(kept.Screenshot))
			folders[filepath.ToSlash(folder)] = filepath.Dir(kept.Page) == filepath.Dir(kept.Screenshot)
			text, err := os.ReadFile(kept.Frames)
			if want := "ws://app/live\n00:00:00.000 sent          2 bytes  password=[redacted]&a=1\n"; string(text) != want {
				t.Errorf("frames %q, %v; want %q", text, err, want)
			}
		}
	}
	want := []string{"a-shop/click-timeout-1", "a-shop/click-timeout-2", "a-shop/click-timeout-3", "a-shop/fail-no-stock-1"}
	if got := fmt.Sprint(folders); got != fmt.Sprint(map[string]bool{want[0]: true, want[1]: true, want[2]: true, want[3]: true}) {
		t.Errorf("kept %v, want %v", got, want)
	}
}

// TestFirstFailuresOfTheRun: what other nodes have kept is not kept again. A node that cannot ask keeps three of its own,
// and holds up no user for long.
func TestFirstFailuresOfTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, opts := &counting{}, Options{Dir: t.TempDir(), Failures: true, Log: slog.New(slog.DiscardHandler)}
		var stores []*Store
		for _, node := range []string{"north", "south"} {
			opts.Node = node
			stores = append(stores, New(opts, "shop", run))
		}
		fail := func(store, times int, class string) (kept []string) {
			for range times {
				if e := stores[store].Failed(t.Context(), &fakeSession{}, failureOf(class), false); !e.None() {
					kept = append(kept, filepath.Base(filepath.Dir(e.Screenshot)))
				}
			}
			return kept
		}
		if north, south := fail(0, 2, "x"), fail(1, 5, "x"); fmt.Sprint(north, south) != "[x-1 x-2] [x-3]" {
			t.Errorf("kept %v and %v, want three in all", north, south)
		}
		run.away = true
		began := time.Now()
		if north := fail(0, 9, "y"); fmt.Sprint(north) != "[y-north-1 y-north-2 y-north-3]" {
			t.Errorf("kept %v without the controller, want three", north)
		}
		if took := time.Since(began); took != 3*askPatience {
			t.Errorf("9 failures were held up for %v", took)
		}
	})
}

// late answers the first question after the second one.
type late struct{ asked atomic.Int64 }

func (l *late) Next(context.Context, string) (int64, error) {
	if l.asked.Add(1) == 1 {
		time.Sleep(askPatience / 2)
		return 0, nil
	}
	return perClass - 1, nil
}

// TestLateAnswer: nobody is asked any more when a class has enough evidence, although an answer from before comes after that.
func TestLateAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := &late{}
		s := New(Options{Dir: t.TempDir(), Failures: true, Log: slog.New(slog.DiscardHandler)}, "shop", run)
		fail := func() { s.Failed(t.Context(), &fakeSession{}, failureOf("x"), false) }
		var both sync.WaitGroup
		both.Go(fail)
		both.Go(fail)
		both.Wait()
		fail()
		if asked := run.asked.Load(); asked != 2 {
			t.Errorf("asked %d times, want 2", asked)
		}
	})
}

// TestFilesThatTravel: a node elsewhere names files as they are called where they arrive.
func TestFilesThatTravel(t *testing.T) {
	var files []string
	s := newStore(t, Options{Failures: true, Trace: TraceOnFailure, Shown: "results/today", Kept: func(file string) { files = append(files, file) }})
	kept := s.Failed(t.Context(), &fakeSession{}, failureOf("x"), true)
	picture, err := s.Screenshot("cart", 1, 2, []byte("png"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.FromSlash("results/today/a-shop/"); kept.Trace != want+filepath.FromSlash("x-1/trace.zip") || picture != want+filepath.FromSlash("screenshots/cart-user1-iteration2.png") {
		t.Errorf("the files are called %s and %s, want them below %s", kept.Trace, picture, want)
	}
	want := "[a-shop/x-1/page.html a-shop/x-1/frames.txt a-shop/x-1/screenshot.png a-shop/x-1/trace.zip a-shop/x-1/failure.txt a-shop/screenshots/cart-user1-iteration2.png]"
	if fmt.Sprint(files) != want {
		t.Errorf("told of %v, want %s", files, want)
	}
}

// TestScreenshots: a picture replaces none.
func TestScreenshots(t *testing.T) {
	s := newStore(t, Options{})
	for i, want := range []string{"cart-user1-iteration2.png", "cart-user1-iteration2-2.png", "cart-user1-iteration2-3.png"} {
		path, err := s.Screenshot("cart", 1, 2, []byte{byte(i)})
		if err != nil || filepath.Base(path) != want {
			t.Fatalf("kept %s, %v; want %s", path, err, want)
		}
		if png, err := os.ReadFile(path); err != nil || png[0] != byte(i) {
			t.Errorf("%s has another picture: %v, %v", want, png, err)
		}
	}
}

// TestFilesOfUsersThatBeginAgain have names of their own: those of the node that was lost are on the controller's disk already, where
// a Result says they are. The first failures of a class are those of all users.
func TestFilesOfUsersThatBeginAgain(t *testing.T) {
	s := newStore(t, Options{Failures: true, Trace: TraceOn})
	if s.Of(0) != s || (*Store)(nil).Of(3) != nil {
		t.Error("the node's own part has another Store")
	}
	taken := s.Of(3)
	for _, want := range []string{"cart-user1-iteration2-takeover3.png", "cart-user1-iteration2-takeover3-2.png"} {
		if path, err := taken.Screenshot("cart", 1, 2, []byte("png")); err != nil || filepath.Base(path) != want {
			t.Errorf("kept %s, %v; want %s", path, err, want)
		}
	}
	if err := os.MkdirAll(filepath.Join(s.folder, "traces"), 0o755); err != nil {
		t.Fatal(err)
	}
	if path := taken.End(t.Context(), &fakeSession{}, 1, 2); filepath.Base(path) != "user1-iteration2-takeover3.zip" {
		t.Errorf("the trace is kept as %s", path)
	}
	for i, store := range []*Store{s, taken, s, taken} {
		if kept := store.Failed(t.Context(), &fakeSession{}, failureOf("x"), false); (kept.Page != "") != (i < perClass) {
			t.Errorf("failure %d has the page %q", i+1, kept.Page)
		}
	}
}

// TestScreenshotsAtOnce: operations of one user may run side by side.
func TestScreenshotsAtOnce(t *testing.T) {
	s := newStore(t, Options{})
	var paths sync.Map
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range 300 {
		all.Go(func() {
			<-begin
			path, err := s.Screenshot("cart", 1, 2, []byte{byte(i)})
			if other, taken := paths.Swap(path, i); err != nil || taken {
				t.Errorf("%s is kept for %d and %v: %v", path, i, other, err)
			}
		})
	}
	close(begin)
	all.Wait()
}

// TestPatience: a page that hangs costs five seconds and its picture, and no file is left without content.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t, Options{Failures: true})
		began := time.Now()
		kept := s.Failed(t.Context(), &fakeSession{hangs: true}, failureOf("x"), false)
		if took := time.Since(began); took != patience || !kept.None() {
			t.Errorf("took %v and kept %+v, want %v and nothing", took, kept, patience)
		}
		if _, err := os.Stat(s.opts.Dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a folder without evidence: %v", err)
		}
	})
}

func TestTraces(t *testing.T) {
	for _, c := range []struct {
		mode              TraceMode
		failed            string // the path of a failed iteration's trace, from the folder of the scenario
		good              string
		traced, looksHard bool
	}{
		{mode: TraceOff, looksHard: true},
		{mode: TraceOnFailure, traced: true, looksHard: true, failed: "x-1/trace.zip"},
		{mode: TraceOnFailure, traced: true},
		{mode: TraceOn, traced: true, looksHard: true, good: "traces/user3-iteration2.zip"},
	} {
		s, session := newStore(t, Options{Failures: c.looksHard, Trace: c.mode}), &fakeSession{}
		if err := os.MkdirAll(filepath.Join(s.folder, "traces"), 0o755); err != nil {
			t.Fatal(err)
		}
		if traced := s.Begin(t.Context(), session); traced != c.traced || (session.began == 1) != c.traced {
			t.Fatalf("%s: traced %v, want %v", c.mode, traced, c.traced)
		}
		kept := s.Failed(t.Context(), session, failureOf("x"), c.traced)
		check(t, s, "a failed iteration with "+string(c.mode), kept.Trace, c.failed)
		if c.traced {
			check(t, s, "an iteration with "+string(c.mode), s.End(t.Context(), session, 3, 2), c.good)
		}
	}
}

func check(t *testing.T, s *Store, what, path, want string) {
	t.Helper()
	if want != "" {
		want = filepath.Join(s.folder, filepath.FromSlash(want))
	}
	if path != want {
		t.Errorf("%s: trace %q, want %q", what, path, want)
	}
}

func TestConsoleRemembersTheLast(t *testing.T) {
	var c Console
	for n := range 250 {
		c.Add(browserpool.ConsoleMessage{Level: "log", Text: fmt.Sprintf("line %d", n), URL: "http://app/"})
	}
	text := (&Store{}).consoleText(c.Last())
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 100 || !strings.Contains(lines[0], "log     line 150  (http://app/)") || !strings.Contains(lines[99], "line 249") {
		t.Errorf("%d lines, first %q, last %q", len(lines), lines[0], lines[len(lines)-1])
	}
}

// TestFullStore: what would take more of the disk than the run may is not kept, and counted.
func TestFullStore(t *testing.T) {
	dropped := map[string]int{}
	s := newStore(t, Options{Failures: true, Trace: TraceOn, Space: space.New(10, t.TempDir())})
	s.OnDrop(func(kind string) { dropped[kind]++ })
	if path, err := s.Screenshot("cart", 1, 1, []byte("eleven bytes")); path != "" || err != nil {
		t.Errorf("a picture is kept as %q, %v", path, err)
	}
	write := func(parts ...string) func(io.Writer) error {
		return func(out io.Writer) (err error) {
			for _, part := range parts {
				_, one := io.WriteString(out, part)
				err = errors.Join(err, one)
			}
			return err
		}
	}
	if path, _, err := s.Save("user1-iteration1", "a.txt", write("12345", "678901")); err == nil || !strings.Contains(err.Error(), "--max-disk") {
		t.Errorf("a file is kept as %q, %v", path, err)
	}
	if path, _, err := s.Save("user1-iteration1", "b.txt", write("0123456789")); path == "" || err != nil {
		t.Errorf("a file that has room is not kept: %v", err)
	}
	session := &fakeSession{}
	if s.Begin(t.Context(), session) || session.began > 0 {
		t.Error("a trace was begun")
	}
	if kept := s.Failed(t.Context(), session, failureOf("x"), false); !kept.None() {
		t.Errorf("kept %+v", kept)
	}
	if dropped["screenshot"] != 1 || dropped["trace"] != 1 || dropped["file"] != 1 || dropped["evidence"] == 0 {
		t.Errorf("dropped %v", dropped)
	}
}
