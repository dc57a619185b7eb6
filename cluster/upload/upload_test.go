package upload

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/space"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func write(t *testing.T, dir, file string, content []byte) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// files returns the files below a folder with their contents.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

// TestFilesArrive: files of any size arrive as they were, also when messages are repeated, and only their names stay on the
// worker: a screenshot that follows must not get the name of one that has arrived.
func TestFilesArrive(t *testing.T) {
	here, there := t.TempDir(), filepath.Join(t.TempDir(), "results")
	folder := NewFolder(there, nil)
	repeat := func(_ context.Context, message []byte) error {
		if err := folder.Take("north", message); err != nil {
			return err
		}
		return folder.Take("north", message)
	}
	s := NewSender(here, repeat, slog.New(slog.DiscardHandler))
	want := map[string]string{
		"shop/x-1/empty.txt":      "",
		"shop/x-1/screenshot.png": "png",
		"shop/x-1/exact.zip":      strings.Repeat("ab", chunkSize),
		"shop/x-1/trace.zip":      strings.Repeat("abc", chunkSize),
	}
	go s.Run(t.Context())
	for name, content := range want {
		write(t, here, name, []byte(content))
		s.Add(name)
	}
	s.Finish(t.Context())
	got := files(t, there)
	for name, content := range want {
		if got[name] != content {
			t.Errorf("%s has %d bytes, want %d", name, len(got[name]), len(content))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files have arrived, want %d", len(got), len(want))
	}
	if n, err := Keep(here, filepath.Join(here, "kept")); n != 0 || err != nil {
		t.Errorf("%d files are kept, although all have arrived, %v", n, err)
	}
	for name, content := range files(t, here) {
		if content != "" {
			t.Errorf("%s has %d bytes on the worker", name, len(content))
		}
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
}

// TestFilesThatDoNotArrive are told, and leave nothing.
func TestFilesThatDoNotArrive(t *testing.T) {
	here, there := t.TempDir(), filepath.Join(t.TempDir(), "results")
	folder := NewFolder(there, nil)
	cut, cancel := context.WithCancel(t.Context())
	sent := 0
	var told bytes.Buffer
	s := NewSender(here, func(ctx context.Context, message []byte) error {
		if sent++; sent == 2 {
			cancel()
			return context.Cause(ctx)
		}
		return folder.Take("north", message)
	}, slog.New(slog.NewTextHandler(&told, nil)))
	write(t, here, "x/trace.zip", make([]byte, 3*chunkSize))
	s.Add("x/trace.zip")
	s.Add("x/missing.png")
	s.Run(cut)
	if incomplete := folder.Incomplete(); len(incomplete) != 1 || incomplete["north"] != 1 {
		t.Errorf("not whole: %v, want one of north", incomplete)
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
	if got := files(t, there); len(got) != 0 || !strings.Contains(told.String(), "files=2") || !strings.Contains(told.String(), "send x/trace.zip: context canceled") {
		t.Errorf("arrived: %v; told: %s", got, told.String())
	}
	kept := filepath.Join(t.TempDir(), "kept")
	if n, err := Keep(here, kept); n != 1 || err != nil || len(files(t, kept)["x/trace.zip"]) != 3*chunkSize {
		t.Errorf("%d files are kept on the worker, %v: %d", n, err, len(files(t, kept)["x/trace.zip"]))
	}
	if folder.Take("north", []byte(`{"file":"late.png"}`)) == nil {
		t.Error("a file is taken after the end")
	}
}

// TestFilesThatAreNotWanted do not stay on the worker.
func TestFilesThatAreNotWanted(t *testing.T) {
	here := t.TempDir()
	s := NewSender(here, func(context.Context, []byte) error { return fmt.Errorf("%w: too many", ErrRefused) }, slog.New(slog.DiscardHandler))
	write(t, here, "x/trace.zip", []byte("zip"))
	s.Add("x/trace.zip")
	go s.Run(t.Context())
	s.Finish(t.Context())
	if n, err := Keep(here, filepath.Join(t.TempDir(), "kept")); n != 0 || err != nil {
		t.Errorf("%d files are kept, %v", n, err)
	}
}

// TestFilesThatCannotBeKept are wanted all the same, so that the worker keeps them.
func TestFilesThatCannotBeKept(t *testing.T) {
	there := filepath.Join(t.TempDir(), "evidence")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	folder := NewFolder(there, nil)
	if err := folder.Take("north", []byte(`{"file":"x/trace.zip","data":"emlw","last":true}`)); !errors.Is(err, ErrNotKept) {
		t.Errorf("Take = %v, want ErrNotKept", err)
	}
	if err := folder.Take("north", []byte(`{"file":"../trace.zip","data":"emlw","last":true}`)); err == nil || errors.Is(err, ErrNotKept) {
		t.Errorf("Take of what is not wanted = %v", err)
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
}

// TestSameNameFromTwoNodes: no file of a node takes the place of another one's.
func TestSameNameFromTwoNodes(t *testing.T) {
	there := t.TempDir()
	folder := NewFolder(there, nil)
	for _, node := range []string{"north", "south", "north", "east"} { // what comes again is the same file
		message, err := json.Marshal(Part{File: "shop/traces/user1-iteration1.zip", Data: []byte(node), Last: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := folder.Take(node, message); err != nil {
			t.Error(err)
		}
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
	want := map[string]string{
		"shop/traces/user1-iteration1.zip": "north", "shop/traces/user1-iteration1-2.zip": "south", "shop/traces/user1-iteration1-3.zip": "east",
	}
	if got := files(t, there); !maps.Equal(got, want) {
		t.Errorf("there are %v, want %v", got, want)
	}
}

// TestFolderRefuses what would leave it, or fill the disk.
func TestFolderRefuses(t *testing.T) {
	outside := t.TempDir()
	there := filepath.Join(outside, "results")
	if err := os.MkdirAll(there, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(there, "link")); err != nil {
		t.Fatal(err)
	}
	folder := NewFolder(there, nil)
	for _, p := range []Part{
		{File: "../x.png"}, {File: "/tmp/x.png"}, {File: "a/../../x.png"}, {File: ""}, {File: "."}, {File: "a//b"},
		{File: strings.Repeat("x", maxName+1)}, {File: "link/x.png", Data: []byte("x")}, {File: "shop/hole.png", Offset: 5}, {File: "shop/before.png", Offset: -1},
		{File: "shop/huge.png", Offset: mostInFile, Data: []byte("x")}, {File: "result.json", Data: []byte("x"), Last: true},
		{File: ".ssh/authorized_keys", Data: []byte("x"), Last: true}, {File: "shop/.x", Data: []byte("x"), Last: true},
	} {
		message, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if folder.Take("south", message) == nil {
			t.Errorf("%q at %d is taken", p.File, p.Offset)
		}
	}
	if err := errors.Join(folder.Close(), os.Remove(filepath.Join(there, "link"))); err != nil {
		t.Error(err)
	}
	if got := files(t, outside); len(got) != 0 {
		t.Errorf("what was refused left %v", got)
	}
}

// TestFullBudget: what the run may take of the disk bounds what its nodes send, too. Of a file without room nothing stays, and a small
// one still fits.
func TestFullBudget(t *testing.T) {
	there := t.TempDir()
	budget := space.New(10, t.TempDir())
	folder := NewFolder(there, budget)
	take := func(file string, offset int64, bytes int, last bool) error {
		message, err := json.Marshal(Part{File: file, Offset: offset, Data: make([]byte, bytes), Last: last})
		if err != nil {
			t.Fatal(err)
		}
		return folder.Take("north", message)
	}
	if err := take("shop/trace.zip", 0, 8, false); err != nil {
		t.Error(err)
	}
	for range 2 { // it may be sent again
		if err := take("shop/trace.zip", 8, 8, true); err == nil || errors.Is(err, ErrNotKept) || !strings.Contains(err.Error(), "--max-disk") {
			t.Errorf("a file without room: %v", err)
		}
	}
	if got := files(t, there); len(got) != 0 || folder.Dropped() != 1 || len(folder.Incomplete()) != 0 {
		t.Errorf("there are %v, %d were dropped, and %v are not whole", got, folder.Dropped(), folder.Incomplete())
	}
	if err := errors.Join(take("shop/screenshot.png", 0, 9, true), folder.Close()); err != nil {
		t.Error(err)
	}
	if folder.bytes != 9 || folder.taken["north"].bytes != 9 {
		t.Errorf("%d bytes are kept, %d of them of its node, want 9", folder.bytes, folder.taken["north"].bytes)
	}
	if got := files(t, there); len(got) != 1 || budget.Take(2) {
		t.Errorf("there are %v, and the budget has room for more", got)
	}
}

// TestFileNamedLikeAFolder is refused at its end, and leaves nothing.
func TestFileNamedLikeAFolder(t *testing.T) {
	there := t.TempDir()
	folder := NewFolder(there, nil)
	write(t, there, "shop/x/screenshot.png", []byte("png"))
	if folder.Take("north", []byte(`{"file":"shop/x","data":"eA==","last":true}`)) == nil {
		t.Error("a file takes the place of a folder")
	}
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
	if got := files(t, there); !maps.Equal(got, map[string]string{"shop/x/screenshot.png": "png"}) {
		t.Errorf("there are %v", got)
	}
}

// TestOneNodeLeavesRoom: a node that sends more than its share is refused, and the others are not.
func TestOneNodeLeavesRoom(t *testing.T) {
	part := func(file string) []byte {
		message, err := json.Marshal(Part{File: file, Data: []byte("x"), Last: true})
		if err != nil {
			t.Fatal(err)
		}
		return message
	}
	for name, fill := range map[string]func(*Folder){
		"bytes": func(f *Folder) {
			f.bytes = mostBytes / 2
			f.share("south").bytes = mostBytes / 2
		},
		"files": func(f *Folder) {
			for n := range mostFiles / 2 {
				f.files[key{"south", fmt.Sprint(n)}] = &incoming{done: true}
			}
			f.share("south").files = mostFiles / 2
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := NewFolder(t.TempDir(), nil)
			fill(folder)
			if err := folder.Take("south", part("shop/a.png")); err == nil || !strings.Contains(err.Error(), "left for the others") {
				t.Errorf("the file of a greedy node: %v", err)
			}
			if err := errors.Join(folder.Take("north", part("shop/a.png")), folder.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

// FuzzFolder: whatever workers send, nothing is written outside the folder.
func FuzzFolder(f *testing.F) {
	f.Add([]byte(`{"file":"a/b.png","offset":0,"data":"eA==","last":true}`), []byte(`{"file":"a/b.png/c","offset":0,"data":"eA==","last":true}`))
	f.Add([]byte(`{"file":"a/../../b.png","data":"eA=="}`), []byte(`{"file":"\u0000","last":true}`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		outside := t.TempDir()
		folder := NewFolder(filepath.Join(outside, "results"), nil)
		_ = folder.Take("north", first)
		_ = folder.Take("so/../uth", second)
		_ = folder.Close()
		for name := range files(t, outside) {
			if !strings.HasPrefix(name, "results/") || strings.HasSuffix(name, ".part") && !bytes.Contains(first, []byte("part")) && !bytes.Contains(second, []byte("part")) {
				t.Fatalf("%q was written", name)
			}
		}
	})
}
