package kubernetes

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestRole: the role in examples allows what Check asks for, reading quotas, and nothing else.
func TestRole(t *testing.T) {
	text, err := os.ReadFile("../../../examples/kubernetes/role.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var allowed, wanted []string
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var o struct {
			Rules []struct{ APIGroups, Resources, Verbs []string }
		}
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			t.Fatal(err)
		}
		for _, rule := range o.Rules {
			for _, verb := range rule.Verbs {
				allowed = append(allowed, verb+" "+rule.APIGroups[0]+"/"+rule.Resources[0])
			}
		}
	}
	for _, need := range controllerNeeds {
		wanted = append(wanted, need.Verb+" "+need.Group+"/"+path.Join(need.Resource, need.Subresource))
	}
	wanted = append(wanted, "list /resourcequotas")
	slices.Sort(allowed)
	slices.Sort(wanted)
	if !slices.Equal(allowed, wanted) {
		t.Errorf("the role allows %q, want %q", allowed, wanted)
	}
}
