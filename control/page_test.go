package control

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster"
)

var (
	interfaces = regexp.MustCompile(`(?s)interface (\w+) \{\n(.*?)\n\}`)
	member     = regexp.MustCompile(`(?m)^  (\w+\??): `)
)

// TestStatusOfThePage: web/src/live/status.ts declares what a Status is as JSON.
func TestStatusOfThePage(t *testing.T) {
	text, err := os.ReadFile("../web/src/live/status.ts")
	if err != nil {
		t.Fatal(err)
	}
	declared := make(map[string][]string)
	for _, found := range interfaces.FindAllStringSubmatch(string(text), -1) {
		for _, name := range member.FindAllStringSubmatch(found[2], -1) {
			declared[found[1]] = append(declared[found[1]], name[1])
		}
	}
	for _, status := range []any{Status{}, cluster.ScenarioStatus{}, cluster.SearchStatus{}} {
		of := reflect.TypeOf(status)
		var want []string
		for i := range of.NumField() {
			name, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if options == "omitempty" {
				name += "?"
			}
			want = append(want, name)
		}
		if got := declared[of.Name()]; !slices.Equal(got, want) {
			t.Errorf("the page knows a %s with %q, want %q", of.Name(), got, want)
		}
	}
}
