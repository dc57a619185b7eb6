package metrics_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func TestCatalogueIsConsistent(t *testing.T) {
	names := make(map[string]bool)
	for _, m := range metrics.Catalogue() {
		if names[m.Name] {
			t.Errorf("%s is in the catalogue twice", m.Name)
		}
		names[m.Name] = true
		if m.Help == "" || m.Unit == "" || m.Kind == "" {
			t.Errorf("%s lacks a help, unit or kind: %+v", m.Name, m)
		}
		if strings.HasSuffix(m.Name, "_us") != (m.Unit == metrics.Microseconds) {
			t.Errorf("%s is in %s: the name says otherwise", m.Name, m.Unit)
		}
		named := make(map[string]bool)
		for _, l := range m.Labels {
			if named[l.Name] || !regexp.MustCompile(`^[a-z]+$`).MatchString(l.Name) {
				t.Errorf("%s has the label %q, which is not a single word, or declared twice", m.Name, l.Name)
			}
			named[l.Name] = true
		}
	}
}

func TestRegistry(t *testing.T) {
	r := metrics.NewRegistry()
	if m, ok := r.Lookup("iterations"); !ok || m != metrics.Iterations {
		t.Errorf("Lookup(iterations) = %v, %v; want the catalogue's own", m, ok)
	}
	first, err := r.Register(metrics.Metric{Name: "carts", Kind: metrics.Counter})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.Register(metrics.Metric{Name: "carts", Kind: metrics.Counter}); err != nil || again != first {
		t.Errorf("registering it again gives %p, %v; want the first, %p", again, err, first)
	}
	_, err = r.Register(metrics.Metric{Name: "carts", Kind: metrics.Gauge})
	if want := `register metric "carts" as a gauge: it is a counter already; choose another name`; err == nil || err.Error() != want {
		t.Errorf("another kind gives %v, want %s", err, want)
	}
	for _, bad := range []metrics.Metric{{Kind: metrics.Counter}, {Name: "kindless"}} {
		if _, err := r.Register(bad); err == nil {
			t.Errorf("Register(%+v) = nil, want an error", bad)
		}
	}
	r.SetValues(metrics.ActionDuration, "operation", []string{"click", "fill"})
	if told, declared, open := r.Values(metrics.ActionDuration, "operation"), r.Values(metrics.Iterations, "outcome"), r.Values(first, "plan"); len(told) != 2 || len(declared) != 3 || open != nil {
		t.Errorf("values %q, declared ones %q, and of a label that is open %q", told, declared, open)
	}
	if got, want := len(r.All()), len(metrics.Catalogue())+1; got != want {
		t.Errorf("All returns %d metrics, want %d", got, want)
	}
}

// The catalogue in docs/metrics.md is the catalogue in the code.
func TestDocumentation(t *testing.T) {
	path := filepath.Join("..", "docs", "metrics.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- catalogue -->\n", "<!-- /catalogue -->"
	head, rest, ok := strings.Cut(string(b), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no catalogue between its marks", path)
	}
	metricstest.Golden(t, path, []byte(head+begin+catalogueTables()+end+tail))
}

func catalogueTables() string {
	var out strings.Builder
	for _, kind := range []metrics.Kind{metrics.Histogram, metrics.Counter} {
		fmt.Fprintf(&out, "\n| %s | labels | a sample is taken when |\n|---|---|---|\n", kind)
		for _, m := range metrics.Catalogue() {
			if m.Kind == kind {
				fmt.Fprintf(&out, "| `%s` | %s | %s |\n", m.Name, labelColumn(m), m.Help)
			}
		}
	}
	return out.String() + "\n"
}

// labelColumn lists the labels of a metric, with all values of those that have few.
func labelColumn(m *metrics.Metric) string {
	var labels []string
	for _, l := range m.Labels {
		text := l.Name
		if len(l.Values) > 0 {
			text += " (" + strings.Join(l.Values, ", ") + ")"
		}
		labels = append(labels, text)
	}
	if m.Tagged {
		labels = append(labels, "tags")
	}
	return strings.Join(labels, "; ")
}

// Every field of the JSON is described in docs/result.md.
func TestResultIsDocumented(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "docs", "result.md"))
	if err != nil {
		t.Fatal(err)
	}
	inSnapshotOnly := map[string]bool{"scenario": true, "class": true}
	for name := range jsonFields(reflect.TypeFor[metrics.Result](), map[string]bool{}) {
		if !inSnapshotOnly[name] && !strings.Contains(string(b), "`"+name+"`") {
			t.Errorf("docs/result.md does not describe %q", name)
		}
	}
}

// jsonFields collects the names of all fields below a type of this package.
func jsonFields(typ reflect.Type, into map[string]bool) map[string]bool {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return jsonFields(typ.Elem(), into)
	case reflect.Struct:
		for f := range typ.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.IsExported() && name != "-" && name != "" && !into[name] {
				into[name] = true
				jsonFields(f.Type, into)
			}
		}
	}
	return into
}
