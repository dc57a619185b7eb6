package objects

import (
	"encoding/json"
	"fmt"
	"maps"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// prepare turns the arguments of JavaScript into those that playwright-go's method of a like name
// takes. Keys are members of one kind, or of all.
var prepare = map[string]func(args []any) ([]any, error){
	"setViewportSize":   spread("width", "height"),
	"waitForLoadState":  fold("state"),
	"addInitScript":     initScript,
	"storageState":      unfold(0, "path"),
	"Tracing.stop":      unfold(0, "path"),
	"Tracing.stopChunk": unfold(0, "path"),
	"setInputFiles":     files,
	"setFiles":          files,
	"fulfill":           fulfil,
	"Route.abort":       aborting,
	"APIRequestContext.fetch": func(args []any) ([]any, error) {
		if len(args) > 0 {
			if _, ok := args[0].(object); ok {
				return nil, fmt.Errorf("takes a URL here: request.url(), with method, headers and data")
			}
		}
		return args, nil
	},
	"BrowserContext.cookies": func(args []any) ([]any, error) {
		if len(args) == 1 {
			if list, ok := args[0].([]any); ok {
				return list, nil
			}
		}
		return args, nil
	},
}

// spread makes arguments of the fields of one object.
func spread(names ...string) func([]any) ([]any, error) {
	return func(args []any) ([]any, error) {
		var object map[string]any
		if len(args) == 1 {
			object, _ = args[0].(map[string]any)
		}
		var list []any
		for _, name := range names {
			value, ok := object[name]
			if !ok {
				return nil, fmt.Errorf("takes an object with %v", names)
			}
			list = append(list, value)
		}
		return list, nil
	}
}

// fold makes an option of a first argument that is a text.
func fold(name string) func([]any) ([]any, error) {
	return func(args []any) ([]any, error) {
		if len(args) == 0 {
			return nil, nil
		}
		if _, ok := args[0].(map[string]any); ok {
			return args, nil
		}
		options := map[string]any{}
		if len(args) > 1 {
			given, _ := args[1].(map[string]any)
			maps.Copy(options, given)
		}
		if args[0] != nil {
			options[name] = args[0]
		}
		return []any{options}, nil
	}
}

// unfold makes an argument of the one option that a method has.
func unfold(at int, name string) func([]any) ([]any, error) {
	return func(args []any) ([]any, error) {
		if len(args) <= at {
			return args, nil
		}
		options, ok := args[at].(map[string]any)
		if !ok {
			return args, nil
		}
		for key := range options {
			if key != name {
				return nil, fmt.Errorf("has no option %q: there is %q", key, name)
			}
		}
		if value, ok := options[name]; ok {
			return append(args[:at:at], value), nil
		}
		return args[:at], nil
	}
}

// initScript makes one script of a function and its argument.
func initScript(args []any) ([]any, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("takes a function, a text or { path }")
	}
	switch script := args[0].(type) {
	case string:
		return []any{map[string]any{"content": script}}, nil
	case *browserpool.Function:
		source, err := call1(script, args[1:])
		return []any{map[string]any{"content": source}}, err
	}
	return args[:1], nil
}

// files makes lists of texts what playwright-go takes for lists of files.
func files(args []any) ([]any, error) {
	made := make([]any, len(args))
	for i, arg := range args {
		made[i] = arg
		if list, ok := arg.([]any); ok {
			if paths := allOf[string](list); paths != nil || len(list) == 0 {
				made[i] = paths
			}
		}
	}
	return made, nil
}

// fulfil writes the option json into body, and merges a response with what is to differ from it.
func fulfil(args []any) ([]any, error) {
	if len(args) != 1 {
		return args, nil
	}
	given, _ := args[0].(map[string]any)
	options := maps.Clone(given)
	if value, ok := given["json"]; ok {
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("option json is not plain data: %w", err)
		}
		delete(options, "json")
		options["body"] = string(encoded)
		if options["contentType"] == nil {
			options["contentType"] = "application/json"
		}
	}
	if response, ok := options["response"].(object); ok && options["body"] != nil {
		overrideBody(options, response)
	}
	return []any{options}, nil
}

// overrideBody fills in from a response what the options leave out. playwright-go would prefer the body
// of the response.
func overrideBody(options map[string]any, response object) {
	from, ok := response.value.(pw.APIResponse)
	if !ok {
		return // refused as an option of the wrong type
	}
	delete(options, "response")
	if options["status"] == nil {
		options["status"] = float64(from.Status())
	}
	if options["headers"] == nil {
		headers := map[string]any{}
		for name, value := range from.Headers() {
			if name != "content-length" && name != "content-encoding" {
				headers[name] = value
			}
		}
		options["headers"] = headers
	}
}
