package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/files"
)

// Contents are what workers may ask for: programs, scenarios, and the files that scripts read. The zero value is empty. Safe
// for concurrent use.
type Contents struct {
	mu      sync.Mutex
	made    map[string][]byte // by SHA-256
	disks   []files.Disk
	program plan.Program // the newest one, and its content
	ref     wire.Ref
}

// AddFiles adds the files of a script, which lie where the Finder says.
func (c *Contents) AddFiles(at files.Finder, list []files.File) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.disks = append(c.disks, files.Disk{Finder: at, Files: list})
}

// prepare makes the order for a batch, whose large parts become contents.
func (c *Contents) prepare(batch []plan.Scenario) (p wire.Prepare, err error) {
	program := batch[0].Program
	plain := slices.Clone(batch)
	for i := range plain {
		plain[i].Program = plan.Program{}
		if i > 0 {
			plain[i].Data = nil // the first one's, which may be large
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p.Parts = wire.PartsOf(plain)
	if p.Scenarios, err = c.put(plain); err != nil {
		return p, err
	}
	if c.ref.Size == 0 || c.program != program { // which is large, and the same for all nodes
		if c.ref, err = c.put(program); err != nil {
			return p, err
		}
		c.program = program
	}
	p.Program = c.ref
	return p, nil
}

// put keeps a value as JSON. The caller holds the lock.
func (c *Contents) put(value any) (wire.Ref, error) {
	packed, err := json.Marshal(value)
	if err != nil {
		return wire.Ref{}, fmt.Errorf("pack the plan for workers: %w", err)
	}
	sum := sha256.Sum256(packed)
	ref := wire.Ref{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(packed))}
	if c.made == nil {
		c.made = map[string][]byte{}
	}
	c.made[ref.SHA256] = packed
	return ref, nil
}

// chunk returns a part of a content, nothing at its end.
func (c *Contents) chunk(request wire.ContentRequest) ([]byte, error) {
	if request.Offset < 0 {
		return nil, fmt.Errorf("a content has no byte %d", request.Offset)
	}
	c.mu.Lock()
	made, disks := c.made[request.SHA256], c.disks
	c.mu.Unlock()
	if made != nil {
		from := min(request.Offset, int64(len(made)))
		return made[from:min(from+wire.ChunkSize, int64(len(made)))], nil
	}
	for _, disk := range disks {
		if slices.ContainsFunc(disk.Files, func(f files.File) bool { return f.SHA256 == request.SHA256 }) {
			return readChunk(disk, request)
		}
	}
	return nil, fmt.Errorf("this run has no content with the SHA-256 %s", request.SHA256)
}

func readChunk(disk files.Disk, request wire.ContentRequest) ([]byte, error) {
	in, err := disk.Open(context.Background(), request.SHA256)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if _, err := in.(io.Seeker).Seek(request.Offset, io.SeekStart); err != nil {
		return nil, err
	}
	chunk := make([]byte, wire.ChunkSize)
	n, err := io.ReadFull(in, chunk)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return chunk[:n], err
}
