package demo

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
	Diffs             map[string]SizeStats  `json:"diffs_pushed"`  // diffs that no message had asked for, by page
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

// SizeStats counts things and their bytes.
type SizeStats struct {
	Count int64 `json:"count"`
	Bytes int64 `json:"bytes"`
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
