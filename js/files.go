package js

import "os"

// Files are what a script may read. Safe for concurrent use.
type Files interface {
	// Path returns the absolute path of a file on this machine. name is what the script calls it:
	// relative to the script's folder, or absolute. The error says why the script cannot have it.
	Path(name string) (string, error)
	// Open opens the file, which is a regular one. The caller closes it.
	Open(name string) (*os.File, error)
}
