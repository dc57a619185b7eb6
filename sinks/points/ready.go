package points

import (
	"fmt"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
)

// Ready returns the annotation of a run that is about to start. Its text names the run for people: when, what, and its
// UUID at the end.
func Ready(run metrics.RunInfo, at time.Time) Point {
	return Point{
		Time: at, Run: run.RunID, Metric: AnnotationsMetric, Kind: KindAnnotation, Revision: 1,
		Labels: metrics.LabelsOf(EventLabel, EventReady),
		Text:   strings.Join([]string{at.UTC().Format("2006-01-02 15:04:05"), scenariosOf(run), run.RunID}, " "),
	}
}

const namedScenarios = 3

// scenariosOf names what runs: "checkout (50 users)", "browse, buy and 2 more".
func scenariosOf(run metrics.RunInfo) string {
	var names []string
	for _, s := range run.Scenarios {
		names = append(names, s.Name)
	}
	if len(names) == 1 && run.Scenarios[0].Load != "" {
		return fmt.Sprintf("%s (%s)", names[0], run.Scenarios[0].Load)
	}
	if more := len(names) - namedScenarios; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:namedScenarios], ", "), more)
	}
	return strings.Join(names, ", ")
}
