package liveview

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/examples/demo/liveview/liveviewtest"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	outer  = Parse(`<h1>{}</h1>{}<ul>{}</ul>{}`)
	note   = Parse(`<p>{}</p>`)
	item   = Parse(`<li class="{}">{}{}</li>`)
	nested = Parse(`<b>{}</b>`)
	plain  = Parse(`<hr>`)
)

func li(key, class string, parts ...any) Entry {
	return Entry{Key: key, Node: item.With(append([]any{class}, parts...)...)}
}

func tree(title any, middle *Node, last any, entries ...Entry) *Node {
	return outer.With(title, middle, item.Each(entries), last)
}

// TestDiffGolden pins the JSON of whole sequences of renders.
func TestDiffGolden(t *testing.T) {
	same := li("s", "same", "shared", "")
	cases := map[string][]*Node{
		"text":         {tree("a", nil, ""), tree("a", nil, ""), tree(`<b> & "q"`, nil, HTML("<hr>"))},
		"nested":       {tree("a", nil, ""), tree("a", note.With("x"), ""), tree("a", note.With("y"), ""), tree("a", plain.With(), ""), tree("a", nil, "")},
		"append":       {tree("a", nil, ""), tree("a", nil, "", li("1", "x", "one", "")), tree("a", nil, "", li("1", "x", "one", ""), li("2", "x", "two", ""))},
		"move":         {tree("a", nil, "", li("1", "", 1, ""), li("2", "", 2, ""), li("3", "", 3, "")), tree("a", nil, "", li("3", "new", 3, ""), li("1", "", 1, ""), li("4", "", 4, ""))},
		"change":       {tree("a", nil, "", li("1", "", 1, ""), same), tree("a", nil, "", li("1", "done", 1, ""), same)},
		"remove":       {tree("a", nil, "", li("1", "", 1, ""), li("2", "", 2, "")), tree("a", nil, "", li("2", "", 2, "")), tree("a", nil, "")},
		"templates":    {tree("a", nil, "", li("1", "", nested.With(1), note.With(2)), li("2", "", nested.With(3), "")), tree("a", nil, "", li("1", "", nested.With(1), note.With(5)), li("2", "", "", nested.With(4)))},
		"list in list": {tree("a", nil, "", li("1", "", nested.Each([]Entry{{"x", nested.With("x")}}), "")), tree("a", nil, "", li("1", "", nested.Each([]Entry{{"x", nested.With("x")}, {"y", nested.With("y")}}), ""))},
		"other root":   {tree("a", nil, ""), note.With("b")},
	}
	for name, renders := range cases {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			var client liveviewtest.Tree
			var old *Node
			for _, now := range renders {
				diff := diffOf(old, now)
				got.WriteString(diff + "\n")
				merge(t, &client, diff)
				if want := string(writeHTML(nil, now, nil)); client.HTML() != want {
					t.Errorf("merged %s\n got %s\nwant %s", diff, client.HTML(), want)
				}
				old = now
			}
			golden(t, name+".json", got.Bytes())
		})
	}
}

func diffOf(old, now *Node) string {
	d := &differ{b: []byte{'{'}}
	d.root(old, now, false)
	return string(append(d.b, '}'))
}

func merge(t *testing.T, client *liveviewtest.Tree, diff string) {
	t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal([]byte(diff), &decoded); err != nil {
		t.Fatalf("diff %s is not JSON: %v", diff, err)
	}
	client.Merge(decoded)
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update writes it)\n got %s\nwant %s", path, got, want)
	}
}

// TestDiffOfRandomLists merges diffs between random renders and compares with a full render.
func TestDiffOfRandomLists(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		var client liveviewtest.Tree
		var old *Node
		for step := range 6 {
			now := tree(random.IntN(2), nil, "", randomEntries(random)...)
			diff := diffOf(old, now)
			merge(t, &client, diff)
			if want := string(writeHTML(nil, now, nil)); client.HTML() != want {
				t.Fatalf("round %d, step %d: merged %s\n got %s\nwant %s", round, step, diff, client.HTML(), want)
			}
			old = now
		}
	}
}

func randomEntries(random *rand.Rand) []Entry {
	keys := random.Perm(8)[:random.IntN(9)]
	entries := make([]Entry, len(keys))
	for i, key := range keys {
		parts := []any{key, ""}
		switch random.IntN(4) {
		case 0:
			parts[1] = nested.With(random.IntN(2))
		case 1:
			parts[1] = nested.Each([]Entry{{fmt.Sprint(random.IntN(2)), nested.With(random.IntN(2))}})
		}
		entries[i] = li(fmt.Sprint(key), fmt.Sprint(random.IntN(2)), parts...)
	}
	return entries
}

func TestSharedNodesCostNothing(t *testing.T) {
	entries := make([]Entry, 1000)
	for i := range entries {
		entries[i] = li(fmt.Sprint(i), "", i, "")
	}
	before, after := tree("a", nil, "", entries...), tree("a", nil, "", entries...)
	if diff := diffOf(before, after); diff != "{}" {
		t.Errorf("diff of the same entries = %s, want {}", diff)
	}
}

func BenchmarkDiffOneOfThousandRows(b *testing.B) {
	entries := make([]Entry, 1000)
	for i := range entries {
		entries[i] = li(fmt.Sprint(i), "", i, "")
	}
	changed := append([]Entry(nil), entries...)
	changed[500] = li("500", "x", 500, "")
	before, after := tree("a", nil, "", entries...), tree("a", nil, "", changed...)
	b.ReportAllocs()
	for b.Loop() {
		diffOf(before, after)
	}
}
