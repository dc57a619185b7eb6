package cluster

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// A saturationWatch tells in the log which nodes are saturated while others are not, once each, and again when that changes.
type saturationWatch struct {
	told []string // nodes
}

// follow looks at a new state of the run.
func (w *saturationWatch) follow(now *metrics.Interval, log *slog.Logger) {
	health := &now.Health
	if len(health.SaturatedNodes) >= now.Nodes {
		return // all of them: the display says so
	}
	for _, name := range health.SaturatedNodes {
		if !slices.Contains(w.told, name) {
			log.Warn("a node is saturated, while others are not: what its users measure says more of the node than of the application", "node", name, "reason", reasonOf(health, name))
		}
	}
	for _, name := range w.told {
		if !slices.Contains(health.SaturatedNodes, name) {
			log.Info("a node is no longer saturated", "node", name)
		}
	}
	w.told = health.SaturatedNodes
}

// reasonOf is the first reason for which a node is saturated.
func reasonOf(health *metrics.Health, name string) string {
	for _, reason := range health.Reasons {
		if text, ok := strings.CutPrefix(reason, "node "+name+": "); ok {
			return text
		}
	}
	return ""
}
