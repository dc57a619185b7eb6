package nomad

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/suggest"
)

// drivers are those that a worker can run with.
var drivers = []string{"raw_exec", "exec2", "docker"}

// Options say how Nomad runs workers. Where Nomad is, and who asks, is in the environment, as for its own command line.
type Options struct {
	Driver      string   // "" is raw_exec, or docker with an image
	Image       string   // of docker
	Binary      string   // liveload on the nodes, for raw_exec and exec2; "" is the artifact, or liveload in the PATH
	Artifact    string   // where nodes download an archive with liveload, or liveload itself
	Config      []string // KEY=VALUE of the driver's configuration, VALUE in JSON or a text
	User        string   // that the worker runs as; "" is the driver's choice
	Namespace   string   // "" is NOMAD_NAMESPACE, or default
	Region      string   // "" is NOMAD_REGION, or that of the agent
	Datacenters []string // none are all
	NodePool    string
	Constraints []string      // ATTRIBUTE OPERATOR VALUE
	Priority    int           // 1 to 100; 0 is what Nomad takes
	CPU         int           // MHz; 0 is 2000, or none with Cores
	Cores       int           // reserved ones, instead of MHz
	MemoryMB    int           // 0 is 4096
	MemoryMaxMB int           // that a worker may use where nodes have it to spare; 0 is MemoryMB
	Env         []string      // of the workers: NAME=VALUE
	Wait        time.Duration // for room, as for an autoscaler that adds nodes; 0 is not at all

	leaving time.Duration // that a worker which was asked to leave may take; 0 is 15 s
}

// withDefaults returns the options with what was not said, when all is well with them.
func (o Options) withDefaults() (Options, error) {
	if o.Driver == "" {
		o.Driver = "raw_exec"
		if o.Image != "" {
			o.Driver = "docker"
		}
	}
	if o.CPU == 0 && o.Cores == 0 {
		o.CPU = 2000
	}
	if o.MemoryMB == 0 {
		o.MemoryMB = 4096
	}
	if o.leaving == 0 {
		o.leaving = 15 * time.Second
	}
	if o.Binary == "" && o.Driver != "docker" {
		o.Binary = "liveload"
		if o.Artifact != "" {
			o.Binary = "local/liveload"
		}
	}
	return o, o.check()
}

func (o Options) check() error {
	switch {
	case !slices.Contains(drivers, o.Driver):
		hint := ""
		if near := suggest.Closest(o.Driver, drivers); near != "" {
			hint = fmt.Sprintf(" (did you mean %s?)", near)
		}
		return fmt.Errorf("driver is %q, but must be %s%s", o.Driver, strings.Join(drivers, " or "), hint)
	case o.Driver == "docker" && o.Image == "":
		return errors.New("driver is docker, which needs an image: --cluster-opt image=liveload/liveload:VERSION")
	case o.Driver != "docker" && o.Image != "":
		return fmt.Errorf("image is for docker, but driver is %s: leave one of them out", o.Driver)
	case o.Driver == "docker" && o.Binary != "":
		return errors.New("binary is for raw_exec and exec2: docker runs the liveload of its image")
	case o.CPU > 0 && o.Cores > 0:
		return errors.New("cpu and cores are both given: cpu=MHZ shares processors, cores=N reserves them")
	case o.MemoryMaxMB > 0 && o.MemoryMaxMB < o.MemoryMB:
		return fmt.Errorf("memory-max is %d, but must be at least memory, which is %d", o.MemoryMaxMB, o.MemoryMB)
	case o.Priority < 0 || o.Priority > 100:
		return fmt.Errorf("priority is %d, but must be 1 to 100", o.Priority)
	}
	if _, err := o.constraints(); err != nil {
		return err
	}
	if _, err := o.config(); err != nil {
		return err
	}
	_, err := variables(o.Env)
	return err
}

// constraintPattern takes ATTRIBUTE OPERATOR VALUE apart. Some operators need no value.
var constraintPattern = regexp.MustCompile(`^\s*(\$\{[^}]+\})\s*(<=|>=|!=|==|=|<|>|is_set|is_not_set|regexp|version|semver|set_contains_any|set_contains_all|set_contains|distinct_property)(?:\s+|\s*$|\b)(.*)$`)

func (o Options) constraints() (all []*api.Constraint, err error) {
	for _, text := range o.Constraints {
		if strings.TrimSpace(text) == "distinct_hosts" {
			return nil, errors.New("constraint is distinct_hosts, but each worker is a job of its own: give it all of a node's memory or cores instead")
		}
		parts := constraintPattern.FindStringSubmatch(text)
		if parts == nil {
			return nil, fmt.Errorf("constraint is %q, but must be ATTRIBUTE OPERATOR VALUE, such as '${attr.kernel.name} = linux'", text)
		}
		attribute, operator, value := parts[1], parts[2], strings.TrimSpace(parts[3])
		if needs := operator != "is_set" && operator != "is_not_set" && operator != "distinct_property"; needs && value == "" {
			return nil, fmt.Errorf("constraint is %q, but %s needs a value", text, operator)
		}
		all = append(all, api.NewConstraint(attribute, operator, value))
	}
	return all, nil
}

// config is what was said of the driver's configuration.
func (o Options) config() (map[string]any, error) {
	all := map[string]any{}
	for _, text := range o.Config {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("config is %q, but must be KEY=VALUE", text)
		}
		if slices.Contains([]string{"command", "args", "image"}, key) {
			return nil, fmt.Errorf("config is for %q, which liveload says itself: see binary and image", key)
		}
		var parsed any
		if err := json.Unmarshal([]byte(value), &parsed); err != nil {
			parsed = value
		}
		all[key] = parsed
	}
	return all, nil
}

// variables reads NAME=VALUE.
func variables(texts []string) (map[string]string, error) {
	all := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("env is %q, but must be NAME=VALUE", name) // what follows a name may be a secret
		}
		all[name] = value
	}
	return all, nil
}
