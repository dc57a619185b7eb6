package probe

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// defaults are the metrics that are read of every application, by their names there. docs/probe.md has them too.
var defaults = []group{
	{"a process", []string{"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"}},
	{"BEAM, of PromEx", []string{
		"*_beam_memory_*_bytes", "*_beam_stats_run_queue_count", "*_beam_stats_active_task_count", "*_beam_stats_process_count", "*_beam_stats_port_count",
	}},
	{"BEAM, of telemetry_poller", []string{"vm_memory_*", "vm_total_run_queue_lengths_*", "vm_system_counts_*"}},
	{"BEAM, of prometheus.erl", []string{
		"erlang_vm_memory_*", "erlang_vm_process_count", "erlang_vm_port_count", "erlang_vm_statistics_run_queues_length*",
	}},
	{"use of the schedulers", []string{"*scheduler*utilization*"}},
	{"Ecto", []string{"*_repo_query_*", "*_repo_init_pool_size", "ecto_*"}},
	{"Phoenix", []string{
		"*phoenix_http_*", "*phoenix_endpoint_*duration*", "*phoenix_router_dispatch_*", "*phoenix_channel_*", "*phoenix_socket_*", "*phoenix_live_view_*",
	}},
	{"the code in [why-slow.md](why-slow.md)", []string{"liveload_*"}},
	{"Bandit and Cowboy", []string{"*bandit_*", "*thousand_island_*", "*cowboy_*"}},
	{"Go", []string{
		"go_goroutines", "go_threads", "go_gc_duration_seconds", "go_memstats_heap_inuse_bytes", "go_memstats_sys_bytes", "go_sched_gomaxprocs_threads",
	}},
	{"Node.js", []string{
		"nodejs_eventloop_lag_*", "nodejs_eventloop_utilization*", "nodejs_heap_size_*_bytes", "nodejs_external_memory_bytes", "nodejs_active_*_total",
		"nodejs_gc_duration_seconds",
	}},
}

// A group of patterns is about one kind of application.
type group struct {
	of       string
	patterns []string
}

// A matcher says which metrics of an application are read. The last one is that of the default list.
type matcher []pattern

type pattern struct {
	text string // as somebody has written it; "" for the default list
	re   *regexp.Regexp
}

// CheckPattern says what is wrong with a pattern: a name with * and ?, or a regular expression between slashes. Its
// error follows the name of a flag.
func CheckPattern(text string) error {
	_, err := compile(text)
	return err
}

func compile(text string) (pattern, error) {
	if text == "" {
		return pattern{}, errors.New("is empty, but must be the name of a metric, which may have * and ? in it")
	}
	source := glob(text)
	if len(text) > 1 && text[0] == '/' && text[len(text)-1] == '/' {
		source = text[1 : len(text)-1]
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return pattern{}, fmt.Errorf("is %q, which is no regular expression: %w", text, err)
	}
	return pattern{text, re}, nil
}

// glob makes a regular expression of a name with * and ?.
func glob(text string) string {
	return "^" + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(text)) + "$"
}

// newMatcher matches what the default list has, and what the patterns say.
func newMatcher(patterns []string) (matcher, error) {
	var m matcher
	for _, text := range patterns {
		one, err := compile(text)
		if err != nil {
			return nil, fmt.Errorf("--probe-match %w", err)
		}
		m = append(m, one)
	}
	var all []string
	for _, g := range defaults {
		for _, one := range g.patterns {
			all = append(all, glob(one))
		}
	}
	return append(m, pattern{"", regexp.MustCompile(strings.Join(all, "|"))}), nil
}

func (m matcher) matches(name string) bool {
	return slices.ContainsFunc(m, func(p pattern) bool { return p.re.MatchString(name) })
}

// idle returns the patterns that match none of the names.
func (m matcher) idle(names []string) (texts []string) {
	for _, p := range m {
		if p.text != "" && !slices.ContainsFunc(names, p.re.MatchString) {
			texts = append(texts, p.text)
		}
	}
	return texts
}
