package aws

import (
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
)

func TestOptions(t *testing.T) {
	for _, test := range []struct {
		change func(o *Options)
		want   string // in the error; "" when there is none
	}{
		{func(*Options) {}, ""},
		{func(o *Options) { o.CPU, o.Memory, o.Cluster = "", "", "" }, ""},
		{func(o *Options) { o.Architecture = "arm64" }, ""},
		{func(o *Options) { o.Subnets = []string{"10.0.0.0/24"} }, `subnet is "10.0.0.0/24", but must be an id such as subnet-0a1b2c3d`},
		{func(o *Options) { o.Subnets = slices.Repeat(o.Subnets, 17) }, "there are 17 subnets, but ECS takes 16"},
		{func(o *Options) { o.SecurityGroups = []string{"default"} }, `security-group is "default"`},
		{func(o *Options) { o.SecurityGroups = slices.Repeat(o.SecurityGroups, 6) }, "there are 6 security groups, but ECS takes 5"},
		{func(o *Options) { o.ExecutionRole = "liveload-execution" }, `execution-role is "liveload-execution", but must be an ARN`},
		{func(o *Options) { o.TaskRole = "arn:aws:iam::1:role/x" }, `task-role is "arn:aws:iam::1:role/x"`},
		{func(o *Options) { o.PublicIP = "true" }, `public-ip is "true", but must be yes or no`},
		{func(o *Options) { o.Spot = "maybe" }, `spot is "maybe", but must be no or yes or only`},
		{func(o *Options) { o.Architecture = "amd64" }, `architecture is "AMD64", but must be X86_64 or ARM64`},
		{func(o *Options) { o.CPU = "two" }, `cpu is "two"`},
		{func(o *Options) { o.Memory = "4" }, `memory is "4", but must be as 4GB or 512MB`},
		{func(o *Options) { o.CPU, o.Memory = "2", "3GB" }, "no machines of Fargate have cpu=2 and memory=3GB: the nearest are those with cpu=2 and memory=4GB"},
		{func(o *Options) { o.Storage = "20GB" }, `ephemeral-storage is "20GB", but must be from 21GB to 200GB`},
		{func(o *Options) { o.Env = []string{"LIVELOAD_JOIN=secret"} }, `env is "LIVELOAD_JOIN", but must be NAME=VALUE`},
		{func(o *Options) { o.Tags = []string{"aws:x=y"} }, `tag is "aws:x=y"`},
		{func(o *Options) { o.Tags = []string{"liveload-run=y"} }, `tag is "liveload-run=y"`},
		{func(o *Options) { o.Tags = []string{"a?=y"} }, `tag is "a?=y"`},
		{func(o *Options) { o.Tags = slices.Repeat([]string{"a=b"}, 41) }, "there are 41 tags"},
	} {
		o := valid()
		test.change(&o)
		p, err := New(providers.Home{}, o)
		if (err == nil) != (test.want == "") || err != nil && (p != nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("New(%+v) = %v, want %q", o, err, test.want)
		}
	}
}

// TestMissing: what machines need is asked for before they are launched, and not before they are looked for.
func TestMissing(t *testing.T) {
	for _, test := range []struct {
		change func(o *Options)
		want   string
	}{
		{func(o *Options) { o.Image = "" }, "which image?"},
		{func(o *Options) { o.Subnets = nil }, "in which subnets?"},
		{func(o *Options) { o.ExecutionRole = "" }, "which role lets ECS read"},
	} {
		o := valid()
		test.change(&o)
		p, err := New(providers.Home{}, o)
		if err != nil {
			t.Fatal(err)
		}
		_, launched := p.Launch(t.Context(), 1, providers.Spec{})
		for _, err := range []error{p.Check(t.Context(), 1), launched} {
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("with %+v: %v, want %q", o, err, test.want)
			}
		}
	}
}

func TestNearestSize(t *testing.T) {
	for _, test := range []struct{ cpu, memory, nearest string }{
		{"0.25", "512MB", ""},
		{"0.25", "2GB", ""},
		{"16", "120GB", ""},
		{"8", "20GiB", ""},
		{"0.25", "1.5GB", "cpu=0.25 and memory=2GB"},
		{"0.25", "4GB", "cpu=0.5 and memory=4GB"},
		{"1", "16GB", "cpu=2 and memory=16GB"},
		{"3", "8GB", "cpu=4 and memory=8GB"},
		{"8", "17GB", "cpu=8 and memory=20GB"},
		{"16", "1GB", "cpu=16 and memory=32GB"},
		{"32", "4GB", "cpu=16 and memory=120GB"},
	} {
		_, err := readSize(test.cpu, test.memory)
		if (err == nil) != (test.nearest == "") || err != nil && !strings.HasSuffix(err.Error(), "the nearest are those with "+test.nearest) {
			t.Errorf("readSize(%s, %s) = %v, want %q", test.cpu, test.memory, err, test.nearest)
		}
	}
	if n := len(sizes()); n != 3+4+7+13+23+12+12 {
		t.Errorf("there are %d sizes", n)
	}
}

func TestSize(t *testing.T) {
	o := valid()
	o.CPU, o.Memory, o.Architecture, o.Spot = "0.5", "2GB", "ARM64", "yes"
	p, err := New(providers.Home{}, o)
	if err != nil {
		t.Fatal(err)
	}
	if want := (providers.Size{Cores: 0.5, Memory: 2 << 30, Kind: "fargate-0.5vcpu-2gb-arm64-spot"}); p.Size() != want {
		t.Errorf("Size = %+v, want %+v", p.Size(), want)
	}
}

// FuzzSize: what somebody writes is one of Fargate's sizes, or refused.
func FuzzSize(f *testing.F) {
	f.Add("2", "4GB")
	f.Add("0.25", "512 MiB")
	f.Add("NaN", "1e9GB")
	f.Add("-1", "GB")
	f.Fuzz(func(t *testing.T, cpu, memory string) {
		size, err := readSize(cpu, memory)
		if err == nil && !slices.Contains(sizes(), size) {
			t.Errorf("readSize(%q, %q) = %+v", cpu, memory, size)
		}
	})
}
