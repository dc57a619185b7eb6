package metrics

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
)

func TestSketchColumnJSON(t *testing.T) {
	fine := sketchOfAll(t, 100, func(i int) float64 { return float64(i) })
	column := SketchColumn{"", fine, coarseSum("", fine)}
	text, err := json.Marshal(column)
	if err != nil {
		t.Fatal(err)
	}
	var back SketchColumn
	if err := json.Unmarshal(text, &back); err != nil || !slices.Equal(back, column) {
		t.Errorf("a round trip of %q gave %q, %v", column, back, err)
	}
}

func TestReadSketchRefuses(t *testing.T) {
	s := sketchOfAll(t, 2000, func(i int) float64 { return float64(i * i) })
	for n := 1; n < len(s); n++ {
		if _, err := ReadSketch([]byte(s[:n])); err == nil {
			t.Fatalf("%d of %d bytes were accepted", n, len(s))
		}
	}
	one := SketchOf([]float64{5})
	end := len(one) - 3 // the bin, two bytes, and its count
	for name, b := range map[string]string{
		"coarser bins than any":      "\x02" + string(one[1:]),
		"no values in a bin":         string(one[:end]) + string(one[end:end+2]) + "\x00",
		"more values than the count": string(one[:end]) + string(one[end:end+2]) + "\x02",
		"a bin beyond the largest":   string(one[:end]) + "\xff\x7f\x01",
		"a count in too many bytes":  string(one[:end]) + string(one[end:end+2]) + "\x81\x00",
		"a count without a bin":      string(one[:end]),
		"a huge count":               "\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" + string(one[2:]),
	} {
		if got, err := ReadSketch([]byte(b)); err == nil {
			t.Errorf("%s: %q was accepted", name, got)
		}
	}
}

func FuzzReadSketch(f *testing.F) {
	s := sketchOfAll(f, 500, func(i int) float64 { return float64(i) * 1.7 })
	f.Add([]byte(s))
	f.Add([]byte(coarseSum(s, "")))
	f.Add([]byte(SketchOf([]float64{0, 0, 5})))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ReadSketch(b)
		if err != nil {
			return
		}
		if !bytes.Equal([]byte(s), b) {
			t.Errorf("%q was read as %q", b, s)
		}
		if q := s.Quantile(0.5); q < s.Min() || q > s.Max() {
			t.Errorf("median %v outside %v to %v", q, s.Min(), s.Max())
		}
		twice := s.Plus(s)
		if again, err := ReadSketch([]byte(twice)); err != nil || again.Count() != 2*s.Count() {
			t.Errorf("twice the same has count %d, %v; want %d", again.Count(), err, 2*s.Count())
		}
	})
}
