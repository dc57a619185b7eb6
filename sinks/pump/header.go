package pump

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

const (
	headerFile = "spool.json"
	// spoolFormat is the version of all files of a spool.
	spoolFormat = 1
)

// A Header says what is in a spool. It has no secrets.
type Header struct {
	Format  int    `json:"format"`
	Version string `json:"liveload_version"`  // that wrote it
	Kind    string `json:"kind"`              // of the output
	Address string `json:"address"`           // of the destination
	Partial bool   `json:"partial,omitempty"` // options of the address are left out that nothing else has
	RunID   string `json:"run_id"`
	Sent    int64  `json:"sent"` // bytes of the records that were sent already
}

// readHeader returns the header of the spool in a folder.
func readHeader(dir string) (Header, error) {
	var header Header
	content, err := os.ReadFile(filepath.Join(dir, headerFile))
	if err != nil {
		return header, fmt.Errorf("%s is no spool: %w", dir, err)
	}
	if err := json.Unmarshal(content, &header); err != nil {
		return header, fmt.Errorf("read %s: %w", filepath.Join(dir, headerFile), err)
	}
	if header.Format != spoolFormat {
		return header, fmt.Errorf("the spool %s has the format %d, but this liveload reads %d: send it with the one that wrote it, %s",
			dir, header.Format, spoolFormat, cmp.Or(header.Version, "whose version it does not say"))
	}
	return header, nil
}

// writeHeader replaces the header at once.
func (s *spool) writeHeader() error {
	content, err := json.MarshalIndent(s.header, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, headerFile)
	if err := os.WriteFile(path+".new", append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write to the spool: %w", err)
	}
	return os.Rename(path+".new", path)
}
