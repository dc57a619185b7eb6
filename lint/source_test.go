package lint

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/liveload/liveload"

// root is the repository, seen from this folder, in which go test runs.
const root = ".."

// A goPackage is what `go list` tells about one package.
type goPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func (p goPackage) folder() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

func (p goPackage) all() []string {
	return slices.Concat(p.Imports, p.TestImports, p.XTestImports)
}

// packages lists ours. Other platforms' files count too: -e goes on where one of them cannot be built.
func packages(t *testing.T) []goPackage {
	t.Helper()
	out := run(t, "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	var all []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("read the answer of go list: %v", err)
		}
		all = append(all, p)
	}
	if len(all) < 2 {
		t.Fatalf("go list found %d packages: this test looks at the wrong place", len(all))
	}
	return all
}

// A sourceFile is a file that git tracks.
type sourceFile struct {
	name    string // slash-separated, from the root
	content []byte
}

func (f sourceFile) is(extensions ...string) bool {
	return slices.ContainsFunc(extensions, func(extension string) bool { return strings.HasSuffix(f.name, extension) })
}

func files(t *testing.T) []sourceFile {
	t.Helper()
	names := strings.Split(string(run(t, "git", "ls-files", "-z")), "\x00")
	var all []sourceFile
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(root, name))
		if name == "" || errors.Is(err, fs.ErrNotExist) {
			continue // removed, but not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sourceFile{filepath.ToSlash(name), content})
	}
	if len(all) < 2 {
		t.Fatalf("git lists %d files: this test looks at the wrong place", len(all))
	}
	return all
}

func run(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = root
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", program, strings.Join(args, " "), err, complaint.Bytes())
	}
	return out
}

// parse reads Go.
func parse(t *testing.T, f sourceFile) (*token.FileSet, *ast.File) {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, f.name, f.content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return set, parsed
}
