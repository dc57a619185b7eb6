package metrics

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// mostElements bounds the lists and maps of a checkpoint.
const mostElements = 1 << 20

var checkpointFormat, checkpointReader = mode(cbor.EncOptions{}.EncMode()), mode(cbor.DecOptions{
	MaxArrayElements: mostElements, MaxMapPairs: mostElements, MaxNestedLevels: 16,
	IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8DecodeInvalid,
}.DecMode())

func mode[T any](m T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("metrics: the options of CBOR are wrong: %v", err))
	}
	return m
}

// MarshalBinary returns the checkpoint in a form that only the same version of liveload understands.
func (c *Checkpoint) MarshalBinary() ([]byte, error) { return checkpointFormat.Marshal(&c.data) }

// UnmarshalBinary reads what MarshalBinary wrote. Restore checks what it says.
func (c *Checkpoint) UnmarshalBinary(b []byte) error {
	c.data = checkpoint{}
	if err := checkpointReader.Unmarshal(b, &c.data); err != nil {
		return fmt.Errorf("read a checkpoint: %w", err)
	}
	return nil
}
