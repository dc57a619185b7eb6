package data

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// FuzzCSV: what is read is what encoding/csv reads, under the names of the first line.
func FuzzCSV(f *testing.F) {
	for _, content := range someFiles {
		f.Add([]byte(content), ',')
	}
	f.Add([]byte("a;b\n\"x\n\";y"), ';')
	f.Fuzz(func(t *testing.T, content []byte, delimiter rune) {
		root, err := parseCSV("f.csv", content, delimiter)
		if err != nil {
			if !strings.Contains(err.Error(), "f.csv") {
				t.Errorf("the error %q does not name the file", err)
			}
			return
		}
		reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\uFEFF"))))
		reader.Comma = delimiter
		want, err := reader.ReadAll()
		if err != nil {
			t.Fatalf("encoding/csv says %v", err)
		}
		rows := root.(*list).items
		if len(rows) != len(want)-1 {
			t.Fatalf("%d rows, want %d", len(rows), len(want)-1)
		}
		for i, row := range rows {
			for k, name := range want[0] {
				if v, ok := row.(*record).value(strings.TrimSpace(name)); !ok || v != want[i+1][k] {
					t.Errorf("row %d: %s is %q, want %q", i, name, v, want[i+1][k])
				}
			}
		}
	})
}

// FuzzJSON: what is read is what encoding/json reads.
func FuzzJSON(f *testing.F) {
	for _, content := range someFiles {
		f.Add([]byte(content))
	}
	f.Add([]byte(`{"a":{"a":1,"a":[]},"\ud800":"\u0000"}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		root, err := parseJSON("f.json", content)
		var want any
		content = bytes.TrimPrefix(content, []byte("\uFEFF"))
		wantErr := json.Unmarshal(content, &want)
		if err != nil {
			if !strings.Contains(err.Error(), "f.json") {
				t.Errorf("the error %q does not name the file", err)
			}
			if wantErr == nil && !strings.Contains(err.Error(), "UTF-8") && !strings.Contains(err.Error(), "UTF-16") {
				t.Errorf("refused %q: %v", content, err)
			}
			return
		}
		if got := plain(root); wantErr != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %v, want %v, %v", content, got, want, wantErr)
		}
	})
}

// plain turns nodes into what encoding/json makes.
func plain(n node) any {
	switch n := n.(type) {
	case *object:
		m := map[string]any{}
		for _, key := range n.keys() {
			v, _ := n.value(key)
			m[key] = plain(v)
		}
		return m
	case *list:
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = plain(item)
		}
		return items
	}
	return n
}

// TestKeysAreInTheOrderOfJavaScript: whole numbers first, by size, and then as the file has them.
func TestKeysAreInTheOrderOfJavaScript(t *testing.T) {
	root, err := parseJSON("f.json", []byte(`{"b":1,"10":2,"a":3,"9":4,"b":5}`))
	if err != nil {
		t.Fatal(err)
	}
	object := root.(*object)
	if got := strings.Join(object.keys(), " "); got != "9 10 b a" {
		t.Errorf("keys %s", got)
	}
	for key, want := range map[string]node{"9": 4.0, "10": 2.0, "b": 5.0, "a": 3.0} {
		if got, ok := object.value(key); !ok || got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
}
