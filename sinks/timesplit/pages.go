package timesplit

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
)

// pages splits the loading of documents.
func pages(r *metrics.Result) (all []Split) {
	loads := byPage(r, metrics.DocumentLoad)
	first := grouped(r, metrics.WebVitalTTFB, func(l metrics.Labels) (key, bool) {
		return key{page: l.Get("page")}, l.Get("navigation") != "soft-navigation"
	})
	document := func(m *metrics.Metric) map[key]values {
		return grouped(r, m, func(l metrics.Labels) (key, bool) { return key{page: l.Get("path")}, l.Get("type") == "document" })
	}
	whole, answers := document(metrics.HTTPRequestDuration), document(metrics.HTTPRequestTTFB)
	resources, timings := byPage(r, metrics.DocumentResources), timingsOf(r)
	for _, k := range sortedKeys(loads) {
		load := loads[k]
		s := Split{Of: Page, Page: k.page, Count: load.Count(), Mean: load.mean(), P50: load.Quantile(0.5), P95: load.Quantile(0.95)}
		if answers[k].Count() == 0 || first[k].Count() == 0 {
			s.Parts = []Part{{Where: InServer, Name: "loading", Mean: load.mean()}}
			s.Unknown = append(s.Unknown, "how it divides: no document of this page was measured, or it came from the cache")
			all = append(all, s)
			continue
		}
		answer := measured(InServer, "network and server", answers[k], answers[k].Count())
		before, body := first[k].mean()-answer.Mean, whole[k].mean()-first[k].mean()
		s.Parts = append(s.Parts, Part{Where: OnNetwork, Name: "redirects, DNS and connecting", Mean: before})
		if timing, known := timings[k.page]; known {
			s.apart(answer, timing.mean(), fmt.Sprintf("application (Server-Timing %q)", timing.entry))
		} else {
			s.Parts = append(s.Parts, answer)
			s.Unknown = append(s.Unknown, "how much of network and server the application took: it sends no header Server-Timing")
		}
		s.Parts = append(s.Parts, Part{Where: OnNetwork, Name: "receiving the page", Mean: body})
		if resources[k].Count() > 0 {
			s.Parts = append(s.Parts, measured(InResources, "waiting for resources", resources[k], resources[k].Count()))
		}
		s.Parts = append(s.Parts, Part{Where: InPage, Name: "the page's own work", Mean: load.mean() - whole[k].mean() - resources[k].mean()})
		all = append(all, s)
	}
	return all
}

// A timing is an entry of the header Server-Timing.
type timing struct {
	values
	entry string
}

// timingsOf returns the longest entry of each page: others are parts of it.
func timingsOf(r *metrics.Result) map[string]timing {
	all := make(map[string]timing)
	entries := grouped(r, metrics.HTTPServerTiming, func(l metrics.Labels) (key, bool) {
		return key{l.Get("entry"), l.Get("path")}, l.Get("type") == "document"
	})
	for _, k := range sortedKeys(entries) {
		if one := entries[k]; one.Sum() > all[k.page].Sum() {
			all[k.page] = timing{one, k.name}
		}
	}
	return all
}

// navigations splits live navigations.
func navigations(r *metrics.Result) (all []Split) {
	loads := grouped(r, metrics.LiveViewPageLoadingDuration, func(l metrics.Labels) (key, bool) {
		kind := l.Get("kind")
		return key{kind, l.Get("page")}, kind == "patch" || kind == "redirect"
	})
	answers := grouped(r, metrics.LiveViewNavigationReply, func(l metrics.Labels) (key, bool) { return key{l.Get("type"), l.Get("page")}, true })
	for _, k := range sortedKeys(loads) {
		load, answer := loads[k], answers[k]
		if answer.Count() == 0 {
			continue // the server has sent the page there by itself
		}
		s := Split{Of: Navigation, Name: k.name, Page: k.page, Count: load.Count(), Mean: load.mean(), P50: load.Quantile(0.5), P95: load.Quantile(0.95)}
		s.Parts = []Part{
			measured(InServer, "network and server", answer, answer.Count()),
			{Where: InPage, Name: "the page's own work", Mean: load.mean() - answer.mean()},
		}
		all = append(all, s)
	}
	return all
}
