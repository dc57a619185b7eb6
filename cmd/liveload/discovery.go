package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A found script is one that the command line names, or one in a folder that it names.
type foundScript struct {
	path     string
	inFolder bool // then it may also be a helper of other scripts, without a default export
}

// discover lists the scripts: of a folder, those directly in it, in the order of their names.
func discover(paths []string) ([]foundScript, error) {
	var found []foundScript
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() {
			found = append(found, foundScript{path: path}) // bundling says what is wrong with it
			continue
		}
		entries, err := os.ReadDir(path) // sorted by name
		if err != nil {
			return nil, fmt.Errorf("look for scripts: %w", err)
		}
		before := len(found)
		for _, entry := range entries {
			if !entry.IsDir() && isScript(entry.Name()) {
				found = append(found, foundScript{path: filepath.Join(path, entry.Name()), inFolder: true})
			}
		}
		if len(found) == before {
			return nil, noScripts(path)
		}
	}
	return found, nil
}

func noScripts(folder string) error {
	return &usageError{problem: fmt.Sprintf("the folder %q holds no scenario: no .js, .mjs or .ts file with a default export", folder)}
}

// isScript says whether a file of a folder can be a scenario.
func isScript(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".d.ts") {
		return false
	}
	return slices.Contains([]string{".js", ".mjs", ".ts"}, filepath.Ext(name))
}

// errHelper says that a file of a folder is not a scenario.
var errHelper = errors.New("no default export")
