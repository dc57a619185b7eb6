package journal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
)

// Read reads a journal. A tail that is not whole is dropped, and counted.
func Read(path string) (*Content, error) {
	return open(path, func(r *frameReader) (*Content, error) {
		b := &builder{}
		for {
			k, content, err := r.next()
			switch {
			case err == io.EOF:
				return &b.Content, nil
			case err == errTorn:
				b.Dropped = r.left
				return &b.Content, b.headed()
			case err != nil:
				return nil, err
			}
			if err := b.add(k, content); err != nil {
				return nil, err
			}
		}
	})
}

// ReadHead reads only which run a journal is of.
func ReadHead(path string) (*Content, error) {
	return open(path, func(r *frameReader) (*Content, error) {
		b := &builder{}
		k, content, err := r.next()
		if err == nil {
			err = b.add(k, content)
		}
		return &b.Content, errors.Join(err, b.headed())
	})
}

// open opens a journal and has it read.
func open(path string, read func(r *frameReader) (*Content, error)) (c *Content, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no journal of a run, but a %s", path, describe(info.Mode()))
	}
	in := bufio.NewReaderSize(f, 1<<16)
	begin := make([]byte, len(magic))
	n, err := io.ReadFull(in, begin)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if n < len(magic) || string(begin) != magic {
		return nil, fmt.Errorf("%s is no journal of a run%s", path, guess(begin[:n]))
	}
	c, err = read(&frameReader{in: in, left: info.Size() - int64(n)})
	if err != nil {
		return nil, fmt.Errorf("read the journal %s: %w", path, err)
	}
	return c, nil
}

func describe(mode os.FileMode) string {
	if mode.IsDir() {
		return "folder"
	}
	return "device or pipe"
}

// guess says what a file may be instead.
func guess(begin []byte) string {
	switch {
	case len(begin) == 0:
		return ": it is empty"
	case bytes.HasPrefix(begin, []byte("liveload journal ")):
		return " that this version of liveload reads: another one wrote it. Use that one"
	case bytes.HasPrefix(bytes.TrimSpace(begin), []byte("[")):
		return ": a Result is whole already, and `liveload report` shows it"
	}
	return ", whose name ends in " + Ending
}

// A builder puts a Content together.
type builder struct {
	Content
	head     bool
	decoders map[string]*snapshotio.Decoder // by node
}

// headed says why there is no run.
func (b *builder) headed() error {
	if !b.head {
		return errors.New("it ends before it says which run it is of")
	}
	return nil
}

func (b *builder) add(k kind, content []byte) error {
	if !b.head && k != headFrame {
		return errors.New("it does not begin with what run it is of")
	}
	switch k {
	case headFrame:
		if err := plain("what run it is of", content, &b.Head); err != nil {
			return err
		}
		b.head = true
		return uuid.Validate(b.RunID) // which becomes part of names of files
	case resultsFrame:
		ended, err := metrics.ReadResults(bytes.NewReader(content))
		b.Ended, b.Running = append(b.Ended, ended...), nil
		return err
	case batchFrame:
		return b.begin(content)
	case endFrame:
		b.Whole = true
		return nil
	}
	if b.Running == nil {
		return fmt.Errorf("it has numbers (%q) of no scenario", byte(k))
	}
	switch k {
	case checkpointFrame:
		return b.restore(content)
	case snapshotFrame:
		return b.addSnapshot(content)
	case inputFrame:
		return b.addInput(content)
	case standingFrame:
		b.Running.Standing = Standing{}
		return plain("how a scenario stands", content, &b.Running.Standing)
	}
	return fmt.Errorf("it has something that this version does not know (%q): another version of liveload wrote it", byte(k))
}

// plain reads JSON.
func plain(what string, content []byte, to any) error {
	if err := json.Unmarshal(content, to); err != nil {
		return fmt.Errorf("%s cannot be read: %w", what, err)
	}
	return nil
}

func (b *builder) begin(content []byte) error {
	running := &Running{}
	if err := plain("what is planned", content, &running.Batch); err != nil {
		return err
	}
	if width := running.Info.BucketWidth; width < 0 {
		return fmt.Errorf("buckets of %v are not possible", width)
	}
	if len(running.Limits) != len(running.Info.Scenarios) {
		return errors.New("what is planned has other scenarios than limits")
	}
	b.Running, b.decoders = running, make(map[string]*snapshotio.Decoder)
	running.Aggregator = metrics.NewAggregator(running.Info)
	return nil
}

func (b *builder) restore(content []byte) (err error) {
	var c metrics.Checkpoint
	if err := c.UnmarshalBinary(content); err != nil {
		return err
	}
	b.decoders = make(map[string]*snapshotio.Decoder)
	b.Running.Aggregator, err = metrics.Restore(b.Running.Info, &c)
	return err
}

func (b *builder) addSnapshot(content []byte) error {
	length, n := binary.Uvarint(content)
	if n <= 0 || length > uint64(len(content)-n) {
		return errors.New("a snapshot has no node")
	}
	node, message := string(content[n:n+int(length)]), content[n+int(length):]
	decoder := b.decoders[node]
	if decoder == nil {
		var scenarios []string
		for _, s := range b.Running.Info.Scenarios {
			scenarios = append(scenarios, s.Name)
		}
		decoder = snapshotio.NewDecoder(strings.Clone(node), scenarios...)
		b.decoders[node] = decoder
	}
	s, err := decoder.Decode(message)
	if err != nil {
		return err
	}
	b.Running.Aggregator.Add(s)
	return nil
}

func (b *builder) addInput(content []byte) error {
	var in metrics.Input
	if err := plain("what happened", content, &in); err != nil {
		return err
	}
	if err := in.Check(b.Running.Info); err != nil {
		return err
	}
	b.Running.Aggregator.Take(in)
	return nil
}
