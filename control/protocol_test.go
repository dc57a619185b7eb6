package control

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/liveload/liveload/plan"
)

// FuzzReadSteer: what is accepted is a command that says something, within bounds, and that can travel on.
func FuzzReadSteer(f *testing.F) {
	for _, seed := range []string{`{"scenario":"browse","users":10}`, `{"rate":"10/s"}`, `{"paused":true}`, `{"stop":true}`, `{"users":-1}`, `null`, `{"rate":"0/1ns"}`, `{"users":1}{}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := readSteer(bytes.NewReader(body))
		if err != nil {
			return
		}
		if r.Users == nil && r.Rate == nil && r.Paused == nil && !r.Stop || r.Users != nil && *r.Users > plan.MostExtra || r.Rate != nil && (r.Rate.Count < 0 || r.Rate.Per <= 0) {
			t.Fatalf("readSteer(%q) = %+v", body, r)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := readSteer(bytes.NewReader(text))
		if err != nil || !reflect.DeepEqual(r, again) {
			t.Errorf("%q came again as %+v, %v; want %+v", text, again, err, r)
		}
	})
}
