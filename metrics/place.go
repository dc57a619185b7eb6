package metrics

// A place is where the samples of a series go, whichever node they are of.
type place struct {
	labels Labels // as they are kept
	first  Labels // what the Result of a node tells apart
	shown  bool   // over time, too
}

// place finds the place of a series. Over all nodes the labels of a metric stay within bounds, as in a Scope those of
// one.
func (s *scenarioState) place(in *Series) *place {
	key := seriesID{in.Metric, in.Labels}
	if known, ok := s.places[key]; ok {
		return known
	}
	m, labels := s.metrics.find(in.Metric), in.Labels
	if !m.OfGenerator() { // of which each node has one set
		labels = s.limits.admit(m, labels, in.samples())
	}
	p := &place{labels, m.firstLabel(labels), shownByNode(in.Metric)}
	if m.Kind != "" && labels == in.Labels { // a metric that is defined, and not one of many sets that go to other
		s.places[key] = p
	}
	return p
}

// firstLabel returns the labels that say what By does.
func (m *Metric) firstLabel(labels Labels) Labels {
	if len(m.Labels) == 0 {
		return labels
	}
	return LabelsOf(m.Labels[0].Name, labels.Get(m.Labels[0].Name))
}
