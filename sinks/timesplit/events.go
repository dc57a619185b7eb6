package timesplit

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
)

// events splits LiveView events that were answered.
func events(r *metrics.Result) (all []Split) {
	byEvent := func(m *metrics.Metric) map[key]values {
		return grouped(r, m, func(l metrics.Labels) (key, bool) { return key{l.Get("event"), l.Get("page")}, true })
	}
	answers, waits, patches := byEvent(metrics.LiveViewEventDuration), byEvent(metrics.LiveViewEventWait), byEvent(metrics.LiveViewPatchDuration)
	handlers := handlersOf(r)
	for _, k := range sortedKeys(answers) {
		answer, wait := answers[k], waits[k]
		s := Split{Of: Event, Name: k.name, Page: k.page, Count: answer.Count()}
		switch known := wait.Count(); {
		case known == 0:
			s.Unknown = append(s.Unknown, "how long it waited in the page: no input is known that has caused it")
		case known < answer.Count():
			s.Unknown = append(s.Unknown, fmt.Sprintf("how long it waited in the page, for %d of %d, which count as no wait: no input is known that has caused them", answer.Count()-known, answer.Count()))
		}
		if known := wait.Count(); known > 0 {
			s.Parts = append(s.Parts, measured(InPage, "waiting in the page", wait, max(known, answer.Count())))
		}
		s.answered(measured(InServer, "network and server", answer, answer.Count()), handlers, k.name)
		s.Parts = append(s.Parts, measured(InPatch, "showing the answer", patches[k], answer.Count()))
		all = append(all, s)
	}
	return all
}

// answered adds the time until the answer, with the handler of an event apart when the application has told it.
func (s *Split) answered(whole Part, handlers map[string]handled, event string) {
	handler, known := handlers[event]
	if !known {
		s.Parts = append(s.Parts, whole)
		s.Unknown = append(s.Unknown, "how much of network and server the application's handlers took: liveload docs why-slow says how it can tell")
		return
	}
	s.apart(whole, handler.mean(), "application's handler")
}

// apart divides the time until an answer into the handler's and the rest.
func (s *Split) apart(whole Part, handler float64, name string) {
	if handler > whole.Mean {
		s.Unknown = append(s.Unknown, fmt.Sprintf("how much of the time was network: the %s took longer on average than these answers, so it has worked for others too", name))
		handler = whole.Mean
	}
	s.Parts = append(s.Parts,
		Part{Where: OnNetwork, Name: "network and queues", Mean: whole.Mean - handler},
		Part{Where: InHandler, Name: name, Mean: handler})
}
