// Package upload brings the files that workers keep, such as screenshots of failures, to the machine of the controller,
// while the run lasts. How messages travel is left to others.
package upload

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/liveload/liveload/space"
)

// Limits of what a run brings, so that no worker fills the disk of the controller. One node takes no more than it leaves to
// the others.
const (
	mostFiles = 20_000
	mostBytes = 2 << 30
	// mostInFile bounds one file: traces have some ten megabytes.
	mostInFile = 256 << 20
	// chunkSize is how much of a file one message has, before it is encoded.
	chunkSize = 256 << 10
	maxName   = 1024
)

// A Part is a piece of a file. It travels as JSON.
type Part struct {
	File   string `json:"file"` // path below the folder, with slashes
	Offset int64  `json:"offset"`
	Data   []byte `json:"data"`
	Last   bool   `json:"last,omitempty"`
}

// A Folder takes the files of all workers. Nothing leaves it, whatever they say. Safe for concurrent use.
type Folder struct {
	dir   string
	space *space.Budget

	mu    sync.Mutex
	root  *os.Root
	bytes int64
	taken map[string]*share // by node
	files map[key]*incoming
	named map[string]bool // files that are complete, as they are called on disk
	ended bool
}

// A key tells files of the same name on two nodes apart until they are complete.
type key struct{ node, file string }

// A share is what has come of a node.
type share struct {
	files int
	bytes int64
}

type incoming struct {
	size  int64
	begun bool // there is a file, maybe without what did not fit on the disk
	done  bool
	over  bool // the budget has no room for it
}

// NewFolder makes a Folder, whose files are taken from a budget; nil has no bound. The folder on disk is made when the first file
// comes. The caller closes it.
func NewFolder(dir string, budget *space.Budget) *Folder {
	return &Folder{dir: dir, space: budget, taken: map[string]*share{}, files: map[key]*incoming{}, named: map[string]bool{}}
}

// ErrNotKept says that a file is wanted, but that the disk does not take it.
var ErrNotKept = errors.New("the controller cannot keep it")

// Take takes what a node sends. Parts that come again change nothing. An error means that the file is not wanted, unless it is
// ErrNotKept.
func (f *Folder) Take(node string, message []byte) error {
	var p Part
	if err := json.Unmarshal(message, &p); err != nil {
		return fmt.Errorf("read a part of a file: %w", err)
	}
	if len(p.File) > maxName || !filepath.IsLocal(p.File) || path.Clean(p.File) != p.File || !ofScenario(p.File) {
		return fmt.Errorf("%.100q is not a path of a file of evidence", p.File)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return errors.New("the run is over")
	}
	in := f.files[key{node, p.File}]
	if in == nil {
		share := f.share(node)
		if share.files >= mostFiles-len(f.files) {
			return fmt.Errorf("a run keeps at most %d files of its nodes, and of one no more than are left for the others", mostFiles)
		}
		share.files++
		in = &incoming{}
		f.files[key{node, p.File}] = in
	}
	if in.done {
		return nil
	}
	if err := f.add(in, node, p); err != nil {
		return fmt.Errorf("keep %s: %w", p.File, err)
	}
	return nil
}

func (f *Folder) share(node string) *share {
	if f.taken[node] == nil {
		f.taken[node] = &share{}
	}
	return f.taken[node]
}

// ofScenario says whether a path is below the folder of a scenario, where all evidence is. Whatever else there is in a folder
// that people have chosen is not for workers to replace.
func ofScenario(file string) bool {
	return strings.Contains(file, "/") && !strings.HasPrefix(file, ".") && !strings.Contains(file, "/.")
}

// add writes a part, and gives the file its name with the last one.
func (f *Folder) add(in *incoming, node string, p Part) error {
	end := p.Offset + int64(len(p.Data))
	more := max(end-in.size, 0)
	share := f.share(node)
	switch {
	case in.over:
		return f.space.Refusal()
	case p.Offset < 0 || p.Offset > in.size:
		return fmt.Errorf("a part begins at %d, but %d bytes have come", p.Offset, in.size)
	case end > mostInFile:
		return fmt.Errorf("it is larger than %d MB", mostInFile>>20)
	case share.bytes+more > mostBytes-f.bytes-more:
		return fmt.Errorf("the nodes of a run keep at most %d MB, and one no more than is left for the others", mostBytes>>20)
	}
	if !f.space.Take(more) {
		return errors.Join(f.space.Refusal(), f.giveUp(in, share, unfinished(node, p.File)))
	}
	err := f.open()
	if err == nil {
		err = f.write(in, node, p)
	}
	if err != nil {
		f.space.Give(more)
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	in.size += more
	f.bytes += more
	share.bytes += more
	if !p.Last {
		return nil
	}
	if err := f.root.Rename(unfinished(node, p.File), filepath.FromSlash(f.name(p.File))); err != nil {
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	in.done = true
	return nil
}

// giveUp removes what has come of a file that the budget has no room for.
func (f *Folder) giveUp(in *incoming, of *share, file string) error {
	f.space.Give(in.size)
	f.bytes -= in.size
	of.bytes -= in.size
	begun := in.begun
	*in = incoming{over: true}
	if !begun {
		return nil
	}
	return f.root.Remove(file)
}

// Dropped returns how many files the budget had no room for.
func (f *Folder) Dropped() (files int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, in := range f.files {
		if in.over {
			files++
		}
	}
	return files
}

// name returns what a complete file is called: numbered from the second one of its name on. Nodes give no name twice, but
// nobody relies on that.
func (f *Folder) name(file string) string {
	name, extension := file, path.Ext(file)
	for n := 2; f.named[name]; n++ {
		name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(file, extension), n, extension)
	}
	f.named[name] = true
	return name
}

func (f *Folder) open() (err error) {
	if f.root != nil {
		return nil
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	f.root, err = os.OpenRoot(f.dir)
	return err
}

func (f *Folder) write(in *incoming, node string, p Part) error {
	if err := f.root.MkdirAll(filepath.FromSlash(path.Dir(p.File)), 0o700); err != nil {
		return err
	}
	file, err := f.root.OpenFile(unfinished(node, p.File), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	in.begun = true
	_, err = file.WriteAt(p.Data, p.Offset)
	return errors.Join(err, file.Close())
}

// unfinished is the name of a file until it is complete. Names of nodes may be anything.
func unfinished(node, file string) string {
	return filepath.FromSlash(file) + fmt.Sprintf(".%x.part", node)
}

// Incomplete returns how many files of each node have begun to come, and have not come whole.
func (f *Folder) Incomplete() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	files := map[string]int{}
	for k, in := range f.files {
		if !in.done && !in.over {
			files[k.node]++
		}
	}
	return files
}

// Close removes what is not complete. Nothing is taken any more.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	if f.root == nil {
		return nil
	}
	var errs []error
	for k, in := range f.files {
		if in.begun && !in.done {
			errs = append(errs, f.root.Remove(unfinished(k.node, k.file)))
		}
	}
	errs = append(errs, f.root.Close())
	f.root = nil
	return errors.Join(errs...)
}
