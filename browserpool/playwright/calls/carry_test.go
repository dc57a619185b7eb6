package calls

import (
	"fmt"
	"testing"

	"github.com/liveload/liveload/ordered"
)

// TestPack: what a page gets comes back as it was.
func TestPack(t *testing.T) {
	data, err := ordered.Parse([]byte(`{"z":[1,"x",true,[]],"a":{"10":1},"e":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	packed := Pack(data)
	if got, want := fmt.Sprint(packed), "[1 z [0 1 x true [0]] a [1 10 1] e [1]]"; got != want {
		t.Errorf("packed %s, want %s", got, want)
	}
	back, err := Unpack(packed)
	text, _ := ordered.Text(back)
	if want, _ := ordered.Text(data); err != nil || text != want {
		t.Errorf("back came %s, %v, want %s", text, err, want)
	}
}
