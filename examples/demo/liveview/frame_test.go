package liveview

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestDecodeText(t *testing.T) {
	f, err := DecodeText([]byte(`["4",null,"lv:x","event",{"a":1}]`))
	if err != nil {
		t.Fatal(err)
	}
	if f.JoinRef != "4" || f.Ref != "" || f.Topic != "lv:x" || f.Event != "event" || string(f.Payload) != `{"a":1}` {
		t.Errorf("got %+v", f)
	}
	for _, bad := range []string{``, `{}`, `[]`, `["1","2","t","e"]`, `["1","2","t","e",{},1]`, `[1,"2","t","e",{}]`, `["1","2",{},"e",{}]`} {
		if _, err := DecodeText([]byte(bad)); err == nil {
			t.Errorf("DecodeText(%s) = nil error", bad)
		}
	}
}

func TestDecodeBinary(t *testing.T) {
	frame := append([]byte{0, 1, 2, 5, 5}, "134lvu:0chunk\x00\xff"...)
	f, err := DecodeBinary(frame)
	if err != nil {
		t.Fatal(err)
	}
	if f.JoinRef != "1" || f.Ref != "34" || f.Topic != "lvu:0" || f.Event != "chunk" || string(f.Payload) != "\x00\xff" || !f.Binary {
		t.Errorf("got %+v", f)
	}
	for _, bad := range [][]byte{nil, {0, 0, 0, 0}, {1, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, frame[:9]} {
		if _, err := DecodeBinary(bad); err == nil {
			t.Errorf("DecodeBinary(%v) = nil error", bad)
		}
	}
}

func TestAppendStringIsJSON(t *testing.T) {
	for _, s := range []string{"", "plain", `"\`, "\x00\x1f\n\t\r", "ünï 日本 \u2028", "<&>"} {
		var back string
		if err := json.Unmarshal(appendString(nil, s), &back); err != nil || back != s {
			t.Errorf("%q came back as %q, %v", s, back, err)
		}
	}
}

func TestReplyFrame(t *testing.T) {
	got := string(replyFrame("1", "2", "lv:x", "ok", []byte(`{"a":1}`)))
	if want := `["1","2","lv:x","phx_reply",{"status":"ok","response":{"a":1}}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	got = string(pushFrame("1", "", "lv:x", "diff", []byte(`{}`)))
	if want := `["1",null,"lv:x","diff",{}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzDecode looks for frames that crash the parser, and for text frames that do not survive being
// written again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`["1","2","lv:x","event",{"type":"click","event":"inc","value":{}}]`), false)
	f.Add([]byte(`["1","2","lv:x","event",{"type":"form","event":"save","value":"a=1&b=%ff"}]`), false)
	f.Add([]byte(`[null,"9","phoenix","heartbeat",{}]`), false)
	f.Add(append([]byte{0, 1, 1, 5, 5}, "12lvu:0chunkdata"...), true)
	f.Fuzz(func(t *testing.T, data []byte, binary bool) {
		if binary {
			if frame, err := DecodeBinary(data); err == nil && len(frame.Payload) > len(data) {
				t.Errorf("payload is longer than its frame")
			}
			return
		}
		frame, err := DecodeText(data)
		if err != nil {
			return
		}
		_, _ = parseEvent(frame.Payload) // must not panic
		again, err := DecodeText(pushFrame(frame.JoinRef, frame.Ref, frame.Topic, frame.Event, frame.Payload))
		if err != nil {
			t.Fatalf("frame %q written again: %v", data, err)
		}
		if again.Topic != frame.Topic || again.Ref != frame.Ref || !strings.EqualFold(string(again.Payload), string(frame.Payload)) {
			t.Errorf("got %+v, want %+v", again, frame)
		}
	})
}
