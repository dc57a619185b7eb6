package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The record of a run is a file with a line "pid start" for each recorded process.
const recordName = "pids"

func recordProcess(dir string, pid int) error {
	p, err := look(pid)
	if err != nil {
		return fmt.Errorf("record process %d: %w", pid, err)
	}
	file, err := os.OpenFile(filepath.Join(dir, recordName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("record process %d: %w", pid, err)
	}
	// One short write in append mode: lines of concurrent calls do not mix.
	_, err = fmt.Fprintf(file, "%d %d\n", pid, p.start)
	return errors.Join(err, file.Close())
}

func readRecorded(dir string) (map[identity]bool, error) {
	content, err := os.ReadFile(filepath.Join(dir, recordName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read recorded processes: %w", err)
	}
	return parseRecorded(string(content)), nil
}

// parseRecorded skips lines that a crash cut short.
func parseRecorded(content string) map[identity]bool {
	recorded := map[identity]bool{}
	for _, line := range strings.SplitAfter(content, "\n") {
		var id identity
		n, err := fmt.Sscanf(line, "%d %d\n", &id.pid, &id.start)
		if err == nil && n == 2 && strings.HasSuffix(line, "\n") && id.pid > 1 {
			recorded[id] = true
		}
	}
	return recorded
}
