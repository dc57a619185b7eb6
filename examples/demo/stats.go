package demo

import (
	"maps"
	"strconv"
	"sync"

	"github.com/liveload/liveload/examples/demo/liveview"
)

// Stats is what the server knows to have happened since its start or the last reset: the truth
// that a load test's numbers are compared with. It is the JSON of GET /__stats.
type Stats struct {
	SocketsNow        int64                 `json:"sockets_now"`
	SocketsOpened     int64                 `json:"sockets_opened"`
	SocketsClosed     int64                 `json:"sockets_closed"`
	Transports        map[string]int64      `json:"transports"` // sockets opened, by transport
	Joins             map[string]int64      `json:"joins"`      // accepted joins by page; nested views as nested:<name>
	JoinsTotal        int64                 `json:"joins_total"`
	Rejoins           int64                 `json:"rejoins"`       // those of JoinsTotal that were not a view's first
	JoinsRefused      map[string]int64      `json:"joins_refused"` // by page, or stale, unauthorized
	ViewsMounted      MountStats            `json:"views_mounted"`
	Events            map[string]int64      `json:"events"`        // handled events by name
	EventsTotal       int64                 `json:"events_total"`  // sum of Events
	Pushes            map[string]int64      `json:"pushes"`        // handled messages by channel event: event, live_patch, ...
	HTTPRequests      HTTPStats             `json:"http_requests"` // without /__stats and WebSocket upgrades
	Navigations       NavigationStats       `json:"navigations"`
	Frames            map[string]FrameStats `json:"frames"` // by transport
	Uploads           UploadStats           `json:"uploads"`
	DisconnectsForced int64                 `json:"disconnects_forced"`
	Errors            map[string]int64      `json:"errors"` // views that crashed, by page
	HandlerTime       TimeStats             `json:"handler_time"`
}

// MountStats counts mounts by page: for page loads and for joins.
type MountStats struct {
	HTTP      map[string]int64 `json:"http"`
	Connected map[string]int64 `json:"connected"`
}

// HTTPStats counts responses when their status is sent. Status 499 is a client that went away.
type HTTPStats struct {
	Total    int64                       `json:"total"`
	ByPath   map[string]int64            `json:"by_path"`
	ByStatus map[string]int64            `json:"by_status"`
	Detail   map[string]map[string]int64 `json:"by_path_and_status"`
}

// NavigationStats counts how users moved without loading a page, and what the server asked for.
type NavigationStats struct {
	Patch          int64 `json:"patch"`    // live_patch messages of clients that a view handled
	Redirect       int64 `json:"redirect"` // first joins of a live navigation
	ServerPatch    int64 `json:"server_patch"`
	ServerNavigate int64 `json:"server_navigate"`
	ServerRedirect int64 `json:"server_redirect"`
}

// FrameStats counts channel messages and the bytes of their payloads. Bodies are long-poll only:
// one carries any number of messages.
type FrameStats struct {
	Received          int64 `json:"received"`
	ReceivedBytes     int64 `json:"received_bytes"`
	Sent              int64 `json:"sent"`
	SentBytes         int64 `json:"sent_bytes"`
	BodiesReceived    int64 `json:"bodies_received,omitempty"`
	BodyReceivedBytes int64 `json:"body_received_bytes,omitempty"`
	BodiesSent        int64 `json:"bodies_sent,omitempty"`
	BodySentBytes     int64 `json:"body_sent_bytes,omitempty"`
}

// UploadStats counts files.
type UploadStats struct {
	Started  int64 `json:"started"`
	Finished int64 `json:"finished"`
	Bytes    int64 `json:"bytes"` // of the finished ones
}

// TimeStats is the time from the arrival of an event until its handler returned, with ?delay= and
// with the time the event waited for those before it. Percentiles are at most 1.1 % too high.
type TimeStats struct {
	Count int64   `json:"count"`
	P50US float64 `json:"p50_us"`
	P95US float64 `json:"p95_us"`
}

// A recorder counts under one lock: an increment takes tens of nanoseconds, and a snapshot is one
// consistent moment.
type recorder struct {
	mu    sync.Mutex
	stats Stats
	times histogram
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
		Frames:       map[string]FrameStats{}, Errors: counts(),
	}
	r.times = histogram{}
}

func (r *recorder) snapshot() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats
	s.Transports, s.Joins, s.JoinsRefused = maps.Clone(s.Transports), maps.Clone(s.Joins), maps.Clone(s.JoinsRefused)
	s.ViewsMounted = MountStats{HTTP: maps.Clone(s.ViewsMounted.HTTP), Connected: maps.Clone(s.ViewsMounted.Connected)}
	s.Events, s.Pushes, s.Errors, s.Frames = maps.Clone(s.Events), maps.Clone(s.Pushes), maps.Clone(s.Errors), maps.Clone(s.Frames)
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
		st.Pushes[s.Label]++
	case liveview.Handled:
		st.Events[s.Label]++
		st.EventsTotal++
		r.times.add(s.Took)
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
