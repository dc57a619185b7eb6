package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/predecessor"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/sinks/markdown"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/terminal"
	"github.com/liveload/liveload/sinks/wholefile"
)

const (
	failOnFlag       = "fail-on"
	comparisonReport = "report"
)

func compareFlags() []cli.Flag {
	reports := newListFlag(comparisonReport, "", "write the comparison to `FILE` too, whose ending says what it is: "+strings.Join(comparisonEndings(), ", "))
	reports.EnvVars = nil // the variable is that of a run
	return []cli.Flag{
		newListFlag(failOnFlag, ";", "exit with 99 when `METRIC STATISTIC CHANGE` is exceeded, such as 'liveview_event_duration_us p95 +10%'; several with ;"),
		reports,
		newFlag("all", "show what is the same or unclear, too"),
		newFlag("no-color", "no colours, as with NO_COLOR"),
	}
}

// compare says what differs between two Result files.
func (o *outside) compare(c *cli.Context) error {
	paths := c.Args().Slice()
	if len(paths) != 2 {
		return &usageError{problem: "which Results? The old one and the new one, for example: liveload compare old.json new.json"}
	}
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	limits, reports := r.limits(), r.comparisonReports(o, paths)
	if r.err != nil {
		return r.err
	}
	old, err := readComparable(paths[0])
	if err != nil {
		return err
	}
	new, err := readComparable(paths[1])
	if err != nil {
		return err
	}
	compared := compare.Files(old, new, limits)
	if err := terminal.WriteComparison(o.stdout, compared, terminal.ComparisonOptions{Color: o.colored(r.isOn("no-color")), All: r.isOn("all"), Width: o.columns()}); err != nil {
		return err
	}
	for _, path := range reports {
		if err := writeComparison(c.Context, path, compared); err != nil {
			return err
		}
	}
	return verdictOn(compared)
}

// limits reads --fail-on.
func (r *flagReader) limits() (all []compare.Limit) {
	for _, text := range r.all(failOnFlag) {
		limits, err := compare.ParseLimits(text)
		if err != nil {
			r.refuse(failOnFlag, "%v", err)
			continue
		}
		all = append(all, limits...)
	}
	return all
}

// A comparisonKind is how a comparison is written, by the ending of its file.
type comparisonKind struct {
	ending string
	check  func(*outside) error // why it cannot be written; may be nil
	write  func(io.Writer, compare.Comparison) error
}

var comparisonKinds = []comparisonKind{
	{".html", func(o *outside) error { return o.pages() }, report.WriteComparison},
	{".md", nil, func(w io.Writer, c compare.Comparison) error {
		_, err := io.WriteString(w, markdown.Comparison(c))
		return err
	}},
	{".json", nil, func(w io.Writer, c compare.Comparison) error {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(c)
	}},
}

func comparisonEndings() (all []string) {
	for _, k := range comparisonKinds {
		all = append(all, k.ending)
	}
	return all
}

func findComparisonKind(path string) (comparisonKind, bool) {
	i := slices.IndexFunc(comparisonKinds, func(k comparisonKind) bool { return strings.EqualFold(filepath.Ext(path), k.ending) })
	if i < 0 {
		return comparisonKind{}, false
	}
	return comparisonKinds[i], true
}

// comparisonReports are files whose endings say what they are.
func (r *flagReader) comparisonReports(o *outside, read []string) []string {
	paths := r.all(comparisonReport)
	for _, path := range paths {
		kind, known := findComparisonKind(path)
		if !known {
			r.refuse(comparisonReport, "is %q, but its ending says what is written: %s", path, strings.Join(comparisonEndings(), ", "))
			continue
		}
		if kind.check != nil {
			if err := kind.check(o); err != nil {
				r.refuse(comparisonReport, "is %q, but %v", path, err)
			}
		}
		for _, one := range read {
			if filepath.Clean(one) == filepath.Clean(path) {
				r.refuse(comparisonReport, "is %s, which is one of the files to compare: choose another name", path)
			}
		}
	}
	return paths
}

// readComparable reads a Result file, or one of the predecessor.
func readComparable(path string) (compare.File, error) {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return compare.File{}, err
	}
	if results, ok, err := predecessor.Read(text); ok {
		if err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
		return compare.File{Name: path, Results: results}, err
	}
	results, err := metrics.ReadResults(strings.NewReader(string(text)))
	if err != nil {
		return compare.File{}, fmt.Errorf("%s: %w", path, err)
	}
	if len(results) == 0 {
		return compare.File{}, fmt.Errorf("%s has no Result", path)
	}
	return compare.File{Name: path, Results: results}, nil
}

// writeComparison writes one file.
func writeComparison(ctx context.Context, path string, c compare.Comparison) error {
	kind, _ := findComparisonKind(path)
	file := wholefile.New(path, "the comparison", "comparison.html", func(w io.Writer, _ []metrics.Result) error { return kind.write(w, c) })
	if err := file.Start(ctx, metrics.RunInfo{}); err != nil {
		return err
	}
	return file.Close(ctx, nil)
}

// verdictOn is an error when something was not to be, or nothing could be compared.
func verdictOn(c compare.Comparison) error {
	broken := 0
	for _, l := range c.Limits {
		if !l.OK {
			broken++
		}
	}
	switch {
	case broken > 0:
		return &brokenError{fmt.Sprintf("%s of --fail-on not held", plaintext.Plural(int64(broken), "limit"))}
	case len(c.Scenarios) == 0:
		return fmt.Errorf("nothing can be compared: no scenario is in both files")
	}
	return nil
}
