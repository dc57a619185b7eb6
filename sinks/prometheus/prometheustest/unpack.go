package prometheustest

import "github.com/klauspost/compress/snappy"

// Unpack returns the message in the body of a remote write.
func Unpack(body []byte) ([]byte, error) { return snappy.Decode(nil, body) }
