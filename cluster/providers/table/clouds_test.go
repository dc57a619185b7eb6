package table

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/fly"
	"github.com/liveload/liveload/cluster/providers/nomad"
)

// TestValuesOfClouds: values are read, and those that cannot be are told with their option.
func TestValuesOfClouds(t *testing.T) {
	for _, test := range []struct {
		kind    string
		options []string
		want    string // of the error; "" is none
	}{
		{nomad.Name, []string{"cpu=1500", "memory=2048", "memory-max=4096", "wait=2m", "datacenter=a", "datacenter=b", "constraint=${meta.load} is_set"}, ""},
		{nomad.Name, []string{"image=liveload/liveload:1", "cores=4", "priority=80", `config=security_opt=["seccomp=unconfined"]`}, ""},
		{nomad.Name, []string{"cpu=much"}, `cpu is "much", but must be a whole number from 1 on`},
		{nomad.Name, []string{"memory=0"}, `memory is "0", but must be a whole number from 1 on`},
		{nomad.Name, []string{"wait=soon"}, `wait is "soon", but must be a time such as 5m`},
		{nomad.Name, []string{"driver=raw-exec"}, "(did you mean raw_exec?)"},
		{fly.Name, []string{"app=load", "image=liveload/liveload:1", "region=fra", "region=ams", "cpu-kind=shared", "cpus=4", "memory=2048"}, ""},
		{fly.Name, []string{"app=load", "cpus=many"}, `cpus is "many", but must be a whole number from 1 on`},
		{fly.Name, []string{"image=i"}, "which app?"},
	} {
		kind, err := All().Find(test.kind)
		if err != nil {
			t.Fatal(err)
		}
		values, err := kind.Read(test.options)
		if err != nil {
			t.Fatal(err)
		}
		p, err := kind.Open(providers.Home{}, values)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %q: %v, want %q", test.kind, test.options, err, test.want)
		}
		if (p == nil) != (err != nil) {
			t.Errorf("%s with %q gave %#v and %v", test.kind, test.options, p, err)
		}
	}
}
