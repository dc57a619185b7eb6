package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/liveload/liveload/jsmodules/types"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

// TestDocumentationKnowsEveryFlag holds docs/cli.md to the table of flags, in both directions.
func TestDocumentationKnowsEveryFlag(t *testing.T) {
	content, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	text, known := string(content), map[string]bool{"LIVELOAD_CACHE": true, "--help": true}
	for _, c := range new(outside).commands() {
		for _, name := range flagNames(c.Flags) {
			known["--"+name], known[variable(name)] = true, true
			if !strings.Contains(text, "`--"+name) || !strings.Contains(text, "`"+variable(name)+"`") {
				t.Errorf("docs/cli.md lacks --%s or its variable %s", name, variable(name))
			}
		}
	}
	for _, name := range regexp.MustCompile(`--[a-z][a-z-]+|LIVELOAD_[A-Z_]+`).FindAllString(text, -1) {
		if !known[name] && name != "--flag" && !strings.HasPrefix(name, configPrefix) {
			t.Errorf("docs/cli.md speaks of %s, which is no flag or variable", name)
		}
	}
	for _, option := range plan.OptionNames() {
		if !strings.Contains(text, "`"+option+"`") {
			t.Errorf("docs/cli.md lacks the option %s", option)
		}
	}
}

// TestComingFromLiveLoad: docs/from-liveload.md has each function and each metric of the predecessor, and names nothing
// that does not exist here.
func TestComingFromLiveLoad(t *testing.T) {
	content, err := os.ReadFile("../../docs/from-liveload.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for name := range strings.FieldsSeq(`config/1 throttles/1 run/3 navigate reload click fill clear press check uncheck select_option
		select_multiple_options focus blur hover drag_and_drop wait_for_selector ensure_liveview wait_for_liveview
		wait_for_phx_loading_completion submit_form page_content inner_html inner_text text_content input_value get_attribute
		visible? checked? assign reset_assigns clear_assign update_assign! halt fail halted? failed? context_storage_snapshot
		restore_context_storage reset_context_storage throttle Rate.new Interarrival.new Parallelism.new ramp interval
		:scenario :scenarios :otp_app :users :distributed? :flame_backend :browser_connection_adapter :browser_connection_opts
		:iteration_timeout :scenario_duration :command_timeout :max_allowed_nodes :flame_backend_opts`) {
		if !strings.Contains(text, "`"+name+"`") && !strings.Contains(text, "`"+name+"(") {
			t.Errorf("it lacks %s", name)
		}
	}
	for _, name := range regexp.MustCompile("`((?:scenario|liveview|http|websocket|iteration|action|step|failure)_[a-z_]+)`").FindAllStringSubmatch(text, -1) {
		if _, ok := metrics.NewRegistry().Lookup(name[1]); !ok {
			t.Errorf("it names the metric %s, which does not exist", name[1])
		}
	}
	declared := types.Liveload + types.Navigate + types.Elements + types.LiveViews + types.Storage + types.Throttles
	tables := text[strings.Index(text, "## Function by function"):strings.Index(text, "## Throttles")]
	for _, row := range regexp.MustCompile("(?m)^\\| [^|]*\\| `([a-zA-Z]+)\\(").FindAllStringSubmatch(tables, -1) {
		if !strings.Contains(declared, "    "+row[1]+"(") && !strings.Contains(declared, "    "+row[1]+"<") {
			t.Errorf("it names the operation %s, which does not exist", row[1])
		}
	}
	known := map[string]bool{}
	for _, c := range new(outside).commands() {
		for _, name := range flagNames(c.Flags) {
			known["--"+name] = true
		}
	}
	for _, flag := range regexp.MustCompile("--[a-z][a-z-]+").FindAllString(text, -1) {
		if !known[flag] {
			t.Errorf("it names the flag %s, which does not exist", flag)
		}
	}
}
