package sourcemap

import (
	"strings"
	"testing"
)

func FuzzShiftColumns(f *testing.F) {
	for _, seed := range []string{"AAAA", ";;AACA,CAAC;gB", "!", "", "//////", ",,;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, mappings string) {
		got := ShiftColumns(mappings)
		if strings.Count(got, ";") != strings.Count(mappings, ";") {
			t.Fatalf("%q became %q", mappings, got)
		}
	})
}
