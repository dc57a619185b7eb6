package telemetry

import (
	"fmt"
	"testing"
)

func TestOutcomes(t *testing.T) {
	for _, tt := range []struct {
		text string
		want outcome
		none bool
	}{
		{text: "Failed to load resource: the server responded with a status of 404 (Not Found)", want: outcome{status: 404}},
		{text: "Failed to load resource: the server responded with a status of 599 ()", want: outcome{status: 599}},
		{text: "Failed to load resource: net::ERR_CONNECTION_REFUSED", want: outcome{reason: "refused"}},
		{text: "Failed to load resource: net::ERR_NAME_NOT_RESOLVED", want: outcome{reason: "name not found"}},
		{text: "Failed to load resource: net::ERR_CONNECTION_TIMED_OUT", want: outcome{reason: "timeout"}},
		{text: "Failed to load resource: net::ERR_EMPTY_RESPONSE", want: outcome{reason: "network"}},
		{text: "WebSocket connection to 'ws://h/x?a=b' failed: Error during WebSocket handshake: Unexpected response code: 503", want: outcome{status: 503}},
		{text: "WebSocket connection to 'ws://h/x' failed: Error in connection establishment: net::ERR_CONNECTION_REFUSED", want: outcome{reason: "refused"}},
		{text: "WebSocket connection to 'ws://h/x' failed: WebSocket is closed before the connection is established.", want: outcome{reason: "aborted"}},
		{text: "WebSocket connection to 'ws://h/x' failed: Error during WebSocket handshake: 'Upgrade' header is missing", want: outcome{reason: "network"}},
		{text: "Access to fetch at 'http://h/' has been blocked", none: true},
	} {
		var o outcomes
		o.note(tt.text, "http://h/page")
		_, here := o.take("http://h/page")
		socket, there := o.take("ws://h/x")
		if known := here || there; known == tt.none {
			t.Errorf("%q is known: %v", tt.text, known)
		}
		if got, _ := outcomeOf(tt.text); !tt.none && got != tt.want || there && socket != tt.want {
			t.Errorf("%q is %+v, want %+v", tt.text, got, tt.want)
		}
	}
}

// TestOutcomesAreTakenOnceAndBounded: they are taken in order, and the oldest go when nobody takes them.
func TestOutcomesAreTakenOnceAndBounded(t *testing.T) {
	var o outcomes
	for _, status := range []int{404, 503} {
		o.note(fmt.Sprintf("the server responded with a status of %d ()", status), "http://h/a#x")
	}
	for _, want := range []int{404, 503, 0} {
		if got, _ := o.take("http://h/a"); got.status != want {
			t.Errorf("took %+v, want %d", got, want)
		}
	}
	for i := range mostOutcomes + 1 {
		o.note("net::ERR_FAILED", fmt.Sprint("http://h/", i))
	}
	if len(o.order) != mostOutcomes || len(o.byURL) != mostOutcomes {
		t.Errorf("%d outcomes of %d addresses are kept, want %d", len(o.order), len(o.byURL), mostOutcomes)
	}
	if _, ok := o.take("http://h/0"); ok {
		t.Error("the oldest is still there")
	}
}

func TestRefusalsInARow(t *testing.T) {
	d := NewDecoder(nil, nil)
	for range 3 {
		d.NoteLog("WebSocket connection to 'ws://h/live/websocket?_csrf_token=x' failed: Error during WebSocket handshake: Unexpected response code: 503", "http://h/")
	}
	if got, want := d.Refusal().String(), "the handshake of its socket ws://h/live/websocket failed 3 times: status 503"; got != want {
		t.Errorf("refusal %q, want %q", got, want)
	}
	d.ForgetRefusal()
	if d.Refusal() != (Refusal{}) {
		t.Errorf("%v is not forgotten", d.Refusal())
	}
}
