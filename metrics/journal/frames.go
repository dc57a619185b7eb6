// Package journal keeps what a run measures on disk while it goes on, so that a Result can be made of a run that died: by
// kill -9, without memory, by a power cut. A journal is one file, which ends with its run. What is in it when depends on
// what comes: each second is appended, and now and then the whole is written anew, so that it does not grow with the length
// of the run. Making Results of it is left to others.
package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Ending ends the names of journals.
const Ending = ".journal"

// magic begins a journal. Its number is that of the format.
const magic = "liveload journal 1\n"

// A kind says what is in a frame.
type kind byte

const (
	headFrame       kind = 'H' // Head
	resultsFrame    kind = 'R' // of scenarios that have ended, as in a Result file
	batchFrame      kind = 'B' // Batch: what follows is of these scenarios
	checkpointFrame kind = 'C' // metrics.Checkpoint: what comes before in the batch is in it
	snapshotFrame   kind = 'S' // the name of a node, and a message of snapshotio
	inputFrame      kind = 'I' // any other metrics.Input
	standingFrame   kind = 'D' // Standing
	endFrame        kind = 'E' // everything was measured
)

// A frame has its length, its checksum and its kind before its content.
const frameHead = 4 + 4 + 1

// maxFrame is more than any frame has.
const maxFrame = 1 << 30

var table = crc32.MakeTable(crc32.Castagnoli)

func checksum(k kind, content []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte{byte(k)}, table), table, content)
}

// appendFrame appends a frame.
func appendFrame(to []byte, k kind, content []byte) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(len(content)))
	to = binary.LittleEndian.AppendUint32(to, checksum(k, content))
	return append(append(to, byte(k)), content...)
}

// errTorn says that a frame is not whole: its writer died, or the disk has changed it.
var errTorn = errors.New("a frame is not whole")

// A frameReader reads frames one after the other.
type frameReader struct {
	in   io.Reader
	left int64 // bytes that the file has
}

// next returns the next frame, io.EOF after the last one, errTorn for one that is not whole.
func (r *frameReader) next() (kind, []byte, error) {
	if r.left == 0 {
		return 0, nil, io.EOF
	}
	var head [frameHead]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return 0, nil, torn(err)
	}
	length := int64(binary.LittleEndian.Uint32(head[:]))
	if length > maxFrame || length > r.left-frameHead {
		return 0, nil, errTorn
	}
	content := make([]byte, length)
	if _, err := io.ReadFull(r.in, content); err != nil {
		return 0, nil, torn(err)
	}
	if k := kind(head[8]); checksum(k, content) == binary.LittleEndian.Uint32(head[4:]) {
		r.left -= frameHead + length
		return k, content, nil
	}
	return 0, nil, errTorn
}

// torn returns errTorn for a file that ends too early, and what happened for a disk that cannot be read.
func torn(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return fmt.Errorf("read it: %w", err)
}
