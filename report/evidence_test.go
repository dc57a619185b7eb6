package report

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

const pngHead = "\x89PNG\r\n\x1a\n"

// failing has so many causes with so many samples each, which have a screenshot of that size each.
func failing(t *testing.T, folder string, causes, samples, size int) Data {
	t.Helper()
	r := metrics.Result{Name: "buy", Global: metrics.ScenarioResult{Counters: map[string]metrics.CounterBy{}, FailureSamples: map[string][]metrics.FailureSample{}}}
	by := metrics.CounterBy{}
	for c := range causes {
		f := metrics.FailureSample{Class: "click timeout", Cause: metrics.Cause{Reason: fmt.Sprint("cause ", string(rune('a'+c)))}}
		by.Series = append(by.Series, metrics.LabelledValue[int64]{Labels: f.CauseLabels(), Value: int64(100 - c)})
		f.Class = ""
		for i := range samples {
			f.Screenshot = filepath.Join(fmt.Sprint(c, "-", i), "screenshot.png")
			keep(t, filepath.Join(folder, f.Screenshot), pngHead+strings.Repeat("x", size))
			r.Global.FailureSamples["click timeout"] = append(r.Global.FailureSamples["click timeout"], f)
		}
	}
	r.Global.Counters["failure_causes"] = by
	return FromResults([]metrics.Result{r})
}

func keep(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEvidenceIsBounded: a report has at most 40 pictures of 6 MB in all, and every cause has one before any has a second. All
// paths are there.
func TestEvidenceIsBounded(t *testing.T) {
	for _, test := range []struct {
		causes, samples, size int
		want                  []int // pictures of each cause
	}{
		{causes: 3, samples: 2, size: 10, want: []int{2, 2, 2}},
		{causes: 25, samples: 2, size: 10, want: slices.Concat(slices.Repeat([]int{2}, 15), slices.Repeat([]int{1}, 10))},
		{causes: 4, samples: 2, size: 1 << 20, want: []int{2, 1, 1, 1}},
		{causes: 1, samples: 1, size: 7 << 20, want: []int{0}},
	} {
		folder := t.TempDir()
		d := failing(t, folder, test.causes, test.samples, test.size)
		d.AddEvidence(t.TempDir(), folder)
		var got []int
		for _, f := range d.Scenarios[0].Failures {
			n := 0
			for _, s := range f.Samples {
				if s.Evidence.Picture != "" {
					n++
				}
				if len(s.Evidence.Files) != 1 {
					t.Errorf("the evidence is %+v, want the path of the screenshot", s.Evidence)
				}
			}
			got = append(got, n)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%d causes with %d pictures of %d bytes: %v are shown, want %v", test.causes, test.samples, test.size, got, test.want)
		}
	}
}

// TestFailuresAreBounded: however much a script throws, a report is no larger than people read; each cause has a sample, and
// what has evidence comes first.
func TestFailuresAreBounded(t *testing.T) {
	g := metrics.ScenarioResult{Counters: map[string]metrics.CounterBy{}, FailureSamples: map[string][]metrics.FailureSample{}}
	by := metrics.CounterBy{}
	for c := range metrics.MaxLabelSets {
		f := metrics.FailureSample{Class: fmt.Sprint("class ", c), Cause: metrics.Cause{Reason: "because"}, ReasonInspect: strings.Repeat("x", 10_000), Stacktrace: slices.Repeat([]string{strings.Repeat("y", 400)}, 40)}
		by.Series = append(by.Series, metrics.LabelledValue[int64]{Labels: f.CauseLabels(), Value: 10})
		for i := range metrics.MaxFailureSamples {
			if i == 7 {
				f.Console = "console.txt"
			}
			f.MonotonicTime = int64(i) * 1e9
			g.FailureSamples[f.Class] = append(g.FailureSamples[f.Class], f)
		}
	}
	g.Counters["failure_causes"] = by
	size, count := 0, 0
	for _, f := range failures(&g) {
		count += len(f.Samples)
		if len(f.Samples) == 0 || f.Samples[0].AtMS != 7000 {
			t.Fatalf("%s has %d samples, want the one with evidence first", f.Class, len(f.Samples))
		}
		for _, s := range f.Samples {
			size += len(s.Message) + len(strings.Join(s.Stack, ""))
		}
	}
	if count != mostSamples || size > 4<<20 {
		t.Errorf("%d samples with %d bytes, want %d of less than 4 MB", count, size, mostSamples)
	}
	if n := len(nodeFailures(&g)); n != metrics.MaxLabelSets {
		t.Errorf("a node has %d classes, want %d", n, metrics.MaxLabelSets)
	}
}

// TestOnlyEvidenceIsRead: a Result of somebody else cannot have a report show other files of this machine, or wait.
func TestOnlyEvidenceIsRead(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"id_rsa": "secret", "secret/screenshot.png": "secret", "notes.txt": "secret", "good/screenshot.png": pngHead + "good", "good/frames.txt": "good\n", "good/console.txt": strings.Repeat("line\n", 20_000),
	} {
		keep(t, filepath.Join(folder, name), content)
	}
	for _, test := range []struct {
		kept            metrics.Evidence
		picture         bool
		frames, console int // lines
	}{
		{kept: metrics.Evidence{Screenshot: "id_rsa", Frames: "notes.txt", Console: "id_rsa"}},
		{kept: metrics.Evidence{Screenshot: "secret/screenshot.png", Frames: filepath.Join(folder, "id_rsa"), Console: "/dev/zero"}},
		{kept: metrics.Evidence{Screenshot: "gone/screenshot.png", Frames: "gone/frames.txt", Console: "\x00"}},
		{kept: metrics.Evidence{Screenshot: "good", Frames: "", Console: "good/frames.txt/console.txt"}},
		{kept: metrics.Evidence{Screenshot: filepath.Join(folder, "good/screenshot.png"), Frames: "good/frames.txt", Console: "good/console.txt"}, picture: true, frames: 1, console: 3277},
	} {
		d := Data{Parts: map[string]any{}, Scenarios: []Scenario{{Failures: []Failure{{Samples: []Sample{{Evidence: evidenceOf(test.kept)}}}}}}}
		d.AddEvidence(folder)
		e := d.Scenarios[0].Failures[0].Samples[0].Evidence
		if (e.Picture != "") != test.picture || len(e.Frames) != test.frames || len(e.Console) != test.console {
			t.Errorf("of %+v the report has picture %q, %d lines of frames, %d of the console", test.kept, e.Picture, len(e.Frames), len(e.Console))
		}
		if text := fmt.Sprint(d.Parts, e.Frames, e.Console); strings.Contains(text, "secret") {
			t.Errorf("of %+v the report has %s", test.kept, text)
		}
	}
}
