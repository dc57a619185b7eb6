package inpage

import "testing"

func TestReadPressed(t *testing.T) {
	for payload, want := range map[string]struct {
		id      int64
		hit, ok bool
	}{
		"hit 12": {12, true, true}, "missed 3": {3, false, true},
		"": {}, "hit": {}, "hit x": {}, "missed 1 2": {}, "hit 99999999999999999999": {}, // a page may call the binding too
	} {
		id, hit, ok := ReadPressed(payload)
		if ok != want.ok || (ok && (id != want.id || hit != want.hit)) {
			t.Errorf("ReadPressed(%q) = %d, %v, %v; want %+v", payload, id, hit, ok, want)
		}
	}
	if _, _, ok := ReadPressed("grazed 4"); ok {
		t.Error("ReadPressed takes a result that no script of ours writes")
	}
}
