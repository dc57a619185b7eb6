package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/liveload/liveload/metrics/threshold"
)

// thresholdsOption reads { metric: expectations }. Expectations are one or a list of texts and of objects
// { threshold, abortOnFail, delay, optional }; package threshold parses the texts.
func thresholdsOption(v any) ([]threshold.Spec, error) {
	byMetric, err := typed[map[string]any](v, "an object such as { liveview_event_duration_us: ['p(95)<250ms'] }")
	if err != nil {
		return nil, err
	}
	specs := []threshold.Spec{}
	for _, metric := range slices.Sorted(maps.Keys(byMetric)) {
		expectations, ok := byMetric[metric].([]any)
		if !ok {
			expectations = []any{byMetric[metric]}
		}
		for _, one := range expectations {
			spec, err := thresholdSpec(metric, one)
			if err != nil {
				return nil, err
			}
			specs = append(specs, spec)
		}
	}
	return specs, nil
}

func thresholdSpec(metric string, v any) (threshold.Spec, error) {
	spec := threshold.Spec{Metric: metric}
	if text, ok := v.(string); ok {
		spec.Expression = text
		return spec, nil
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return spec, fmt.Errorf("holds %s for %s, but each is a text such as 'p(95)<250ms' or an object { threshold: 'p(95)<250ms', abortOnFail: true }", show(v), metric)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := setThresholdField(&spec, name, fields[name]); err != nil {
			return spec, fmt.Errorf("of %s: %w", metric, err)
		}
	}
	switch {
	case fields["threshold"] == nil:
		return spec, fmt.Errorf("of %s holds an object without threshold: write { threshold: 'p(95)<250ms' }", metric)
	case fields["delay"] != nil && !spec.AbortOnFail:
		return spec, fmt.Errorf("of %s has a delay, which only abortOnFail waits for: add abortOnFail: true", metric)
	}
	return spec, nil
}

func setThresholdField(spec *threshold.Spec, name string, v any) (err error) {
	if v == nil {
		return nil
	}
	switch name {
	case "threshold":
		spec.Expression, err = typed[string](v, "a text such as 'p(95)<250ms'")
	case "abortOnFail":
		spec.AbortOnFail, err = typed[bool](v, "true or false")
	case "optional":
		spec.Optional, err = typed[bool](v, "true or false")
	case "delay":
		if spec.Delay, err = DurationOf(v); err != nil {
			err = fmt.Errorf("cannot be read: %w", err)
		}
	default:
		return unknownField(name, []string{"threshold", "abortOnFail", "delay", "optional"}, "there are threshold, abortOnFail, delay and optional")
	}
	if err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	return nil
}

// describedThresholds returns thresholds as a script writes them.
func describedThresholds(specs []threshold.Spec) map[string][]any {
	described := map[string][]any{}
	for _, s := range specs {
		var one any = s.Expression
		if s.AbortOnFail || s.Optional {
			fields := map[string]any{"threshold": s.Expression}
			if s.AbortOnFail {
				fields["abortOnFail"], fields["delay"] = true, Duration(s.Delay).String()
			}
			if s.Optional {
				fields["optional"] = true
			}
			one = fields
		}
		described[s.Metric] = append(described[s.Metric], one)
	}
	return described
}
