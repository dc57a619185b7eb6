package space

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		b := New(100, folder, filepath.Join(folder, "apart"))
		if !b.Take(60) || b.Take(41) || !b.Take(30) || b.Full() {
			t.Error("90 of 100 bytes are to be taken, and no more")
		}
		download := filepath.Join(folder, "deep", "download")
		if err := os.MkdirAll(filepath.Dir(download), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(download, make([]byte, 20), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(folder, "apart"), 0o700); err != nil {
			t.Fatal(err)
		}
		time.Sleep(stale)
		if !b.Full() || b.Take(1) {
			t.Error("a temporary file does not count")
		}
		if err := os.Remove(download); err != nil {
			t.Fatal(err)
		}
		time.Sleep(stale)
		if b.Full() || !b.Take(9) {
			t.Error("a temporary file that is gone counts")
		}
	})
	small, out := New(5, t.TempDir()), &strings.Builder{}
	w := small.Writer(out)
	if _, err := io.Copy(w, strings.NewReader("12345")); err != nil {
		t.Error(err)
	}
	if _, err := w.Write([]byte("6")); err == nil || !strings.Contains(err.Error(), "--max-disk") || out.String() != "12345" {
		t.Errorf("wrote %q, %v", out, err)
	}
	if w.Undo(); small.Full() {
		t.Error("what was given back is not there")
	}
	var none *Budget
	if none.Full() || !none.Take(1<<60) {
		t.Error("no budget has a bound")
	}
}

func TestDefault(t *testing.T) {
	if limit, err := Default(t.TempDir()); err != nil || limit <= 0 || limit > Most {
		t.Errorf("Default = %d, %v", limit, err)
	}
	if _, err := Default(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("what is free in no folder is known")
	}
}
