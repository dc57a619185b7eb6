// Package sourcemap reads and adapts source maps.
package sourcemap

import (
	"strings"
)

// A Map is a source map, version 3.
type Map struct {
	Version        int      `json:"version"`
	Sources        []string `json:"sources"`
	SourcesContent []string `json:"sourcesContent,omitempty"`
	Names          []string `json:"names"`
	Mappings       string   `json:"mappings"`
}

// ShiftColumns moves all columns of mappings, generated and original, one to the right. Source maps count
// columns from 0, but goja looks up columns counted from 1 and reports what it finds as it is.
func ShiftColumns(mappings string) string {
	lines := strings.Split(mappings, ";")
	first := true
	for i, line := range lines {
		if line == "" {
			continue
		}
		segment, rest, more := strings.Cut(line, ",")
		fields := decodeVLQ(segment)
		if len(fields) == 0 {
			return mappings // not a map that we understand; positions are then one column off
		}
		fields[0]++ // generated columns are relative to the segment before, in each line anew
		if first && len(fields) >= 4 {
			fields[3]++ // original columns are relative throughout the file
			first = false
		}
		lines[i] = encodeVLQ(fields)
		if more {
			lines[i] += "," + rest
		}
	}
	return strings.Join(lines, ";")
}

const vlqAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// decodeVLQ reads the numbers of one segment; nil when it is malformed.
func decodeVLQ(segment string) []int {
	var fields []int
	value, shift := 0, 0
	for i := range len(segment) {
		digit := strings.IndexByte(vlqAlphabet, segment[i])
		if digit < 0 || shift > 30 {
			return nil
		}
		value |= (digit & 31) << shift
		if digit&32 != 0 {
			shift += 5
			continue
		}
		if value&1 != 0 {
			fields = append(fields, -(value >> 1))
		} else {
			fields = append(fields, value>>1)
		}
		value, shift = 0, 0
	}
	return fields
}

func encodeVLQ(fields []int) string {
	var b strings.Builder
	for _, n := range fields {
		v := n << 1
		if n < 0 {
			v = -n<<1 | 1
		}
		for {
			digit := v & 31
			if v >>= 5; v > 0 {
				digit |= 32
			}
			b.WriteByte(vlqAlphabet[digit])
			if v == 0 {
				break
			}
		}
	}
	return b.String()
}
