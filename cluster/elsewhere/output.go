package elsewhere

import (
	"context"
	"io"
	"os"
	"sync"
)

// An output is what a run prints, which is kept in a file for those who come later. Safe for concurrent use.
type output struct {
	file *os.File
	also io.Writer // gets it too

	mu    sync.Mutex
	size  int64
	ended bool
	grown chan struct{} // closed and made anew whenever there is more, or the end
}

func newOutput(file string, also io.Writer) (*output, error) {
	f, err := os.Create(file)
	return &output{file: f, also: also, grown: make(chan struct{})}, err
}

// Write implements io.Writer. It never fails, which would end the run: what a full disk does not take, nobody sees who comes later.
func (o *output) Write(text []byte) (int, error) {
	n, _ := o.file.Write(text)
	_, _ = o.also.Write(text)
	o.change(func() { o.size += int64(n) })
	return len(text), nil
}

func (o *output) end() { o.change(func() { o.ended = true }) }

func (o *output) change(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
	close(o.grown)
	o.grown = make(chan struct{})
}

// follow writes all from a place on, until the end or that of ctx.
func (o *output) follow(ctx context.Context, from int64, to io.Writer, flush func()) error {
	for {
		o.mu.Lock()
		size, ended, grown := o.size, o.ended, o.grown
		o.mu.Unlock()
		if from < size {
			n, err := io.Copy(to, io.NewSectionReader(o.file, from, size-from))
			from += n
			if err != nil {
				return err
			}
			flush()
			continue
		}
		if ended {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
