package worker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/cluster/wire"
)

// A store is the contents of the run, which the controller has. It implements files.Store.
type store struct{ worker *worker }

// Open implements files.Store. ctx bounds the reading too.
func (s *store) Open(ctx context.Context, sha256 string) (io.ReadCloser, error) {
	return io.NopCloser(&content{ctx: ctx, worker: s.worker, sha256: sha256}), nil
}

// A content is read chunk by chunk. It lives no longer than the call that opened it.
type content struct {
	ctx    context.Context
	worker *worker
	sha256 string
	chunk  []byte
	offset int64 // of what follows the chunk
}

// Read implements io.Reader.
func (c *content) Read(p []byte) (int, error) {
	if len(c.chunk) == 0 {
		chunk, err := c.worker.chunk(c.ctx, wire.ContentRequest{SHA256: c.sha256, Offset: c.offset})
		if err != nil {
			return 0, err
		}
		if len(chunk) == 0 {
			return 0, io.EOF
		}
		c.chunk = chunk
		c.offset += int64(len(chunk))
	}
	n := copy(p, c.chunk)
	c.chunk = c.chunk[n:]
	return n, nil
}

func (w *worker) chunk(ctx context.Context, request wire.ContentRequest) ([]byte, error) {
	packed, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	return w.get(ctx, wire.Content, packed)
}

// get asks for something that the controller may refuse.
func (w *worker) get(ctx context.Context, topic string, request []byte) ([]byte, error) {
	answer, err := w.ask(ctx, w.from(topic, request))
	if err != nil {
		return nil, err
	}
	if refused := answer.Header.Get(wire.HeaderError); refused != "" {
		return nil, errors.New(refused)
	}
	return answer.Data, nil
}

// evidence sends a part of a file, unless the controller is gone.
func (w *worker) evidence(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-w.alone:
			cancel(errGone)
		case <-ctx.Done():
		}
	}()
	answer, err := w.ask(ctx, w.from(wire.Evidence, message))
	if err != nil {
		return err
	}
	if refused := answer.Header.Get(wire.HeaderError); refused != "" {
		return fmt.Errorf("%w: %s", upload.ErrRefused, refused)
	}
	if failed := answer.Header.Get(wire.HeaderFailed); failed != "" {
		return errors.New(failed)
	}
	return nil
}

// fetch gets a content that is JSON, and checks that it is the one.
func (w *worker) fetch(ctx context.Context, ref wire.Ref, to any) error {
	in := io.LimitReader(&content{ctx: ctx, worker: w, sha256: ref.SHA256}, ref.Size+1)
	var all bytes.Buffer
	if _, err := all.ReadFrom(in); err != nil {
		return err
	}
	sum := sha256.Sum256(all.Bytes())
	if got := hex.EncodeToString(sum[:]); got != ref.SHA256 {
		return fmt.Errorf("what arrived has the SHA-256 %s, but the controller says %s", got, ref.SHA256)
	}
	return json.Unmarshal(all.Bytes(), to)
}
