package files

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/liveload/liveload/confined"
)

func newDisk(t *testing.T) confined.Reader {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	folder, files := filepath.Join(dir, "script"), fstest.MapFS{}
	for name, content := range map[string]string{"script/rows.csv": "a\n1\n", "script/up/a.png": "A", "script/up/b.png": "B", "script/up/deep/c.png": "C", "beside/x.csv": "X"} {
		files[name] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
	}
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"inside.link": "rows.csv", "outside.link": "../beside/x.csv"} {
		if err := os.Symlink(to, filepath.Join(folder, link)); err != nil {
			t.Fatal(err)
		}
	}
	return confined.Reader{Folder: folder}
}

const sumOfA = "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"

func TestList(t *testing.T) {
	d := newDisk(t)
	r := &Record{Finder: d}
	for _, name := range []string{"./rows.csv", "rows.csv"} {
		if where, err := r.Path(name); err != nil || where != filepath.Join(d.Folder, "rows.csv") {
			t.Errorf("%s is at %s, %v", name, where, err)
		}
	}
	listed, err := r.List(d.Folder, []string{"up/*", "up/a.png", "in*.link"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range listed {
		names = append(names, file.Name)
	}
	if want := []string{"inside.link", "rows.csv", "up/a.png", "up/b.png"}; !reflect.DeepEqual(names, want) || listed[2].SHA256 != sumOfA {
		t.Errorf("%v, want %v, the third with %s", listed, want, sumOfA)
	}
	for pattern, want := range map[string]string{
		"up/*.jpg": `has the pattern "up/*.jpg", but no file matches it`, "up": "no file matches",
		"../nothing*": "no file matches it", "[": "cannot be read", "*.link": `"outside.link" is outside of the script's folder`,
		"../beside/*": `"../beside/x.csv" is outside of the script's folder`, "/etc/passw?": `"/etc/passwd" is outside of the script's folder`,
	} {
		if _, err := r.List(d.Folder, []string{pattern}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", pattern, err, want)
		}
	}
	for _, name := range []string{"gone.csv", "/etc/passwd"} {
		if _, err := r.Path(name); err == nil {
			t.Errorf("%s is there", name)
		}
	}
	if listed, err := r.List(d.Folder, nil); len(listed) != 1 || err != nil {
		t.Errorf("%v, %v; want the one that the script found", listed, err)
	}
}

// TestListAllowed: of a folder that is allowed, patterns list files too.
func TestListAllowed(t *testing.T) {
	d := newDisk(t)
	d.Allowed = []string{filepath.Join(filepath.Dir(d.Folder), "beside")}
	listed, err := (&Record{Finder: d}).List(d.Folder, []string{"../beside/*.csv", d.Allowed[0] + "/x.*", "*.link"})
	var names []string
	for _, file := range listed {
		names = append(names, file.Name)
	}
	if want := []string{"../beside/x.csv", d.Allowed[0] + "/x.csv", "inside.link", "outside.link"}; !reflect.DeepEqual(names, want) || err != nil {
		t.Errorf("%v, %v, want %v", names, err, want)
	}
}

// counted counts what is fetched.
type counted struct {
	Store
	opened int
}

func (c *counted) Open(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	c.opened++
	return c.Store.Open(ctx, sha256)
}

// TestFetch: a node that never saw the script's folder has the same files under the same names.
func TestFetch(t *testing.T) {
	d := newDisk(t)
	listed, err := (&Record{Finder: d}).List(d.Folder, []string{"*.csv", "up/*"})
	if err != nil {
		t.Fatal(err)
	}
	store, folder := &counted{Store: Disk{d, listed}}, t.TempDir()
	for range 2 { // the second time everything is there
		stored, err := Fetch(t.Context(), store, folder, listed)
		if err != nil {
			t.Fatal(err)
		}
		where, err := stored.Path("./up/b.png")
		if err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(where); string(content) != "B" || err != nil || filepath.Base(where) != "b.png" {
			t.Errorf("%s has %q, %v; want B in b.png", where, content, err)
		}
		if _, err := stored.Path("up/deep/c.png"); err == nil || !strings.Contains(err.Error(), `option files, such as files: ["up/deep/c.png"]`) {
			t.Errorf("a file that is not in the plan: %v", err)
		}
	}
	if store.opened != len(listed) {
		t.Errorf("%d contents were fetched, want %d", store.opened, len(listed))
	}
}

// TestChangedFiles: what changed since the run was planned is an error, and leaves nothing behind.
func TestChangedFiles(t *testing.T) {
	d := newDisk(t)
	listed, err := (&Record{Finder: d}).List(d.Folder, []string{"up/a.png"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Folder, "up/a.png"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for want, files := range map[string][]File{
		"has it changed since the run was planned?": listed,
		"the plan has no file with the SHA-256 0":   {{Name: "x", SHA256: "0"}},
	} {
		if _, err := Fetch(t.Context(), Disk{d, listed}, folder, files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(folder, "*", "*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
