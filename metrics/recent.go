package metrics

// recentSeconds is the length of the window that displays show as "now".
const recentSeconds = 10

// recentValues holds the samples of the last seconds, all labels together.
type recentValues struct {
	seconds [recentSeconds]secondValues
	newest  int
}

type secondValues struct {
	second     int
	histograms map[string]*dist
	counters   map[string]int64
}

// at returns the values of a second, nil when it is too old to matter.
func (r *recentValues) at(second int) *secondValues {
	if second <= r.newest-recentSeconds {
		return nil
	}
	r.newest = max(r.newest, second)
	v := &r.seconds[second%recentSeconds]
	if v.second != second || v.counters == nil {
		*v = secondValues{second: second, histograms: make(map[string]*dist), counters: make(map[string]int64)}
	}
	return v
}

func (r *recentValues) histogram(metric string, second int) *dist {
	v := r.at(second)
	if v == nil {
		return nil
	}
	d, ok := v.histograms[metric]
	if !ok {
		d = newDist()
		v.histograms[metric] = d
	}
	return d
}

func (r *recentValues) count(metric string, second int, n int64) {
	if v := r.at(second); v != nil {
		v.counters[metric] += n
	}
}

// merged returns the distribution of a metric over the seconds after now-10.
func (r *recentValues) merged(metric string, now int) *dist {
	all := newDist()
	for i := range r.seconds {
		v := &r.seconds[i]
		if d := v.histograms[metric]; d != nil && v.second > now-recentSeconds {
			mergeDist(all, d)
		}
	}
	return all
}

func (r *recentValues) sum(metric string, now int) int64 {
	var n int64
	for i := range r.seconds {
		if v := &r.seconds[i]; v.second > now-recentSeconds {
			n += v.counters[metric]
		}
	}
	return n
}
