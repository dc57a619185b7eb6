package js_test

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

// TestReadOnly: data that VMs share looks like the script's own, but refuses changes.
func TestReadOnly(t *testing.T) {
	data := map[string]any{"url": "http://x", "items": []any{1.0, map[string]any{"a b": true}}, "none": nil}
	for body, want := range map[string]string{
		"return JSON.stringify(c)": `{"items":[1,{"a b":true}],"none":null,"url":"http://x"}`,
		"const d = structuredClone(c); d.items.push(2); return d.items.length + c.items.length":                                                         "5",
		"return [c.items === c.items, Array.isArray(c.items), Object.keys({ ...c }), 'url' in c, c.none, c.missing, c.items.map(String).length].join()": "true,true,items,none,url,true,,,2",
		`const deepFreeze = (o) => { Object.values(o).forEach((v) => { if (typeof v === 'object' && v && !Object.isFrozen(v)) deepFreeze(v) }); return Object.freeze(o) };
		 const own = { c, more: [1] }; deepFreeze(own);
		 return [Object.freeze(c) === c, Object.seal(c.items) === c.items, Object.isFrozen(c), Object.isSealed(c.items), Object.isExtensible(c), Object.isFrozen(own.more), Object.isExtensible({}), Object.isFrozen({ a: 1 })].join()`: "true,true,true,true,false,true,true,false",
		"c.url = 1":                    "TypeError: cannot set config.url: config is read-only and shared by all users; change a copy of it, such as structuredClone(config)",
		"c.more = 1":                   "cannot set config.more:",
		"Object.setPrototypeOf(c, {})": "TypeError: a read-only object keeps its prototype",
		"return Object.getPrototypeOf(Object.setPrototypeOf({}, null))": "null",
		"c.items.push(1)":       "cannot set config.items[2]:",
		"c.items.length = 0":    "cannot set config.items.length:",
		"c.items[1]['a b'] = 1": "cannot set config.items[1]['a b']:",
		"delete c.url":          "cannot delete config.url:",
		"Object.defineProperty(c, 'url', { value: 1 })": "cannot set config.url:",
	} {
		vm := jstest.Body(t, "const c = globalThis.shown;\n"+body)
		shown, err := vm.ReadOnly("config", data)
		if err == nil {
			err = vm.Runtime().Set("shown", shown)
		}
		if err != nil {
			t.Fatal(err)
		}
		v, err := jstest.Call(t.Context(), vm)
		if got := ""; err != nil {
			got = err.Error()
			if !strings.Contains(got, want) || !strings.HasPrefix(got, "s.ts:4:") {
				t.Errorf("%s: %s; want %s", body, got, want)
			}
		} else if v.String() != want {
			t.Errorf("%s gave %v; want %s", body, v, want)
		}
	}
}
