package rundir

import (
	"context"
	"testing"
)

// TestAlive lists runs that go on, here and in another process, and not one that was killed, which Ended lists; both leave
// that one to Sweep.
func TestAlive(t *testing.T) {
	base := t.TempDir()
	if alive, err := Alive(base); err != nil || len(alive) != 0 {
		t.Fatalf("Alive of nothing = %v, %v", alive, err)
	}
	dir, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close(context.Background())
	other := startHelper(t, base, "echo ready; exec sleep 300")
	alive, err := Alive(base)
	if err != nil || len(alive) != 2 {
		t.Fatalf("Alive = %v, %v; want two", alive, err)
	}
	other.kill9(t)
	alive, err = Alive(base)
	if err != nil || len(alive) != 1 || alive[0] != (Live{ID: dir.ID(), Path: dir.Path()}) {
		t.Errorf("Alive = %v, %v; want %s only", alive, err, dir.ID())
	}
	if ended, err := Ended(base); err != nil || len(ended) != 1 || ended[0].ID != other.id {
		t.Errorf("Ended = %v, %v; want %s only", ended, err, other.id)
	}
	if swept, err := Sweep(bounded(t), base); err != nil || len(swept.Runs) != 1 || swept.Runs[0].ID != other.id {
		t.Errorf("Sweep = %+v, %v; want the run that was killed", swept, err)
	}
}
