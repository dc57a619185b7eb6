package objects

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// foreign replaces texts that stand for what JSON has not.
func foreign(value any) any {
	switch v := value.(type) {
	case string:
		switch {
		case strings.HasPrefix(v, "/"):
			return &browserpool.RegExp{Source: v[1:], Flags: "i"}
		case v == "function":
			return &browserpool.Function{Source: "() => 1", Call: func(...any) (any, error) { return nil, nil }}
		case v == "builtin":
			return &browserpool.Function{}
		case v == "bytes":
			return []byte(v)
		case v == "date":
			return time.Unix(0, 0)
		}
	case []any:
		for i := range v {
			v[i] = foreign(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = foreign(v[key])
		}
	}
	return value
}

// FuzzArguments: whatever a script passes to whatever method is converted or refused with a reason.
func FuzzArguments(f *testing.F) {
	for _, seed := range []struct{ member, args string }{
		{"Page.click", `["#x", {"timeout": 5, "position": {"x": 1, "y": 2}, "modifiers": ["Shift"]}]`},
		{"Page.click", `["#x", {"timeout": "soon"}]`}, {"Page.click", `[7, null, {}]`}, {"Page.click", `[]`},
		{"Page.route", `["/x", "function", {"times": 2}]`}, {"Page.route", `["**", "builtin", {"x": 2}]`},
		{"Page.getByRole", `["button", {"name": "/a(", "checked": true}]`},
		{"Page.setViewportSize", `[{"width": 1e300, "height": 2}]`}, {"Page.frame", `["name"]`}, {"Page.frame", `[{"url": "/x"}]`},
		{"Page.addInitScript", `["function", {"a": [1]}]`}, {"Page.waitForLoadState", `["load", {"timeout": 1}]`},
		{"Page.setInputFiles", `["#f", ["a", {"name": "a", "mimeType": "b", "buffer": "bytes"}]]`},
		{"Locator.selectOption", `[[{"label": "x"}, "y", {"index": 3}]]`}, {"Locator.evaluate", `["function", {"date": "date"}]`},
		{"Route.fulfill", `[{"json": {"a": null}, "status": 200, "headers": {"a": 1}}]`}, {"BrowserContext.cookies", `[["a", "b"]]`},
		{"BrowserContext.addCookies", `[[{"name": "a", "value": "b", "expires": -1, "sameSite": "Lax"}]]`},
		{"Clock.install", `[{"time": 5}]`}, {"Mouse.move", `[1, 2, {"steps": 1.5}]`}, {"Tracing.stop", `[{"path": null}]`},
	} {
		f.Add(seed.member, seed.args)
	}
	members := map[string]*kind{}
	for _, k := range kinds() {
		for name, m := range k.members {
			if m.method != "" {
				members[k.name+"."+name] = k
			}
		}
	}
	all := slices.Sorted(maps.Keys(members))
	f.Fuzz(func(t *testing.T, name, args string) {
		k := members[name]
		if k == nil { // any name is one of them
			sum := 0
			for _, c := range []byte(name) {
				sum = sum*31 + int(c)
			}
			name = all[((sum%len(all))+len(all))%len(all)]
			k = members[name]
		}
		var list []any
		if json.Unmarshal([]byte(args), &list) != nil {
			return
		}
		for i := range list {
			list[i] = foreign(list[i])
		}
		_, member, _ := strings.Cut(name, ".")
		m := k.members[member]
		method, _ := k.api.MethodByName(m.method)
		o := object{hub: New(nil, nil, nil, Disk{}), kind: k}
		in, err := o.arguments(m, method.Type, list)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		if most := method.Type.NumIn(); len(in) > most && !method.Type.IsVariadic() {
			t.Errorf("%d arguments for %s", len(in), name)
		}
		o.bound(m, in, time.Second)
	})
}
