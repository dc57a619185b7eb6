package liveview

import "time"

// A Signal tells the user of this package about one thing that happened, before the client can
// know of it. Which fields are set depends on Kind.
type Signal struct {
	Kind      SignalKind
	Label     string        // transport, page or event name
	Bytes     int           // payload size
	Took      time.Duration // Handled: from the arrival of the event until its reply was ready
	Handler   time.Duration // Handled: of that, from when its turn had come
	View      string        // Handled: the page, or the nested view
	Nested    bool          // Joined: not the page's main view
	Redirect  bool          // Joined: the first join of a live navigation
	Rejoin    bool          // Joined: the view was joined before in the same page
	Connected bool          // Mounted: for a join, not for a page load
}

// SignalKind is what happened.
type SignalKind int

// The label of each kind is in brackets.
const (
	SocketOpened     SignalKind = iota // (transport)
	SocketClosed                       // (transport)
	FrameIn                            // (transport) a message from the client, Bytes long
	FrameOut                           // (transport) a message to the client, Bytes long
	BodyIn                             // (transport) a long-poll request body
	BodyOut                            // (transport) a long-poll response body
	Pushed                             // (channel event) a message other than join, leave and heartbeat
	DiffPushed                         // (page) a diff that no message had asked for, Bytes long
	Joined                             // (page) a join was accepted
	JoinRefused                        // (page) a join was answered with an error
	Mounted                            // (page) Mount returned
	Handled                            // (event name) HandleEvent returned; Took
	LivePatched                        // (page) a live patch asked for by the client was handled
	ServerPatched                      // (page) Socket.PushPatch
	ServerNavigated                    // (page) Socket.PushNavigate
	ServerRedirected                   // (page) Socket.Redirect
	Crashed                            // (page) a connected view ended by an error or a panic
	ForcedOff                          // (transport) Socket.Disconnect
	UploadStarted                      // (upload name)
	UploadFinished                     // (upload name) Bytes received
)
