package report

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics/metricstest"
)

// TestTypesOfThePages: web/src/data.ts declares what Data is as JSON.
func TestTypesOfThePages(t *testing.T) {
	var d declarations
	d.add(reflect.TypeFor[Data]())
	d.add(reflect.TypeFor[NodePart]())
	d.add(reflect.TypeFor[Comparison]())
	d.add(reflect.TypeFor[Picture]())
	out := "// Made of package report: go test ./report -run TestTypesOfThePages -update\n"
	slices.Sort(d.texts)
	for _, text := range d.texts {
		out += "\n" + text
	}
	metricstest.Golden(t, "../web/src/data.ts", []byte(out))
}

// declarations are interfaces of TypeScript.
type declarations struct {
	known map[reflect.Type]string
	texts []string
}

// add declares a type, with those of its fields, and returns what it is called.
func (d *declarations) add(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "string"
	case t.Kind() == reflect.Pointer:
		return d.add(t.Elem()) + " | null"
	case t.Kind() == reflect.Slice:
		element := d.add(t.Elem())
		if strings.Contains(element, "|") {
			element = "(" + element + ")"
		}
		return element + "[]"
	case t.Kind() == reflect.Array:
		return "[" + strings.TrimSuffix(strings.Repeat(d.add(t.Elem())+", ", t.Len()), ", ") + "]"
	case t.Kind() == reflect.Map:
		return "Record<string, " + d.add(t.Elem()) + ">"
	case t.Kind() == reflect.Interface:
		return "unknown"
	case t.Kind() == reflect.String:
		return "string"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() != reflect.Struct:
		return "number"
	}
	if name, ok := d.known[t]; ok {
		return name
	}
	if d.known == nil {
		d.known = make(map[reflect.Type]string)
	}
	d.known[t] = nameOf(t)
	d.texts = append(d.texts, fmt.Sprintf("export interface %s {\n%s}\n", nameOf(t), d.fields(t)))
	return nameOf(t)
}

func (d *declarations) fields(t reflect.Type) (lines string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			lines += d.fields(f.Type)
			continue
		case name == "-" || f.Name == "Sketch" || strings.HasPrefix(t.Name(), "By[") && f.Name == "Series": // these are not over time
			continue
		}
		if options == "omitempty" {
			name += "?"
		}
		lines += "  " + name + ": " + d.add(f.Type) + ";\n"
	}
	return lines
}

// nameOf makes ByHistogramSeries of By[metrics.HistogramSeries].
func nameOf(t reflect.Type) string {
	if t == reflect.TypeFor[Node]() {
		return "RunNode" // those of a page are Node
	}
	name, of, generic := strings.Cut(t.Name(), "[")
	if generic {
		of = strings.TrimSuffix(of, "]")
		list := strings.Contains(of, "[]")
		of = strings.Trim(of[strings.LastIndexAny(of, "./]*")+1:], "*")
		name += strings.ToUpper(of[:1]) + of[1:]
		if list {
			name += "s"
		}
	}
	return name
}

func TestTheTypesAreThere(t *testing.T) {
	text, err := os.ReadFile("../web/src/data.ts")
	if err != nil || !strings.Contains(string(text), "export interface Scenario {") {
		t.Errorf("web/src/data.ts: %v\n%s", err, text)
	}
}
