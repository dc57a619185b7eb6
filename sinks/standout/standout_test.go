package standout

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// TestRules: each rule on a Result that provokes it, and on one that nearly does. Golden file: what is said.
func TestRules(t *testing.T) {
	add, search := metrics.LiveViewEventDuration.With("add", "/cart"), metrics.LiveViewEventDuration.With("search", "/shop")
	steps := func(from, to float64, at int) func(int) float64 {
		return func(i int) float64 {
			if i < at {
				return from
			}
			return to
		}
	}
	var golden strings.Builder
	for _, tt := range []struct {
		name string
		run  func() *world
		want string // rules, in order
	}{
		{"nothing", func() *world { return newWorld() }, ""},
		{"users who do nothing", func() *world { return newWorld(ramp(24, 50)...) }, ""},
		{"an event that grows from some load on", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.times(metrics.LiveViewEventDuration, add, 20, always(30_000.0))
			w.times(metrics.LiveViewEventDuration, search, 20, func(i int) float64 { return 40_000 + 20_000*max(0, float64(w.Global.TimeSeries.ActiveUsers[i])-20) })
			return w
		}, growsName},
		{"an event that grows with each user", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.times(metrics.LiveViewEventDuration, search, 20, func(i int) float64 { return 10_000 * float64(w.Global.TimeSeries.ActiveUsers[i]) })
			return w
		}, growsName},
		{"an event that grows less than people notice", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.times(metrics.LiveViewEventDuration, search, 20, func(i int) float64 { return 1000 * float64(w.Global.TimeSeries.ActiveUsers[i]) })
			return w
		}, ""},
		{"an event that grows, with few samples", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.times(metrics.LiveViewEventDuration, search, 4, func(i int) float64 { return 10_000 * float64(w.Global.TimeSeries.ActiveUsers[i]) })
			return w
		}, ""},
		{"an event that grows while the generator gives out", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.generator(func(i int) (float64, float64) { return 97, 250_000 })
			w.Health = metrics.Health{Saturated: true}
			w.times(metrics.LiveViewEventDuration, search, 20, func(i int) float64 { return 10_000 * float64(w.Global.TimeSeries.ActiveUsers[i]) })
			return w
		}, generatorRule.name},
		{"an event that grows while the generator is busy", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.generator(func(i int) (float64, float64) { return 97, 50_000 })
			w.Health = metrics.Health{Saturated: true}
			w.times(metrics.LiveViewEventDuration, search, 20, func(i int) float64 { return 40_000 * float64(w.Global.TimeSeries.ActiveUsers[i]) })
			return w
		}, generatorRule.name + " slow-events"},
		{"a generator that is busy when users start", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.generator(func(i int) (float64, float64) { return steps(98, 40, 4)(i), 2000 })
			return w
		}, ""},
		{"what the application said meanwhile", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.times(metrics.LiveViewEventDuration, search, 20, func(i int) float64 { return 10_000 * float64(w.Global.TimeSeries.ActiveUsers[i]) })
			w.gauge("server_vm_run_queue_lengths_total", func(i int) float64 { return float64(i * i) })
			w.gauge("server_vm_memory_bytes", func(i int) float64 { return float64(i * i) })
			return w
		}, growsName + " " + applicationRule.name},
		{"an application that stops answering", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.count(metrics.ServerProbeFailures, metrics.ServerProbeFailures.With("app:9568"), func(i int) int64 { return int64(steps(0, 5, 15)(i)) })
			return w
		}, applicationRule.name},
		{"an event that grows with time", func() *world {
			w := newWorld(constant(24, 10)...)
			w.times(metrics.LiveViewEventDuration, add, 20, func(i int) float64 { return 50_000 + 20_000*float64(i) })
			return w
		}, driftsName},
		{"errors from a load on", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.count(metrics.Iterations, metrics.Iterations.With("ok"), always[int64](20))
			w.count(metrics.IterationFailures, metrics.IterationFailures.With("click timeout"), func(i int) int64 { return int64(steps(0, 6, 12)(i)) })
			w.count(metrics.FailureCauses, metrics.FailureCauses.With("it is hidden", "click timeout", "#buy", "checkout"), func(i int) int64 { return int64(steps(0, 6, 12)(i)) })
			return w
		}, errorsRule.name},
		{"errors from a time on", func() *world {
			w := newWorld(constant(24, 10)...)
			w.count(metrics.HTTPRequests, metrics.HTTPRequests.With("2xx", "fetch"), always[int64](20))
			w.count(metrics.HTTPRequests, metrics.HTTPRequests.With("5xx", "fetch"), func(i int) int64 { return int64(steps(0, 6, 12)(i)) })
			return w
		}, errorsRule.name},
		{"errors all the time", func() *world {
			w := newWorld(ramp(24, 50)...)
			w.count(metrics.Iterations, metrics.Iterations.With("ok"), always[int64](20))
			w.count(metrics.IterationFailures, metrics.IterationFailures.With("click timeout"), always[int64](2))
			w.count(metrics.FailureCauses, metrics.FailureCauses.With("it is hidden", "click timeout", "#buy", "checkout"), always[int64](1))
			w.count(metrics.FailureCauses, metrics.FailureCauses.With("no element matches it", "click timeout", "#pay", "checkout"), always[int64](1))
			return w
		}, ""},
		{"one cause", func() *world {
			w := newWorld(constant(6, 10)...)
			w.count(metrics.FailureCauses, metrics.FailureCauses.With("it is hidden", "click timeout", "#buy", "checkout"), always[int64](4))
			return w
		}, causeRule.name},
		{"a storm", func() *world {
			w := newWorld(constant(6, 20)...)
			w.count(metrics.LiveViewDisconnections, metrics.LiveViewDisconnections.With("/shop"), only(3, 18))
			w.times(metrics.LiveViewReconnectionDuration, metrics.LiveViewReconnectionDuration.With("/shop"), 3, always(1_200_000.0))
			return w
		}, reconnectsRule.name},
		{"connections that are lost one after the other", func() *world {
			w := newWorld(constant(6, 20)...)
			w.count(metrics.LiveViewDisconnections, metrics.LiveViewDisconnections.With("/shop"), always[int64](3))
			return w
		}, ""},
		{"views that crash", func() *world {
			w := newWorld(constant(6, 20)...)
			w.count(metrics.LiveViewDisconnections, metrics.LiveViewDisconnections.With("/shop"), always[int64](18))
			w.count(metrics.LiveViewErrors, metrics.LiveViewErrors.With("channel error", "/shop"), always[int64](18))
			w.count(metrics.LiveViewRepeatedJoins, metrics.LiveViewRepeatedJoins.With("/shop"), always[int64](17))
			w.times(metrics.LiveViewJoinDuration, metrics.LiveViewJoinDuration.With("/shop"), 20, always(20_000.0))
			return w
		}, joinsRule.name},
		{"joins that are refused", func() *world {
			w := newWorld(constant(6, 20)...)
			w.count(metrics.LiveViewErrors, metrics.LiveViewErrors.With("join crash", "/shop"), always[int64](3))
			return w
		}, joinsRule.name},
		{"a slow event", func() *world {
			w := newWorld(constant(6, 20)...)
			w.times(metrics.LiveViewEventDuration, add, 5, always(1_500_000.0))
			w.times(metrics.LiveViewEventDuration, search, 5, always(400_000.0))
			return w
		}, slowEventsRule.name},
		{"a page that is slow to show", func() *world {
			w := newWorld(constant(6, 20)...)
			w.times(metrics.LiveViewEventDuration, add, 5, always(30_000.0))
			w.times(metrics.LiveViewPatchDuration, add, 5, always(300_000.0))
			w.times(metrics.LiveViewPatchDuration, search, 5, always(50_000.0))
			return w
		}, slowPatchesRule.name},
		{"first connections", func() *world {
			w := newWorld(constant(6, 20)...)
			w.times(metrics.LiveViewConnectionDuration, metrics.LiveViewConnectionDuration.With("/shop", metrics.LaterVisit), 5, always(200_000.0))
			w.times(metrics.LiveViewConnectionDuration, metrics.LiveViewConnectionDuration.With("/shop", metrics.FirstVisit), 5, always(1_400_000.0))
			w.times(metrics.LiveViewConnectionDuration, metrics.LiveViewConnectionDuration.With("/cart", metrics.LaterVisit), 5, always(200_000.0))
			w.times(metrics.LiveViewConnectionDuration, metrics.LiveViewConnectionDuration.With("/cart", metrics.FirstVisit), 5, always(500_000.0))
			return w
		}, firstRule.name},
		{"heavy diffs", func() *world {
			w := newWorld(constant(6, 20)...)
			w.times(metrics.LiveViewDiffBytes, add, 5, always(80_000.0))
			w.times(metrics.LiveViewDiffBytes, search, 5, always(8000.0))
			return w
		}, diffsRule.name},
		{"heavy pushes", func() *world {
			w := newWorld(constant(6, 20)...)
			view := metrics.LiveViewPushes.With("ShopWeb.TickerLive", "/ticker")
			w.count(metrics.LiveViewPushes, view, always[int64](10))
			w.count(metrics.LiveViewPushBytes, view, always[int64](800_000))
			return w
		}, pushesRule.name},
		{"many pushes", func() *world {
			w := newWorld(constant(6, 20)...)
			view := metrics.LiveViewPushes.With("ShopWeb.TickerLive", "/ticker")
			w.count(metrics.LiveViewPushes, view, always[int64](20*5*8))
			w.count(metrics.LiveViewPushBytes, view, always[int64](80_000))
			return w
		}, pushesRule.name},
		{"few pushes", func() *world {
			w := newWorld(constant(6, 20)...)
			view := metrics.LiveViewPushes.With("ShopWeb.TickerLive", "/ticker")
			w.count(metrics.LiveViewPushes, view, always[int64](20*5))
			w.count(metrics.LiveViewPushBytes, view, always[int64](80_000))
			return w
		}, ""},
		{"no debounce", func() *world {
			w := newWorld(constant(6, 20)...)
			w.count(metrics.LiveViewKeystrokes, search, always[int64](30))
			w.count(metrics.LiveViewKeyEvents, search, always[int64](29))
			return w
		}, typingRule.name},
		{"debounce", func() *world {
			w := newWorld(constant(6, 20)...)
			w.count(metrics.LiveViewKeystrokes, search, always[int64](30))
			w.count(metrics.LiveViewKeyEvents, search, always[int64](5))
			return w
		}, ""},
		{"large joins", func() *world {
			w := newWorld(constant(6, 20)...)
			w.times(metrics.LiveViewJoinBytes, metrics.LiveViewJoinBytes.With("/shop"), 5, always(500_000.0))
			w.times(metrics.LiveViewJoinBytes, metrics.LiveViewJoinBytes.With("/cart"), 5, always(50_000.0))
			return w
		}, pagesRule.name},
		{"many requests", func() *world {
			w := newWorld(constant(6, 20)...)
			w.times(metrics.DocumentRequests, metrics.DocumentRequests.With("/shop"), 5, always(140.0))
			w.times(metrics.DocumentRequests, metrics.DocumentRequests.With("/cart"), 5, always(40.0))
			return w
		}, requestsRule.name},
		{"names that are made to be dangerous", func() *world {
			w := newWorld(constant(6, 20)...)
			w.times(metrics.LiveViewDiffBytes, metrics.LiveViewDiffBytes.With("</script>\x1b[31m\nred", "/ä/<img onerror=x>"), 5, always(80_000.0))
			return w
		}, diffsRule.name},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := tt.run()
			found := Of(&w.Result)
			fmt.Fprintf(&golden, "== %s\n", tt.name)
			var rules []string
			for _, f := range found {
				rules = append(rules, f.Rule)
				fmt.Fprintf(&golden, "%s\n  how: %s\n  shown by: %s %q", f.Sentence, f.How, f.Metric, f.Label)
				if f.AtMS != nil {
					fmt.Fprintf(&golden, " from %d ms on", *f.AtMS)
				}
				fmt.Fprintf(&golden, "\n  numbers:")
				for _, n := range f.Numbers {
					fmt.Fprintf(&golden, " %s %.4g %s;", n.Name, n.Value, n.Unit)
				}
				fmt.Fprintln(&golden)
				if f.Doubt != "" {
					fmt.Fprintf(&golden, "  doubt: %s\n", f.Doubt)
				}
			}
			if got := strings.Join(rules, " "); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
	metricstest.Golden(t, "testdata/findings.txt", []byte(golden.String()))
}

// TestAResultWithoutNumbers has no findings, and a list of them for JSON.
func TestAResultWithoutNumbers(t *testing.T) {
	for _, r := range []metrics.Result{{}, {Error: "no browser"}, {BucketWidthMS: -1, Global: metrics.ScenarioResult{TimeSeries: metrics.TimeSeries{ActiveUsers: []int64{-5, 3}}}}} {
		if found := Of(&r); found == nil || len(found) > 0 {
			t.Errorf("Of(%+v) = %+v", r, found)
		}
	}
}

// TestManyOfARule are cut to the largest.
func TestManyOfARule(t *testing.T) {
	w := newWorld(constant(6, 20)...)
	for n := range 30 {
		w.observe(metrics.LiveViewDiffBytes, metrics.LiveViewDiffBytes.With(fmt.Sprint("event", n), "/shop"), [][]float64{slices.Repeat([]float64{60_000 + float64(n)*1000}, 5)})
	}
	found := Of(&w.Result)
	if len(found) != mostOfRule || found[0].Label != "event29" {
		t.Errorf("%d findings, the first of %q", len(found), found[0].Label)
	}
}

// TestDocumentation: docs/why-slow.md has a section for each rule, which findings link to.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/why-slow.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		heading := "\n### " + strings.ToUpper(rule.name[:1]) + strings.ReplaceAll(rule.name[1:], "-", " ") + "\n"
		if rule.advice == "" || !strings.Contains(string(text), heading) {
			t.Errorf("why-slow.md has no section %q", heading)
		}
	}
}

// FuzzOf: no Result makes it panic, and it changes none.
func FuzzOf(f *testing.F) {
	for _, file := range []string{"../../metrics/testdata/result.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		results, err := metrics.ReadResults(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		for i := range results {
			once := Of(&results[i])
			if again := Of(&results[i]); !reflect.DeepEqual(once, again) {
				t.Errorf("%+v, and then %+v", once, again)
			}
		}
	})
}
