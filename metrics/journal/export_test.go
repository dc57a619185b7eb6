package journal

import (
	"bytes"
	"encoding/binary"
)

// GrowLess has a journal be written anew after so many bytes, until the returned function is called.
func GrowLess(bytes int64) (restore func()) {
	was := minGrowth
	minGrowth = bytes
	return func() { minGrowth = was }
}

// Mended changes one byte of a journal and makes the checksums of its frames right again, so that what is in them is read.
func Mended(b []byte, at int, change byte) []byte {
	b = bytes.Clone(b)
	if at > len(magic) && at < len(b) {
		b[at] ^= change
	}
	for i := len(magic); i+frameHead <= len(b); {
		length := int(binary.LittleEndian.Uint32(b[i:]))
		if length > len(b)-i-frameHead {
			break
		}
		binary.LittleEndian.PutUint32(b[i+4:], checksum(kind(b[i+8]), b[i+frameHead:i+frameHead+length]))
		i += frameHead + length
	}
	return b
}
