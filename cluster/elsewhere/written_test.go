package elsewhere

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFetchRefuses: a controller puts nothing hidden into a person's folder, and no programs.
func TestFetchRefuses(t *testing.T) {
	var packed bytes.Buffer
	a := newArchive(&packed)
	for _, name := range []string{".bashrc", "result.json", ".git/hooks/pre-commit", "kept/.x/a", "kept/page.html"} {
		if err := a.add(name, 1, 0o777, func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	names, err := extract(&packed, folder, acceptFetched)
	want := "\".bashrc\" may not be put here\n\".git/hooks/pre-commit\" may not be put here\n\"kept/.x/a\" may not be put here"
	if !slices.Equal(names, []string{"result.json", "kept/page.html"}) || err == nil || err.Error() != want {
		t.Errorf("extract = %q, %v", names, err)
	}
	if info, err := os.Stat(filepath.Join(folder, "result.json")); err != nil || info.Mode().Perm()&0o111 != 0 {
		t.Errorf("result.json: %v, %v", info, err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("in the folder: %v, %v", entries, err)
	}
}

// FuzzExtract: nothing leaves the folder, whatever an archive says.
func FuzzExtract(f *testing.F) {
	for _, name := range []string{"a.txt", "../a.txt", "/a.txt", "a/../../b", "a//b"} {
		var packed bytes.Buffer
		a := newArchive(&packed)
		if err := a.add(name, 1, 0o600, func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); err != nil {
			f.Fatal(err)
		}
		if err := a.close(); err != nil {
			f.Fatal(err)
		}
		f.Add(packed.Bytes())
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		parent := t.TempDir()
		folder := filepath.Join(parent, "inner")
		_, err := extract(bytes.NewReader(packed), folder, acceptFetched)
		entries, failed := os.ReadDir(parent)
		if failed != nil || len(entries) > 1 || len(entries) == 1 && entries[0].Name() != "inner" {
			t.Errorf("outside of the folder: %v, %v (extract: %v)", entries, failed, err)
		}
	})
}
