package ordered

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseAndText(t *testing.T) {
	for text, want := range map[string]string{
		`{"b":1,"a":{"d":[],"c":null}}`:                       `{"b":1,"a":{"d":[],"c":null}}`,
		`{"x":1,"10":2,"9":3,"01":4,"-1":5}`:                  `{"9":3,"10":2,"x":1,"01":4,"-1":5}`,
		`{"4294967295":1,"4294967294":2,"0":3}`:               `{"0":3,"4294967294":2,"4294967295":1}`,
		`{"a":1,"b":2,"a":3}`:                                 `{"a":3,"b":2}`,
		`{"__proto__":1,"":2}`:                                `{"__proto__":1,"":2}`,
		`[1e21, 1e-7, 0.1, -0, 1e999, 123456789012345678901]`: `[1e+21,1e-7,0.1,0,null,123456789012345680000]`,
		`"<>&\u2028\n\ud83d\ude00"`:                           "\"<>&\u2028\\n😀\"",
		` true `:                                              `true`,
		`{"k0":0,"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":9,"5":5}`: `{"5":5,"k0":0,"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":9}`,
	} {
		data, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := Text(data); got != want || err != nil {
			t.Errorf("%s gives %s, %v, want %s", text, got, err, want)
		}
		if object, ok := data.(*Object); ok {
			for _, key := range object.Keys() {
				if _, ok := object.Get(key); !ok {
					t.Errorf("%s has no %s", text, key)
				}
			}
		}
	}
	for _, text := range []string{"", "{", "[1,]", "1 2", "{'a':1}", "nul"} {
		if data, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s gives %v", text, data)
		}
	}
}

func TestMaps(t *testing.T) {
	data, err := Parse([]byte(`{"b":[{"a":1}],"c":"x"}`))
	want := map[string]any{"b": []any{map[string]any{"a": 1.0}}, "c": "x"}
	if got := Maps(data); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if text, err := Text(want); err != nil || text != `{"b":[{"a":1}],"c":"x"}` {
		t.Errorf("got %s, %v", text, err)
	}
	encoded, err := json.Marshal([]any{data})
	if err != nil || string(encoded) != `[{"b":[{"a":1}],"c":"x"}]` {
		t.Errorf("got %s, %v", encoded, err)
	}
}

// FuzzParse: what is written is read as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"b":1,"1":[null,true,"x"]}`, `"\ud800"`, `[1e999,-0]`, "{}", "[[[["} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		data, err := Parse([]byte(text))
		if err != nil {
			return
		}
		written, err := Text(data)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse([]byte(written))
		if err != nil {
			t.Fatalf("%s was written as %s: %v", text, written, err)
		}
		if second, _ := Text(again); second != written || strings.Count(second, "\n") > 0 {
			t.Errorf("%s was written as %s and then %s", text, written, second)
		}
	})
}
