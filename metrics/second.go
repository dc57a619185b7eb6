package metrics

import "time"

// A second collects what the nodes measured in one second of the run.
type second struct {
	number   int
	end      time.Duration // of its newest snapshot
	nodes    map[string]bool
	parts    map[*scenarioState]*secondPart
	revision int  // 0 before its first interval
	changed  bool // since its newest interval
}

// A secondPart is what was measured in one scenario, or of the nodes themselves. It is fresh until it is folded
// into the totals.
type secondPart struct {
	all   content
	fresh content
	news  *news               // folded since its newest interval; nil for nothing
	nodes map[string]*content // each node's part, as far as it was asked for
}

// news are what an interval adds to the one before of the same second: in the first one, everything.
type news struct {
	series   []Series // sorted by metric and labels
	active   int64    // users that there are more
	failures []FailureSample
}

type content struct {
	series   seriesSum
	users    UserCounts
	gone     int64 // users of a lost node
	failures []FailureSample
	newest   span
}

func newContent() content { return content{series: make(seriesSum)} }

// of returns the fresh content of a scenario, for the caller to change.
func (s *second) of(scenario *scenarioState) *content {
	s.changed = true
	p, ok := s.parts[scenario]
	if !ok {
		p = &secondPart{all: newContent(), fresh: newContent()}
		s.parts[scenario] = p
	}
	return &p.fresh
}

// content returns the folded content of a scenario.
func (s *second) content(scenario *scenarioState) content {
	if p := s.parts[scenario]; p != nil {
		return p.all
	}
	return content{}
}

// ofNode returns the content of one node. It is empty when there is none, or nobody asked for it.
func (s *second) ofNode(scenario *scenarioState, node string) content {
	if p := s.parts[scenario]; p != nil && p.nodes[node] != nil {
		return *p.nodes[node]
	}
	return content{}
}

// keepNode returns the content of one node, for the caller to change.
func (s *second) keepNode(scenario *scenarioState, node string) *content {
	s.of(scenario)
	p := s.parts[scenario]
	if p.nodes == nil {
		p.nodes = make(map[string]*content)
	}
	if p.nodes[node] == nil {
		c := newContent()
		p.nodes[node] = &c
	}
	return p.nodes[node]
}

// fold adds fresh content to the totals and the time series.
func (s *second) fold() {
	for scenario, p := range s.parts {
		fresh := &p.fresh
		p.news = &news{series: fresh.series.share(), active: fresh.active()}
		fresh.failures = scenario.fold(fresh, p.news.series, s.number)
		p.news.failures = fresh.failures
		p.all.add(fresh, s.number)
		p.fresh = newContent()
	}
}

// takeNews returns what was folded since it was last called, nil for nothing.
func (s *second) takeNews(scenario *scenarioState) *news {
	p := s.parts[scenario]
	if p == nil {
		return nil
	}
	taken := p.news
	p.news = nil
	return taken
}

func (c *content) add(o *content, second int) {
	for one := range o.series.all() {
		c.series.add(&one.Series, second)
	}
	c.users = c.users.plus(o.users)
	c.gone += o.gone
	c.failures = append(c.failures[:len(c.failures):len(c.failures)], o.failures...)
	c.newest = c.newest.later(o.newest)
}

// active is how many more users there are at the end of the second than at its beginning.
func (c content) active() int64 { return c.users.active() - c.gone }
