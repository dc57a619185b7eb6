package demo

import (
	"maps"
	"strconv"
	"sync"

	"github.com/liveload/liveload/examples/demo/liveview"
)

// maxLabels bounds maps whose keys clients choose; the rest is counted as "other".
const maxLabels = 500

func label(counts map[string]int64, name string) string {
	if _, known := counts[name]; known || len(counts) < maxLabels {
		return name
	}
	return "other"
}

// A recorder counts under one lock: an increment takes tens of nanoseconds, and a snapshot is one
// consistent moment.
type recorder struct {
	mu    sync.Mutex
	stats Stats
	times histogram
	// Beside what is in stats: how long the handlers of events took.
	handlers map[handler]handlerTime
}

func newRecorder() *recorder {
	r := &recorder{}
	r.reset()
	return r
}

// reset zeroes everything but the number of open sockets.
func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := func() map[string]int64 { return make(map[string]int64) }
	r.stats = Stats{
		SocketsNow: r.stats.SocketsNow, Transports: counts(), Joins: counts(), JoinsRefused: counts(),
		ViewsMounted: MountStats{HTTP: counts(), Connected: counts()}, Events: counts(), Pushes: counts(),
		HTTPRequests: HTTPStats{ByPath: counts(), ByStatus: counts(), Detail: make(map[string]map[string]int64)},
		Diffs:        map[string]SizeStats{}, Frames: map[string]FrameStats{}, Errors: counts(),
	}
	r.times, r.handlers = histogram{}, make(map[handler]handlerTime)
}

func (r *recorder) snapshot() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats
	s.Transports, s.Joins, s.JoinsRefused = maps.Clone(s.Transports), maps.Clone(s.Joins), maps.Clone(s.JoinsRefused)
	s.ViewsMounted = MountStats{HTTP: maps.Clone(s.ViewsMounted.HTTP), Connected: maps.Clone(s.ViewsMounted.Connected)}
	s.Events, s.Pushes, s.Errors, s.Frames = maps.Clone(s.Events), maps.Clone(s.Pushes), maps.Clone(s.Errors), maps.Clone(s.Frames)
	s.Diffs = maps.Clone(s.Diffs)
	s.HTTPRequests.ByPath, s.HTTPRequests.ByStatus = maps.Clone(s.HTTPRequests.ByPath), maps.Clone(s.HTTPRequests.ByStatus)
	s.HTTPRequests.Detail = make(map[string]map[string]int64, len(r.stats.HTTPRequests.Detail))
	for path, byStatus := range r.stats.HTTPRequests.Detail {
		s.HTTPRequests.Detail[path] = maps.Clone(byStatus)
	}
	s.HandlerTime = TimeStats{Count: r.times.count, P50US: r.times.quantile(0.5), P95US: r.times.quantile(0.95)}
	return s
}

// request counts one HTTP response. path is normalised.
func (r *recorder) request(path string, status int) {
	code := strconv.Itoa(status)
	r.mu.Lock()
	defer r.mu.Unlock()
	h := &r.stats.HTTPRequests
	path = label(h.ByPath, path)
	h.Total++
	h.ByPath[path]++
	h.ByStatus[code]++
	if h.Detail[path] == nil {
		h.Detail[path] = make(map[string]int64)
	}
	h.Detail[path][code]++
}

// observe counts what the LiveView server reports.
func (r *recorder) observe(s liveview.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	st := &r.stats
	switch s.Kind {
	case liveview.SocketOpened:
		st.SocketsNow++
		st.SocketsOpened++
		st.Transports[s.Label]++
	case liveview.SocketClosed:
		st.SocketsNow--
		st.SocketsClosed++
	case liveview.Joined:
		r.joined(s)
	case liveview.JoinRefused:
		st.JoinsRefused[s.Label]++
	case liveview.Mounted:
		if s.Connected {
			st.ViewsMounted.Connected[s.Label]++
		} else {
			st.ViewsMounted.HTTP[s.Label]++
		}
	case liveview.Pushed:
		st.Pushes[label(st.Pushes, s.Label)]++
	case liveview.DiffPushed:
		known := st.Diffs[s.Label]
		st.Diffs[s.Label] = SizeStats{known.Count + 1, known.Bytes + int64(s.Bytes)}
	case liveview.Handled:
		st.Events[label(st.Events, s.Label)]++
		st.EventsTotal++
		r.times.add(s.Took)
		r.handled(s)
	case liveview.Crashed:
		st.Errors[s.Label]++
	case liveview.ForcedOff:
		st.DisconnectsForced++
	case liveview.UploadStarted:
		st.Uploads.Started++
	case liveview.UploadFinished:
		st.Uploads.Finished++
		st.Uploads.Bytes += int64(s.Bytes)
	default:
		r.moved(s)
	}
}

func (r *recorder) joined(s liveview.Signal) {
	r.stats.Joins[s.Label]++
	r.stats.JoinsTotal++
	if s.Rejoin {
		r.stats.Rejoins++
	}
	if s.Redirect {
		r.stats.Navigations.Redirect++
	}
}

// moved counts navigations and frames.
func (r *recorder) moved(s liveview.Signal) {
	n := &r.stats.Navigations
	f := r.stats.Frames[s.Label]
	size := int64(s.Bytes)
	switch s.Kind {
	case liveview.LivePatched:
		n.Patch++
		return
	case liveview.ServerPatched:
		n.ServerPatch++
		return
	case liveview.ServerNavigated:
		n.ServerNavigate++
		return
	case liveview.ServerRedirected:
		n.ServerRedirect++
		return
	case liveview.FrameIn:
		f.Received, f.ReceivedBytes = f.Received+1, f.ReceivedBytes+size
	case liveview.FrameOut:
		f.Sent, f.SentBytes = f.Sent+1, f.SentBytes+size
	case liveview.BodyIn:
		f.BodiesReceived, f.BodyReceivedBytes = f.BodiesReceived+1, f.BodyReceivedBytes+size
	case liveview.BodyOut:
		f.BodiesSent, f.BodySentBytes = f.BodiesSent+1, f.BodySentBytes+size
	}
	r.stats.Frames[s.Label] = f
}
