package aws

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws/awstest"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestObjects: what is asked of AWS, whole.
func TestObjects(t *testing.T) {
	all := Options{
		Cluster: "load", Subnets: []string{"subnet-1", "subnet-2"}, SecurityGroups: []string{"sg-1"}, PublicIP: "yes", Image: "liveload/liveload:1.0",
		CPU: "4", Memory: "8GB", Architecture: "ARM64", Storage: "30GB", ExecutionRole: "arn:aws:iam::123456789012:role/execution",
		TaskRole: "arn:aws:iam::123456789012:role/task", LogGroup: "liveload", Env: []string{"LIVELOAD_CACHE=/tmp/x=y"}, Tags: []string{"team=web"},
	}
	few := Options{Subnets: all.Subnets[:1], Image: all.Image, ExecutionRole: all.ExecutionRole}
	m := providers.Machine{Provider: Name, Run: "7c9e6679", Owner: "ada-laptop-1", Expires: time.Unix(1_800_000_000, 0)}
	spec := providers.Spec{Run: m.Run, Token: "liveload-secret", Args: []string{"--log-level", "warn", "--lifetime", "1h0m0s"}, Env: []string{"A=b"}}
	for name, o := range map[string]Options{"all": all, "few": few} {
		s, err := o.check()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "definition-"+name, s.definition(m, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:liveload/7c9e6679/1-AbCdEf", "eu-west-1"))
		golden(t, "run-"+name, s.run(m, spec, 10, "arn:aws:ecs:eu-west-1:123456789012:task-definition/liveload-7c9e6679:1", "ticket", name == "all"))
		golden(t, "secret-"+name, s.secret(m, spec.Token, "1"))
	}
}

// golden compares what travels with a file. Secrets Manager begins the names of members with a capital letter.
func golden(t *testing.T, name string, object any) {
	t.Helper()
	got, err := json.MarshalIndent(awstest.Wire(object, !strings.HasPrefix(name, "secret")), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s is not as %s (-update rewrites it): %v\n%s", name, path, err, got)
	}
}
