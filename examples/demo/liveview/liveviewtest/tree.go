// Package liveviewtest is a LiveView client for tests, without a browser: it loads pages, joins
// views over WebSocket or long-poll, merges diffs as the JavaScript client does, and shows the
// resulting markup. It knows the protocol only from the client's side, and shares no code with
// the server.
package liveviewtest

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// A Tree is a rendered view as the client keeps it. Its zero value is a view before its join.
type Tree struct{ root map[string]any }

// Merge applies a diff: decoded JSON, which the tree keeps.
func (t *Tree) Merge(diff map[string]any) {
	diff = maps.Clone(diff)
	for _, name := range []string{"t", "e", "r"} {
		delete(diff, name)
	}
	components, _ := diff["c"].(map[string]any)
	delete(diff, "c")
	if diff["s"] != nil || t.root == nil {
		known := t.root["c"]
		t.root = diff
		if known != nil {
			t.root["c"] = known
		}
	} else {
		merge(t.root, diff)
	}
	t.resolve(t.root)
	for cid, c := range components {
		t.mergeComponent(cid, c.(map[string]any))
	}
}

func (t *Tree) mergeComponent(cid string, diff map[string]any) {
	known, _ := t.root["c"].(map[string]any)
	if known == nil {
		known = make(map[string]any)
		t.root["c"] = known
	}
	old, ok := known[cid].(map[string]any)
	if ok && diff["s"] == nil {
		merge(old, diff)
	} else {
		known[cid] = diff
	}
	t.resolve(known[cid].(map[string]any))
}

// merge changes target by source: objects without statics are merged, anything else replaces.
func merge(target, source map[string]any) {
	if source["k"] != nil {
		mergeKeyed(target, source)
		return
	}
	for key, value := range source {
		object, isObject := value.(map[string]any)
		old, wasObject := target[key].(map[string]any)
		if isObject && wasObject && object["s"] == nil {
			merge(old, object)
		} else {
			target[key] = value
		}
	}
}

func mergeKeyed(target, source map[string]any) {
	entries := target["k"].(map[string]any)
	changes := source["k"].(map[string]any)
	before := entries
	if changes["km"] != nil {
		before = clone(entries).(map[string]any)
	}
	for i, change := range changes {
		switch change := change.(type) {
		case []any: // moved and changed
			entries[i] = before[key(change[0])]
			merge(entries[i].(map[string]any), change[1].(map[string]any))
		case float64: // moved, unless it is the count
			if i != "kc" {
				entries[i] = before[key(change)]
			}
		case map[string]any:
			if entries[i] == nil {
				entries[i] = make(map[string]any)
			}
			merge(entries[i].(map[string]any), change)
		}
	}
	count := int(changes["kc"].(float64))
	for i := count; i < int(entries["kc"].(float64)); i++ {
		delete(entries, strconv.Itoa(i))
	}
	entries["kc"] = changes["kc"]
	if source["p"] != nil {
		target["p"] = source["p"]
	}
}

func key(n any) string { return strconv.Itoa(int(n.(float64))) }

func clone(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	copied := make(map[string]any, len(object))
	for k, v := range object {
		copied[k] = clone(v)
	}
	return copied
}

// resolve puts the statics that numbers stand for in their place; the table is for one message.
func (t *Tree) resolve(root map[string]any) {
	table, _ := root["p"].(map[string]any)
	delete(root, "p")
	if table != nil {
		resolve(root, table)
	}
}

func resolve(node, table map[string]any) {
	if n, ok := node["s"].(float64); ok {
		node["s"] = table[key(n)]
	}
	for name, value := range node {
		if object, ok := value.(map[string]any); ok && name != "c" {
			resolve(object, table)
		}
	}
}

// HTML is the markup of the tree.
func (t *Tree) HTML() string {
	var b strings.Builder
	t.write(&b, t.root)
	return b.String()
}

func (t *Tree) write(b *strings.Builder, node map[string]any) {
	statics, ok := node["s"].([]any)
	if !ok {
		fmt.Fprintf(b, "[no statics: %v]", node["s"])
		return
	}
	entries, keyed := node["k"].(map[string]any)
	if !keyed {
		t.fill(b, statics, node)
		return
	}
	for i := range int(entries["kc"].(float64)) {
		t.fill(b, statics, entries[strconv.Itoa(i)].(map[string]any))
	}
}

func (t *Tree) fill(b *strings.Builder, statics []any, node map[string]any) {
	for i, static := range statics {
		b.WriteString(static.(string))
		if i == len(statics)-1 {
			return
		}
		switch value := node[strconv.Itoa(i)].(type) {
		case string:
			b.WriteString(value)
		case map[string]any:
			t.write(b, value)
		case float64:
			component := t.root["c"].(map[string]any)[key(value)]
			t.write(b, component.(map[string]any))
		default:
			fmt.Fprintf(b, "[no value for %d]", i)
		}
	}
}
