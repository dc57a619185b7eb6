// Package snapshotio turns Snapshots into few bytes and back, for their way from a worker to the controller. What
// carries the bytes is not its business.
//
// A worker has one Encoder for a batch, and the controller one Decoder for each worker and batch. Scenario, metric and
// labels of a series are a key: the message that uses a key first has it in full, and later ones have its number. So a
// message can be decoded when those before it were, which gives these rules for what lies between:
//
//   - The sender sends the messages in their order, the same bytes as often as it takes until they are acknowledged. The
//     receiver acknowledges what it has decoded. Messages may come twice: a second time they decode to the same snapshot,
//     which the Aggregator knows by its number.
//   - A message that comes before one whose keys it needs is a *MissingError. It can be decoded later.
//   - Any other error is about the content, and will not go away: the worker is not to be trusted any more.
package snapshotio

import (
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/liveload/liveload/metrics"
)

// MaxSize is how many bytes a message has at most. A series takes some 40.
const MaxSize = 8 << 20

const (
	maxKeys   = 200_000              // of a generation, and so series of a snapshot
	maxSeq    = 1 << 31              // snapshots of a run
	maxOffset = 366 * 24 * time.Hour // of a snapshot since the start
	maxCount  = metrics.MaxCount     // of a counter, or of users
)

// A MissingError says that a message needs keys of earlier ones that have not come.
type MissingError struct{ Generation uint64 }

func (e *MissingError) Error() string {
	return fmt.Sprintf("a snapshot needs names of generation %d that were in an earlier one, which has not come", e.Generation)
}

// A message is a snapshot as it travels: an array of CBOR. Everything that names something is the number of a key.
type message struct {
	_          struct{} `cbor:",toarray"`
	Generation uint64   // 1, 2, ...: keys count anew in each
	First      int      // number of the first of Keys
	Keys       []key    // that are new
	Seq        int64
	Seconds    int64 // start since 1970
	Nanos      int64
	From, To   int64 // nanoseconds since the start
	Last       bool
	Metrics    []*metrics.Metric
	Series     []int // step from the key after the one before: mostly zeros
	Counts     []int64
	Sketches   []metrics.Sketch
	Gauges     [][3]float64 // last, smallest, largest
	Users      []users
	Failures   []metrics.FailureSample
	Overflow   []overflow
}

// A key is what a number stands for. Without a metric it is a scenario.
type key struct {
	_        struct{} `cbor:",toarray"`
	Scenario string
	Metric   string
	Kind     metrics.Kind // says where the value is
	Labels   metrics.Labels
}

type users struct {
	_                          struct{} `cbor:",toarray"`
	Key                        int
	Started, Succeeded, Failed int64
}

type overflow struct {
	_       struct{} `cbor:",toarray"`
	Key     int
	Samples int64
}

// Messages of a script can have bytes that are not UTF-8.
var encoding, decoding = must(cbor.EncOptions{}.EncMode()), must(cbor.DecOptions{
	MaxArrayElements: maxKeys, MaxMapPairs: 100, MaxNestedLevels: 8,
	IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8DecodeInvalid,
}.DecMode())

func must[T any](mode T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("snapshotio: the options of CBOR are wrong: %v", err))
	}
	return mode
}
