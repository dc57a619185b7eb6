package table

import (
	"fmt"
	"strconv"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/nomad"
)

func nomadOptions() []Option {
	return []Option{
		{"driver", "run workers with the task driver `NAME`: raw_exec, exec2 or docker (raw_exec, or docker with an image)"},
		{"image", "run the `IMAGE` with docker, such as liveload/liveload:VERSION"},
		{"binary", "the liveload on the nodes is `PATH`, for raw_exec and exec2 (liveload)"},
		{"artifact", "nodes download liveload, or an archive that has it, from `URL`"},
		{"config", "`KEY=VALUE` for the driver, VALUE in JSON or a text, such as network_mode=host; may be repeated"},
		{"user", "run workers as `USER`"},
		{"namespace", "start jobs in the namespace `NAME` (NOMAD_NAMESPACE)"},
		{"region", "start jobs in the region `NAME` (NOMAD_REGION)"},
		{"datacenter", "run workers in the datacenter `NAME` only; may be repeated"},
		{"node-pool", "run workers in the node pool `NAME` only"},
		{"constraint", "run workers on nodes where `'ATTRIBUTE OPERATOR VALUE'` holds, such as '${attr.cpu.arch} = amd64'; may be repeated"},
		{"priority", "give jobs the priority `N`, 1 to 100"},
		{"cpu", "a worker gets `MHZ` (2000)"},
		{"cores", "a worker gets `N` cores for itself, instead of MHz"},
		{"memory", "a worker gets `MB` of memory (4096)"},
		{"memory-max", "a worker may use `MB` of memory where a node has it to spare (memory)"},
		{"env", "`NAME=VALUE` for the workers; may be repeated"},
		{"wait", "wait for `TIME` where nodes have no room, as for an autoscaler (no time)"},
	}
}

func openNomad(home providers.Home, v Values) (providers.Provider, error) {
	options := nomad.Options{
		Driver: v.Last("driver"), Image: v.Last("image"), Binary: v.Last("binary"), Artifact: v.Last("artifact"), Config: v["config"],
		User: v.Last("user"), Namespace: v.Last("namespace"), Region: v.Last("region"), Datacenters: v["datacenter"],
		NodePool: v.Last("node-pool"), Constraints: v["constraint"], Env: v["env"],
	}
	for name, number := range map[string]*int{
		"priority": &options.Priority, "cpu": &options.CPU, "cores": &options.Cores, "memory": &options.MemoryMB, "memory-max": &options.MemoryMaxMB,
	} {
		if err := v.number(name, number); err != nil {
			return nil, err
		}
	}
	if text := v.Last("wait"); text != "" {
		wait, err := time.ParseDuration(text)
		if err != nil || wait < 0 {
			return nil, fmt.Errorf("wait is %q, but must be a time such as 5m", text)
		}
		options.Wait = wait
	}
	p, err := nomad.New(home, options)
	if err != nil {
		return nil, err // not a nil of another type
	}
	return p, nil
}

// number reads an option that is a whole number from 1 on. One that was not given leaves it alone.
func (v Values) number(name string, into *int) error {
	text := v.Last(name)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fmt.Errorf("%s is %q, but must be a whole number from 1 on", name, text)
	}
	*into = n
	return nil
}
