// Package outputs is the table of outputs: where a run can send its numbers while it goes on.
package outputs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/csv"
	"github.com/liveload/liveload/sinks/influxdb"
	"github.com/liveload/liveload/sinks/jsonl"
	"github.com/liveload/liveload/sinks/otlp"
	"github.com/liveload/liveload/sinks/prometheus"
	"github.com/liveload/liveload/sinks/prometheus/remotewrite"
	"github.com/liveload/liveload/sinks/pump"
	"github.com/liveload/liveload/suggest"
)

// A Kind of outputs has either a sink that writes a file, a sink that serves at an address, or an output, which a pump
// then drives.
type Kind struct {
	Name    string
	Example string // of an address
	Bare    bool   // it needs no address: there is a default, or the environment has it
	Sink    func(file string) sinks.Sink
	Server  func(address string, options Options) (sinks.Sink, error)
	// Output makes one from its address and what the environment says. It connects to nothing yet.
	Output func(address string, env func(name string) string) (pump.Output, error)
}

// A Table is the kinds of outputs that there are.
type Table []Kind

// All returns every kind.
func All() Table {
	return Table{
		{Name: "csv", Example: "points.csv", Sink: func(file string) sinks.Sink { return csv.New(file) }},
		{Name: "jsonl", Example: "points.jsonl.gz", Sink: func(file string) sinks.Sink { return jsonl.New(file) }},
		{Name: "influxdb", Example: "http://127.0.0.1:8086", Bare: true, Output: func(address string, env func(string) string) (pump.Output, error) {
			return influxdb.New(address, env)
		}},
		{Name: "otlp", Example: "http://127.0.0.1:4318", Bare: true, Output: func(address string, env func(string) string) (pump.Output, error) {
			return otlp.New(address, env)
		}},
		{Name: "prometheus", Example: "127.0.0.1:9464", Bare: true, Server: func(address string, o Options) (sinks.Sink, error) {
			return prometheus.New(address, o.Env, o.Timeout, o.Log)
		}},
		{Name: "prometheus-rw", Example: "http://127.0.0.1:9090/api/v1/write", Bare: true, Output: func(address string, env func(string) string) (pump.Output, error) {
			return remotewrite.New(address, env)
		}},
	}
}

// A Target is one output that was asked for.
type Target struct {
	Kind    Kind
	Address string // may hold secrets: print String
}

// Parse reads KIND=ADDRESS. Its error follows the name of a flag.
func (t Table) Parse(text string) (Target, error) {
	name, address, ok := strings.Cut(text, "=")
	if !ok && strings.ContainsAny(name, ":/@.") { // an address, which may have secrets
		return Target{}, fmt.Errorf("must be KIND=ADDRESS: %s", t.known(""))
	}
	i := slices.IndexFunc(t, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Target{}, fmt.Errorf("is of the kind %q, but must be %s", name, t.known(name))
	}
	if address == "" && !t[i].Bare {
		return Target{}, fmt.Errorf("is %q, but needs an address: %s=%s", text, name, t[i].Example)
	}
	return Target{t[i], address}, nil
}

// known lists the kinds, and the one that was probably meant.
func (t Table) known(name string) string {
	var names, examples []string
	for _, k := range t {
		names, examples = append(names, k.Name), append(examples, k.Name+"="+k.Example)
	}
	list := strings.Join(examples, " or ")
	if near := suggest.Closest(name, names); near != "" {
		list += fmt.Sprintf(" (did you mean %s?)", near)
	}
	return list
}

// String returns KIND=ADDRESS without secrets.
func (t Target) String() string { return strings.TrimSuffix(t.Kind.Name+"="+t.shown(), "=") }

// shown is the address without secrets.
func (t Target) shown() string {
	if t.Kind.Sink != nil {
		return t.Address // of a file
	}
	address := t.Address
	if !strings.Contains(address, "://") {
		address = "//" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Fragment != "" || strings.Contains(u.Path+u.RawQuery, "@") { // signs of a password with a / or # in it
		return "..."
	}
	u.User = nil
	query := u.Query()
	maps.DeleteFunc(query, func(name string, _ []string) bool { return !slices.Contains(public, name) })
	u.RawQuery = query.Encode()
	return strings.TrimPrefix(u.String(), "//")
}

// public are the options of addresses that are no secrets. Whatever else is there may be one: a mistyped token, or what an
// OTLP receiver wants.
var public = []string{"org", "bucket", "ca", "insecure", "gzip", "native", "cert"}

// secret are the options that are secrets, and that the environment can have too.
var secret = []string{"token", "header"}

// partial says whether what is shown of the address lacks options that nothing else has.
func (t Target) partial() bool {
	_, query, _ := strings.Cut(t.Address, "?")
	options, _ := url.ParseQuery(query) // what cannot be read is refused by the output
	for name := range options {
		if !slices.Contains(public, name) && !slices.Contains(secret, name) {
			return true
		}
	}
	return false
}

// Options say how outputs work.
type Options struct {
	Env     func(name string) string // of the process
	Spool   string                   // folder for what a destination does not take
	Timeout time.Duration            // that the end of the run waits for each destination
	Log     *slog.Logger
}

// Open returns sinks for the targets. Each checks its destination when it starts.
func Open(targets []Target, options Options) ([]sinks.Named, error) {
	var all []sinks.Named
	seen := map[string]int{}
	for i, t := range targets {
		if k := slices.IndexFunc(targets[:i], t.same); k >= 0 {
			return nil, fmt.Errorf("--out %s goes where --out %s goes: remove one", t, targets[k])
		}
		folder := t.Kind.Name
		if seen[folder]++; seen[folder] > 1 {
			folder += fmt.Sprint("-", seen[folder])
		}
		sink, err := t.open(filepath.Join(options.Spool, folder), options)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		all = append(all, sinks.Named{Name: t.String(), Sink: sink})
	}
	return all, nil
}

// same says whether another target writes to the same place. Two of them in one file would destroy each other's lines.
func (t Target) same(other Target) bool {
	if t.Kind.Sink == nil || other.Kind.Sink == nil {
		return t.Kind.Name == other.Kind.Name && t.Address == other.Address
	}
	one, err := filepath.Abs(t.Address)
	two, otherErr := filepath.Abs(other.Address)
	return err == nil && otherErr == nil && one == two
}

func (t Target) open(folder string, options Options) (sinks.Sink, error) {
	switch {
	case t.Kind.Sink != nil:
		return t.Kind.Sink(t.Address), nil
	case t.Kind.Server != nil:
		return t.Kind.Server(t.Address, options)
	}
	output, err := t.Kind.Output(t.Address, options.Env)
	if err != nil {
		return nil, err
	}
	return pump.New(output, t.pump(folder, options)), nil
}

// Replay sends the spool in a folder to the target, as pump.Replay does.
func Replay(ctx context.Context, t Target, folder string, options Options, progress func(sent, left int64)) error {
	if t.Kind.Output == nil {
		return fmt.Errorf("%s takes no replay: nothing is sent to it", t)
	}
	output, err := t.Kind.Output(t.Address, options.Env)
	if err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	return pump.Replay(ctx, output, t.pump(folder, options), progress)
}

func (t Target) pump(folder string, options Options) pump.Options {
	return pump.Options{
		Name: t.String(), Kind: t.Kind.Name, Address: t.shown(), Partial: t.partial(), Spool: folder, Timeout: options.Timeout, Log: options.Log,
	}
}
