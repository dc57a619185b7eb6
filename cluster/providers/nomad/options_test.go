package nomad

import (
	"strings"
	"testing"
)

func TestDefaults(t *testing.T) {
	for _, test := range []struct {
		options        Options
		driver, binary string
		cpu            int
	}{
		{Options{}, "raw_exec", "liveload", 2000},
		{Options{Image: "liveload/liveload:1"}, "docker", "", 2000},
		{Options{Artifact: "https://files.example.com/liveload"}, "raw_exec", "local/liveload", 2000},
		{Options{Driver: "exec2", Binary: "/opt/liveload", Cores: 4}, "exec2", "/opt/liveload", 0},
	} {
		got, err := test.options.withDefaults()
		if err != nil || got.Driver != test.driver || got.Binary != test.binary || got.CPU != test.cpu || got.MemoryMB != 4096 {
			t.Errorf("%+v became %+v, %v", test.options, got, err)
		}
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	for _, test := range []struct {
		options Options
		want    string
	}{
		{Options{Driver: "rawexec"}, `driver is "rawexec", but must be raw_exec or exec2 or docker (did you mean raw_exec?)`},
		{Options{Driver: "docker"}, "driver is docker, which needs an image"},
		{Options{Driver: "exec2", Image: "a"}, "image is for docker, but driver is exec2"},
		{Options{Image: "a", Binary: "b"}, "binary is for raw_exec and exec2"},
		{Options{CPU: 1, Cores: 1}, "cpu and cores are both given"},
		{Options{MemoryMB: 2048, MemoryMaxMB: 1024}, "memory-max is 1024, but must be at least memory, which is 2048"},
		{Options{Priority: 101}, "priority is 101, but must be 1 to 100"},
		{Options{Constraints: []string{"kernel = linux"}}, `constraint is "kernel = linux", but must be ATTRIBUTE OPERATOR VALUE`},
		{Options{Constraints: []string{"${attr.kernel.name} ="}}, "but = needs a value"},
		{Options{Constraints: []string{"distinct_hosts"}}, "each worker is a job of its own"},
		{Options{Config: []string{"network_mode"}}, `config is "network_mode", but must be KEY=VALUE`},
		{Options{Config: []string{"args=[]"}}, `config is for "args", which liveload says itself`},
		{Options{Env: []string{"A"}}, `env is "A", but must be NAME=VALUE`},
	} {
		if _, err := test.options.withDefaults(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want an error that says %s", test.options, err, test.want)
		}
	}
}

func TestConstraints(t *testing.T) {
	for _, test := range []struct{ text, attribute, operator, value string }{
		{"${attr.kernel.name} = linux", "${attr.kernel.name}", "=", "linux"},
		{"${attr.kernel.name}=linux", "${attr.kernel.name}", "=", "linux"},
		{"${meta.rack} != r 1", "${meta.rack}", "!=", "r 1"},
		{"${attr.cpu.numcores} >= 4", "${attr.cpu.numcores}", ">=", "4"},
		{"${meta.load} is_set", "${meta.load}", "is_set", ""},
		{"${attr.driver.docker.version} semver >= 27.0", "${attr.driver.docker.version}", "semver", ">= 27.0"},
		{"${meta.tags} set_contains browsers", "${meta.tags}", "set_contains", "browsers"},
	} {
		all, err := Options{Constraints: []string{test.text}}.constraints()
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if c := all[0]; c.LTarget != test.attribute || c.Operand != test.operator || c.RTarget != test.value {
			t.Errorf("%q became %+v", test.text, c)
		}
	}
}

func FuzzOptions(f *testing.F) {
	f.Add("${attr.kernel.name} = linux", "network_mode=host")
	f.Add("${meta.load} is_set", `volumes=["/a:/b"]`)
	f.Add("${} <", "=")
	f.Fuzz(func(t *testing.T, constraint, config string) {
		o := Options{Constraints: []string{constraint}, Config: []string{config}}
		all, err := o.constraints()
		if err == nil && (len(all) != 1 || all[0].Operand == "" || !strings.HasPrefix(all[0].LTarget, "${")) {
			t.Errorf("%q became %+v", constraint, all)
		}
		if values, err := o.config(); err == nil && len(values) != 1 {
			t.Errorf("%q became %v", config, values)
		}
	})
}
