package redact

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

type packed struct{ text string }

func (p packed) Redacted(r *Redactor) any { return packed{r.Text(p.text)} }

type tree struct {
	Name    string
	Sub     *tree
	All     []tree
	By      map[string]int
	Options any
	Raw     json.RawMessage
	Packed  packed
	Two     [2]string
	Numbers []float64
	At      time.Time
	own     string
}

func TestDeep(t *testing.T) {
	r := New()
	r.Give("hunter2-hunter2")
	given := func() tree {
		return tree{
			Name: "a hunter2-hunter2", Sub: &tree{Name: "hunter2-hunter2"}, All: []tree{{Name: "b"}, {Name: "hunter2-hunter2"}},
			By: map[string]int{"hunter2-hunter2": 1, "password": 2}, Options: map[string]any{"password": 3.0, "list": []any{"hunter2-hunter2"}, "text": "x"},
			Raw: json.RawMessage(`{"a":"hunter2-hunter2"}`), Packed: packed{"hunter2-hunter2"}, Two: [2]string{"c", "hunter2-hunter2"},
			Numbers: []float64{1}, own: "own",
		}
	}
	v := given()
	want := tree{
		Name: "a [redacted]", Sub: &tree{Name: "[redacted]"}, All: []tree{{Name: "b"}, {Name: "[redacted]"}},
		By: map[string]int{"[redacted]": 1, "password": 2}, Options: map[string]any{"password": "[redacted]", "list": []any{"[redacted]"}, "text": "x"},
		Raw: json.RawMessage(`{"a":"[redacted]"}`), Packed: packed{"[redacted]"}, Two: [2]string{"c", "[redacted]"},
		Numbers: []float64{1}, own: "own",
	}
	if got := Deep(r, v); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if !reflect.DeepEqual(v, given()) {
		t.Errorf("what was given is changed: %+v", v)
	}
	if got := Deep[any](r, nil); got != nil {
		t.Errorf("nothing became %v", got)
	}
}
