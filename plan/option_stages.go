package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/plan/shape"
)

// stagesOption reads [{ duration, target }, ...] or [{ duration, rate }, ...].
func stagesOption(v any) ([]Stage, error) {
	items, ok := v.([]any)
	if !ok || len(items) == 0 {
		return nil, fmt.Errorf("is %s, but must be a list of stages such as { duration: '30s', target: 50 }", show(v))
	}
	stages := make([]Stage, 0, len(items))
	for i, item := range items {
		stage, err := stageOf(item)
		if err != nil {
			return nil, fmt.Errorf("cannot be read: stage %d: %w", i+1, err)
		}
		stages = append(stages, stage)
	}
	for _, s := range stages[1:] {
		if (s.Rate == nil) != (stages[0].Rate == nil) {
			return nil, fmt.Errorf("mixes targets and rates: all stages have a target, or all have a rate")
		}
	}
	return stages, nil
}

func stageOf(v any) (s Stage, err error) {
	object, ok := v.(map[string]any)
	if !ok {
		return s, fmt.Errorf("%s is not an object such as { duration: '30s', target: 50 }", show(v))
	}
	for name := range object {
		if fields := []string{"duration", "target", "rate"}; !slices.Contains(fields, name) {
			return s, unknownField(name, fields, "a stage has duration, and target or rate")
		}
	}
	duration, set := object["duration"]
	if !set {
		return s, fmt.Errorf("%s has no duration", show(v))
	}
	var length time.Duration
	if length, err = DurationOf(duration); err != nil {
		return s, err
	}
	s.Duration = Duration(length)
	target, hasTarget := object["target"]
	rate, hasRate := object["rate"]
	switch {
	case hasTarget == hasRate:
		return s, fmt.Errorf("%s needs either a target (a number of users) or a rate", show(v))
	case hasTarget:
		users, err := wholeNumber(target)
		if err == nil && users < 0 {
			err = fmt.Errorf("is %d, but must be 0 or more", users)
		}
		if err != nil {
			return s, fmt.Errorf("its target %w", err)
		}
		s.Target = &users
	default:
		perTime, err := rateOption(rate)
		if err != nil {
			return s, fmt.Errorf("its rate %w", err)
		}
		s.Rate = &perTime
	}
	return s, nil
}

// ParseStage reads a stage of the command line: '30s:50' leads to 50 users, '30s:10/s' to a rate.
func ParseStage(text string) (Stage, error) {
	length, goal, ok := strings.Cut(text, ":")
	if !ok {
		return Stage{}, fmt.Errorf("%q is not a stage: write for example 30s:50 for users, or 30s:10/s for a rate", text)
	}
	duration, err := ParseDuration(length)
	if err != nil {
		return Stage{}, err
	}
	stage := Stage{Duration: Duration(duration)}
	if users, ok := wholeText(goal); ok {
		stage.Target = &users
		return stage, nil
	}
	rate, err := shape.ParseRate(goal)
	if err != nil {
		return Stage{}, fmt.Errorf("%q leads neither to a number of users, such as 30s:50, nor to a rate, such as 30s:10/s", text)
	}
	stage.Rate = &rate
	return stage, nil
}
