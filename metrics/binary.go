package metrics

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MarshalBinary returns the sketch as it is in memory. Only processes of the same version of liveload understand it.
func (s Sketch) MarshalBinary() ([]byte, error) { return []byte(s), nil }

// UnmarshalBinary reads what MarshalBinary wrote. Bytes that no Recorder makes are an error, also those of a sketch with
// coarse bins.
func (s *Sketch) UnmarshalBinary(b []byte) error {
	read, err := ReadSketch(b)
	if err == nil && len(b) > 0 && b[0] != 0 {
		err = errors.New("decode sketch: its bins are coarse")
	}
	if err == nil {
		*s = read
	}
	return err
}

// MarshalBinary returns the set as it is in memory.
func (l Labels) MarshalBinary() ([]byte, error) { return []byte(l.packed), nil }

// UnmarshalBinary reads what MarshalBinary wrote. Sets that LabelsOf does not make are an error.
func (l *Labels) UnmarshalBinary(b []byte) error {
	packed, before := string(b), ""
	for n, rest := 0, packed; rest != ""; n++ {
		if len(rest) < 2 || len(rest) < 2+int(rest[0])+int(rest[1]) {
			return errors.New("read labels: the bytes are damaged")
		}
		name := rest[2 : 2+int(rest[0])]
		value := rest[2+len(name) : 2+len(name)+int(rest[1])]
		rest = rest[2+len(name)+len(value):]
		switch {
		case n == mostLabels:
			return fmt.Errorf("read labels: there are more than %d", mostLabels)
		case !labelName.MatchString(name):
			return fmt.Errorf("read labels: %q cannot be the name of one: %s", shorten(name), labelNameRule)
		case strings.Compare(before, name) >= 0:
			return fmt.Errorf("read labels: %s comes after %s", name, before)
		case value == "" || len(value) > maxLabelLength || !utf8.ValidString(value):
			return fmt.Errorf("read labels: %q cannot be the value of %s", shorten(value), name)
		}
		before = name
	}
	l.packed = packed
	return nil
}
