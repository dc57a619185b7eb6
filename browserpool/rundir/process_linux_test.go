package rundir

import (
	"strings"
	"testing"
)

func TestParseStat(t *testing.T) {
	const rest = " 0 0 -1 0 0 0 0 0 1 2 3 4 20 0 5 0 98765 0 0"
	p, err := parseStat(7, []byte("7 (a ) S 9 (b)) S 3 4"+rest))
	if err != nil || p != (process{pid: 7, parent: 3, group: 4, start: 98765}) {
		t.Errorf("parseStat = %+v, %v", p, err)
	}
	if _, err := parseStat(7, []byte("7 (x) Z 3 4"+rest)); err != nil {
		t.Errorf("a process with threads that have not ended is taken for gone: %v", err)
	}
	oneThread := strings.Replace(rest, "20 0 5 0", "20 0 1 0", 1)
	for _, bad := range []string{"", "7 (x)", "7 (x) S 1 2 3", "7 (x) S a 4" + rest, "7 (x) Z 3 4" + oneThread} {
		if _, err := parseStat(7, []byte(bad)); err == nil {
			t.Errorf("parseStat(%q) gave no error", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("7 (x) S 3 4 0 0 -1 0 0 0 0 0 1 2 3 4 20 0 5 0 98765 0 0"))
	f.Add([]byte("7 (x)) Z"))
	f.Fuzz(func(t *testing.T, stat []byte) {
		if p, err := parseStat(7, stat); err == nil && p.pid != 7 {
			t.Errorf("parseStat(%q) = %+v", stat, p)
		}
	})
}
