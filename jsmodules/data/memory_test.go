package data

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// bigFile makes a CSV file of about 5 MB.
func bigFile() string {
	var b strings.Builder
	b.WriteString("id,name,email,city,note\n")
	for i := range 60_000 {
		fmt.Fprintf(&b, "%d,Person Number %d,person-%d@example.com,Dùn Èideann,some words about %d\n", i, i, i, i)
	}
	return b.String()
}

// TestMemory: a thousand users share a file of 5 MB, and each costs little more than one without it.
func TestMemory(t *testing.T) {
	const users = 1000
	content := bigFile()
	if len(content) < 5_000_000 {
		t.Fatalf("the file has %d bytes", len(content))
	}
	files := map[string]string{"big.csv": content}
	none := bytesOf(t, users, newRig(t, files, `const rows = [{ name: '' }]; export default () => is(typeof rows[rows.length - 1].name, 'string');`))
	with := bytesOf(t, users, newRig(t, files, `const rows = csv('big.csv'); export default () => is(typeof rows[rows.length - 1].name, 'string');`))
	t.Logf("%d users: %d kB without the file, %d kB with it", users, none>>10, with>>10)
	if all := with - none; all > 4*len(content)+users*8<<10 {
		t.Errorf("a file of %d bytes costs %d users %d bytes, want at most four times its size and 8 kB for each", len(content), users, all)
	}
}

// bytesOf returns what users cost that have run an iteration.
func bytesOf(t *testing.T, users int, r *rig) int {
	t.Helper()
	before := jstest.Heap()
	all := make([]*liveload.User, users)
	for i := range all {
		u, err := r.user(t)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.RunIteration(t.Context(), nil, 1); err != nil {
			t.Fatal(err)
		}
		all[i] = u
	}
	after := jstest.Heap()
	runtime.KeepAlive(all)
	runtime.KeepAlive(r)
	return int(after) - int(before)
}

// BenchmarkRow is what a user pays for the cells of a row.
func BenchmarkRow(b *testing.B) {
	r := newRig(b, map[string]string{"big.csv": bigFile()}, fmt.Sprintf(`
const rows = csv('big.csv');
let n = 0;
export default () => { for (let i = 0; i < %d; i++) { const { name, email } = rows.next(); n += name.length + email.length; } };`, 1000))
	u, err := r.user(b)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := u.RunIteration(b.Context(), nil, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/row")
}
