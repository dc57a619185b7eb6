// Package table lists the providers: what --cluster can name, and which options each of them has.
package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws"
	"github.com/liveload/liveload/cluster/providers/fly"
	"github.com/liveload/liveload/cluster/providers/kubernetes"
	"github.com/liveload/liveload/cluster/providers/local"
	"github.com/liveload/liveload/cluster/providers/nomad"
	"github.com/liveload/liveload/cluster/providers/ssh"
	"github.com/liveload/liveload/cluster/providers/static"
	"github.com/liveload/liveload/suggest"
)

// A Kind of providers.
type Kind struct {
	Name   string
	Usage  string // what its machines are, for the help
	Manual bool   // a person starts them, and may take a while
	Remote bool   // they are not this machine, so that the controller has to listen beyond the loopback interface
	Rented bool   // they are made for the run and cost until they end, so that each gets a lifetime
	// Inside is the variable of the environment by which a process knows that it runs among the machines. Elsewhere they do not
	// find the controller by its own addresses. "" is for machines that do.
	Inside  string
	Options []Option
	// Open makes one. It connects to nothing yet.
	Open func(home providers.Home, options Values) (providers.Provider, error)
}

// An Option of a kind: --cluster-opt NAME=VALUE.
type Option struct {
	Name  string
	Usage string // with the value in backquotes, as usages of flags
}

// Values are options that were given, by name.
type Values map[string][]string

// Last is the value that counts of an option that is not repeated; "" when there is none.
func (v Values) Last(name string) string {
	if all := v[name]; len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// A Table is the kinds of providers that there are.
type Table []Kind

// All returns every kind.
func All() Table {
	return Table{
		{Name: local.Name, Usage: "processes on this machine", Open: func(home providers.Home, _ Values) (providers.Provider, error) {
			return local.New(home), nil
		}},
		{Name: static.Name, Usage: "workers that you start", Remote: true, Manual: true, Open: func(home providers.Home, _ Values) (providers.Provider, error) {
			return static.New(home), nil
		}},
		{Name: ssh.Name, Usage: "hosts that ssh reaches", Remote: true, Options: sshOptions(), Open: openSSH},
		{Name: kubernetes.Name, Usage: "Pods of a Kubernetes cluster", Remote: true, Rented: true, Inside: kubernetes.Inside, Options: kubernetesOptions(), Open: openKubernetes},
		{Name: nomad.Name, Usage: "jobs of a Nomad cluster", Remote: true, Rented: true, Options: nomadOptions(), Open: openNomad},
		{Name: aws.Name, Usage: "tasks of Amazon ECS on Fargate", Remote: true, Rented: true, Options: awsOptions(), Open: openAWS},
		{Name: fly.Name, Usage: "machines of Fly.io", Remote: true, Rented: true, Options: flyOptions(), Open: openFly},
	}
}

// Find returns the kind of that name. Its error follows the name of a flag.
func (t Table) Find(name string) (Kind, error) {
	i := slices.IndexFunc(t, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, fmt.Errorf("is %q, but must be %s%s", name, strings.Join(t.names(), " or "), meant(name, t.names()))
	}
	return t[i], nil
}

// Usage says in a line which kinds there are.
func (t Table) Usage() string {
	var all []string
	for _, k := range t {
		all = append(all, k.Name+", "+k.Usage)
	}
	return strings.Join(all, "; or ")
}

// Help lists the options of each kind, a line each.
func (t Table) Help() string {
	var text strings.Builder
	for _, k := range t {
		if len(k.Options) == 0 {
			continue
		}
		fmt.Fprintf(&text, "\n--cluster-opt with --cluster %s:\n", k.Name)
		for _, o := range k.Options {
			before, value, _ := strings.Cut(o.Usage, "`")
			value, after, _ := strings.Cut(value, "`")
			fmt.Fprintf(&text, "   %-30s %s%s%s\n", o.Name+"="+value, before, value, after)
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func (t Table) names() []string {
	var names []string
	for _, k := range t {
		names = append(names, k.Name)
	}
	return names
}

// meant is the name that was probably meant, in parentheses.
func meant(name string, names []string) string {
	if near := suggest.Closest(name, names); near != "" {
		return fmt.Sprintf(" (did you mean %s?)", near)
	}
	return ""
}

// Read reads options, each NAME=VALUE. Its error follows the name of a flag.
func (k Kind) Read(options []string) (Values, error) {
	values := Values{}
	for _, text := range options {
		name, value, ok := strings.Cut(text, "=")
		known := slices.ContainsFunc(k.Options, func(o Option) bool { return o.Name == name })
		switch {
		case len(k.Options) == 0:
			return nil, fmt.Errorf("is for %q, but --cluster %s has no options", name, k.Name)
		case !known:
			return nil, fmt.Errorf("is for %q, but --cluster %s has %s%s", name, k.Name, strings.Join(k.optionNames(), ", "), meant(name, k.optionNames()))
		case !ok || value == "":
			return nil, fmt.Errorf("is %q, but needs a value: %s=VALUE", text, name)
		}
		values[name] = append(values[name], value)
	}
	return values, nil
}

func (k Kind) optionNames() []string {
	var names []string
	for _, o := range k.Options {
		names = append(names, o.Name)
	}
	return names
}
