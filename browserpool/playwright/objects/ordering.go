package objects

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/ordered"
)

// Objects of scripts come with their keys in order. It counts in what goes to a page or is a body; everything else are
// options, which are maps.

// codeAt are the members that run code in a page, with the place of the code; the argument for it follows.
var codeAt = map[string]int{"evaluate": 0, "evaluateAll": 0, "evaluateHandle": 0, "$eval": 1, "$$eval": 1}

// bodies are the options that are written as JSON.
var bodies = map[string]bool{"data": true, "json": true, "postData": true}

// carried prepares the arguments of a member. unpack says that its value is for calls.Unpack.
func (o object) carried(m *member, args []any) (made []any, unpack bool, err error) {
	made = make([]any, len(args))
	at, runs := codeAt[m.name]
	wrapped := false
	for i, arg := range args {
		switch {
		case runs && i == at:
			if code, ok := codeOf(arg); ok {
				arg, wrapped, unpack = o.carrying(m, code), true, m.name != "evaluateHandle"
			}
			made[i] = arg
		case runs && i == at+1 && wrapped:
			made[i] = calls.Pack(arg)
		case m.name == "waitForFunction" && i == 1:
			made[i] = calls.Pack(arg)
		case m.name == "addInitScript" && i == 1:
			made[i] = arg
		case o.kind.name == "CDPSession" && i == 1 && structured(arg):
			made[i] = map[string]any{calls.InOrder: calls.Pack(arg)}
		default:
			if made[i], err = options(m, arg); err != nil {
				return nil, false, err
			}
		}
	}
	if o.kind.name == "APIRequestContext" {
		made, err = written(args, made)
	}
	return made, unpack, err
}

// carrying wraps code for a page: what a page, a frame or a worker evaluates gets one argument, other code gets an element
// or a handle first.
func (o object) carrying(m *member, code string) string {
	argument := 1
	switch o.kind.name {
	case "Page", "Frame", "Worker":
		if codeAt[m.name] == 0 {
			argument = 0
		}
	}
	if m.name == "evaluateHandle" {
		return calls.Taking(code, argument)
	}
	return calls.Carrying(code, argument)
}

func codeOf(arg any) (string, bool) {
	if fn, ok := arg.(*browserpool.Function); ok {
		return fn.Source, fn.Source != ""
	}
	code, ok := arg.(string)
	return code, ok
}

// options makes maps of objects, and texts of what is sent as JSON.
func options(m *member, arg any) (any, error) {
	object, ok := arg.(*ordered.Object)
	if !ok {
		return loose(arg), nil
	}
	given := make(map[string]any, len(object.Keys()))
	for _, key := range object.Keys() {
		value, _ := object.Get(key)
		if !bodies[key] || !structured(value) {
			given[key] = loose(value)
			continue
		}
		text, err := ordered.Text(dated(value))
		if err != nil {
			return nil, fmt.Errorf("option %s cannot be sent as JSON: %w", key, err)
		}
		given[key] = text
	}
	value, _ := object.Get("json")
	if m.name == "fulfill" && structured(value) {
		given["body"] = given["json"]
		delete(given, "json")
		if given["contentType"] == nil {
			given["contentType"] = "application/json"
		}
	}
	if value, _ = object.Get("data"); structured(value) {
		given["headers"] = withType(given["headers"], "application/json")
	}
	return given, nil
}

// withType adds the type of a body to headers that say nothing of it.
func withType(given any, kind string) any {
	headers, ok := given.(map[string]any)
	if !ok && given != nil {
		return given // refused as an option of the wrong type
	}
	headers = maps.Clone(headers)
	for name := range headers {
		if strings.EqualFold(name, "content-type") {
			return headers
		}
	}
	if headers == nil {
		headers = map[string]any{}
	}
	headers["content-type"] = kind
	return headers
}

func structured(value any) bool {
	switch value.(type) {
	case *ordered.Object, []any:
		return true
	}
	return false
}

// loose makes maps of all objects within a value.
func loose(value any) any {
	switch v := value.(type) {
	case *ordered.Object:
		made := make(map[string]any, len(v.Keys()))
		for _, key := range v.Keys() {
			item, _ := v.Get(key)
			made[key] = loose(item)
		}
		return made
	case []any:
		made := make([]any, len(v))
		for i, item := range v {
			made[i] = loose(item)
		}
		return made
	}
	return value
}

// dated writes dates as JSON.stringify does.
func dated(value any) any {
	switch v := value.(type) {
	case *ordered.Object:
		made := &ordered.Object{}
		for _, key := range v.Keys() {
			item, _ := v.Get(key)
			made.Set(key, dated(item))
		}
		return made
	case []any:
		made := make([]any, len(v))
		for i, item := range v {
			made[i] = dated(item)
		}
		return made
	case time.Time:
		return calls.DateText(v)
	}
	return value
}
