package session

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/telemetry"
	"github.com/liveload/liveload/metrics"
)

// boundRecorder counts the calls that a page can bring about.
type boundRecorder struct {
	t     *testing.T
	calls int
}

func (r *boundRecorder) Observe(*metrics.Metric, metrics.Labels, float64) { r.calls++ }
func (r *boundRecorder) Add(m *metrics.Metric, _ metrics.Labels, n int64) {
	if r.calls++; n < 0 {
		r.t.Errorf("%s: %d", m.Name, n)
	}
}

// FuzzBrowserMessages: what the browser tells of a page, and what a page answers, is any JSON. It costs steps in proportion to its
// bytes, nothing of it stays beside what the decoder keeps, and no press is invented.
func FuzzBrowserMessages(f *testing.F) {
	const batch = `{\"d\":\"7x4k\",\"n\":1,\"h\":[[\"liveview_event_duration_us\",\"inc\\nhttp://127.0.0.1:8080/counter\",[2100]]],\"c\":[],\"u\":[]}`
	for _, seed := range []struct{ method, params, answer string }{
		{"Runtime.bindingCalled", `{"name":"__liveloadSend","payload":"` + batch + `","executionContextId":3}`, `{"result":{"type":"object","value":{"v":[12,34,{"ID":1}]}}}`},
		{"Runtime.bindingCalled", `{"name":"__liveloadPressed","payload":"hit 1","executionContextId":3}`, `{"result":{"type":"object","value":{"t":["\"#a\" to be visible","no element matches it"]}}}`},
		{"Runtime.bindingCalled", `{"name":"__playwright__binding__","payload":"{\"name\":\"x\"}","executionContextId":3}`, `{"result":{"type":"object","value":{"a":["w","f"],"l":1}}}`},
		{"Log.entryAdded", `{"entry":{"source":"network","level":"error","text":"Failed to load resource: the server responded with a status of 404 (Not Found)","timestamp":1764400000000.1,"url":"http://127.0.0.1:8080/none","networkRequestId":"17.2"}}`, `{"result":{"type":"object","value":{"d":503,"u":"http://127.0.0.1:8080/"}}}`},
		{"Log.entryAdded", `{"entry":{"source":"network","level":"error","text":"WebSocket connection to 'ws://127.0.0.1:8080/live/websocket?vsn=2.0.0' failed: Error during WebSocket handshake: Unexpected response code: 503","url":"http://127.0.0.1:8080/app.js"}}`, `{"result":{"type":"string","value":"{\"g\":1}"}}`},
		{"Inspector.targetCrashed", `{}`, `{"exceptionDetails":{"exceptionId":1,"text":"Uncaught (in promise)","exception":{"type":"object","description":"TypeError: no"}}}`},
		{"Runtime.consoleAPICalled", `{"type":"log","args":[{"type":"string","value":"hello"}],"executionContextId":3,"timestamp":1764400000000.1}`, `{"result":{"type":"object","value":{"e":"it is not a file input"}}}`},
		{"Runtime.executionContextCreated", `{"context":{"id":3,"origin":"http://127.0.0.1:8080","name":"","uniqueId":"1.2","auxData":{"isDefault":true,"type":"default","frameId":"A"}}}`, `{"result":{"type":"object","value":{"s":1}}}`},
	} {
		f.Add(seed.method, seed.params, seed.answer)
	}
	pages, err := metrics.NewPageLabeler(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, params, answer string) {
		recorder := &boundRecorder{t: t}
		s := &session{presses: newPresses(), decoder: telemetry.NewDecoder(recorder, pages)}
		s.Guard = calls.NewGuard(make(chan struct{}), func(string) {}, func() (struct{}, error) { return struct{}{}, nil })
		defer s.End()
		aim := s.presses.aim(inpage.Aim{})
		for range 3 {
			s.hear(method, []byte(params))
		}
		if len(s.presses.results) != 0 {
			t.Error("a press was reported that had not begun")
		}
		if !s.presses.begin(aim.ID) {
			t.Error("a page has used up an aim")
		}
		s.hear(method, []byte(params))
		if n := len(s.presses.results); n > 1 || n == 1 && !strings.Contains(params, "payload") {
			t.Errorf("%d presses were reported", n)
		}
		if most := 4*len(params) + 40; recorder.calls > most {
			t.Errorf("%d bytes were recorded in %d steps", len(params), recorder.calls)
		}
		if s.IsLost() && method != "Inspector.targetCrashed" {
			t.Error("a message of the page has lost its session")
		}
		readAnswers(t, []byte(answer))
	})
}

// readAnswers reads an answer in all ways in which answers of pages are read: right or as an error.
func readAnswers(t *testing.T, answer []byte) {
	var r evaluated
	if cdp.Decode(answer, &r) != nil || r.Result.Value == nil {
		return
	}
	for _, into := range []any{nil, new(string), new(bool), new(float64), new(point), new([]string), new(jsontext.Value)} {
		err := inpage.ReadAnswer(r.Result.Value, into, func() error { return nil })
		if err != nil && len(err.Error()) > 3*len(answer)+1000 {
			t.Errorf("an answer of %d bytes is an error of %d", len(answer), len(err.Error()))
		}
	}
	if frames, err := framesOf(r.Result.Value); err == nil && len(frames) > mostFrames {
		t.Errorf("%d frames", len(frames))
	}
}
