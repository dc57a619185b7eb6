package kubernetes

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestRole: the roles in examples allow what is asked for before a start, reading quotas, and nothing else. Controllers can run no commands
// in Pods.
func TestRole(t *testing.T) {
	text, err := os.ReadFile("../../../examples/kubernetes/role.yaml")
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string][]string{} // by role
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var o struct {
			Metadata struct{ Name string }
			Rules    []struct{ APIGroups, Resources, Verbs []string }
		}
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			t.Fatal(err)
		}
		for _, rule := range o.Rules {
			for _, verb := range rule.Verbs {
				allowed[o.Metadata.Name] = append(allowed[o.Metadata.Name], verb+" "+rule.APIGroups[0]+"/"+rule.Resources[0])
			}
		}
	}
	controllers := append(texts(needs), "list /resourcequotas")
	if got := allowed[defaultAccount]; !same(got, controllers) {
		t.Errorf("controllers may %q, want %q", got, controllers)
	}
	people := append(texts(controllerNeeds), "list /resourcequotas")
	if got := slices.Concat(allowed[defaultAccount], allowed["liveload-follow"]); !same(got, people) {
		t.Errorf("people may %q, want %q", got, people)
	}
}

func texts(rights []right) (all []string) {
	for _, r := range rights {
		all = append(all, r.Verb+" "+r.Group+"/"+path.Join(r.Resource, r.Subresource))
	}
	return all
}

// same says whether two lists have the same texts, in any order.
func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
