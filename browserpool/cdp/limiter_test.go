package cdp

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLimiter: a session that says more than it may is not heard for a while, those beside it are, and what was dropped is told
// to whom it concerns.
func TestLimiter(t *testing.T) {
	at := time.Unix(1e9, 0)
	c := &Conn{limiter: newLimiter(func() time.Time { return at })}
	dropped := map[string]int{}
	for _, name := range []string{"A", "B"} {
		c.ListenDropped("context "+name, func(why string) { dropped[name+": "+why]++ })
		c.limiter.admits("", fmt.Appendf(nil, `{"method":"Target.attachedToTarget","params":{"sessionId":"%s","targetInfo":{"targetId":"T","type":"page","browserContextId":"context %s"}}}`, name, name), true)
	}
	say := func(session, method, text string) bool {
		return c.limiter.admits(session, fmt.Appendf(nil, `{"method":"%s","params":{"text":"%s"},"sessionId":"%s"}`, method, text, session), true)
	}
	passed := 0
	for range 10_000 {
		if say("A", "Runtime.consoleAPICalled", "line") {
			passed++
		}
	}
	if want := int(talkRate.burst); passed != want || dropped["A: "+DroppedLines] != 10_000-want {
		t.Errorf("%d lines passed and %v were dropped, want %d", passed, dropped, want)
	}
	if !say("B", "Runtime.consoleAPICalled", "line") || !say("A", "Page.frameNavigated", "") || !c.limiter.admits("A", []byte(`{"method":"Runtime.bindingCalled","params":{"name":"__playwright__binding__","payload":"{}"},"sessionId":"A"}`), true) {
		t.Error("what is beside the lines of A was dropped too")
	}
	for _, payload := range []string{"", "x", "null", "[]", "{"} {
		if c.limiter.admits("A", fmt.Appendf(nil, `{"method":"Runtime.bindingCalled","params":{"name":"__playwright__binding__","payload":"%s"},"sessionId":"A"}`, payload), true) {
			t.Errorf("the call %q has passed, of which the driver dies", payload)
		}
		if !c.limiter.admits("A", fmt.Appendf(nil, `{"method":"Runtime.bindingCalled","params":{"name":"report","payload":"%s"},"sessionId":"A"}`, payload), true) {
			t.Errorf("the call %q of a function that a script has added was dropped", payload)
		}
	}
	at = at.Add(time.Second)
	if !say("A", "Runtime.consoleAPICalled", "line") {
		t.Error("A is not heard a second later")
	}
	if say("B", "Runtime.consoleAPICalled", strings.Repeat("x", longestLimited)) || dropped["B: "+DroppedLong] != 1 {
		t.Errorf("a long line has passed: %v", dropped)
	}
	if c.limiter.admits("B", []byte(`{"method":"Network.webSocketFrameReceived"`), false) || dropped["B: "+DroppedLong] != 2 {
		t.Errorf("half an event has passed: %v", dropped)
	}
	c.limiter.admits("", []byte(`{"method":"Target.detachedFromTarget","params":{"sessionId":"A"}}`), true)
	if len(c.limiter.sessions) != 1 {
		t.Errorf("%d sessions are known, want 1", len(c.limiter.sessions))
	}
}

// TestSlowed: while the other client is behind, a session that has said much says less, and one that has said little goes on.
func TestSlowed(t *testing.T) {
	at, behind := time.Unix(1e9, 0), false
	l := newLimiter(func() time.Time { return at })
	l.behind = func() bool { return behind }
	frames := func(session string, n int) (passed int) {
		for range n {
			if l.admits(session, []byte(`{"method":"Network.webSocketFrameReceived","params":{"requestId":"1.2"}}`), true) {
				passed++
			}
		}
		return passed
	}
	most := int(frameRate.slowed().burst)
	for _, step := range []struct {
		session      string
		behind       bool
		later        time.Duration
		frames, pass int
	}{
		{"noisy", false, 0, 2 * most, 2 * most},
		{"noisy", true, 0, 10, 0},
		{"quiet", true, 0, most, most},
		{"quiet", true, 0, 10, 0},
		{"quiet", true, time.Second, 2 * most, int(frameRate.slowed().perSecond)},
		{"quiet", false, 0, most, most},
	} {
		at, behind = at.Add(step.later), step.behind
		if n := frames(step.session, step.frames); n != step.pass {
			t.Errorf("%+v: %d passed", step, n)
		}
	}
}

// TestFloods: a page is ended, once, when it or its worker has too much dropped; those beside it are not.
func TestFloods(t *testing.T) {
	at := time.Unix(1e9, 0)
	c := newLimiter(func() time.Time { return at })
	var ended []string
	c.onFlood = func(f Flood) {
		ended = append(ended, fmt.Sprintf("%s %s of %d: %s", f.session, f.Page, f.Process, f.Why))
	}
	for _, one := range [][3]string{{"", "A", "page"}, {"A", "W", "worker"}, {"", "B", "page"}} {
		c.admits(one[0], fmt.Appendf(nil, `{"method":"Target.attachedToTarget","params":{"sessionId":"%s","targetInfo":{"targetId":"of %s","type":"%s","browserContextId":"C"}},"sessionId":"%s"}`, one[1], one[1], one[2], one[0]), true)
	}
	frame := []byte(`{"method":"Network.webSocketFrameReceived","params":{"requestId":"4711.18","timestamp":1}}`)
	for range int(frameRate.burst+floodRate.burst) + 1 {
		if len(ended) > 0 {
			t.Fatalf("too early: %v", ended)
		}
		c.admits("W", frame, true)
	}
	for range 100 {
		c.admits("W", frame, true)
		c.admits("B", frame, true)
	}
	if want := "[A of A of 4711: " + DroppedFrames + "]"; fmt.Sprint(ended) != want {
		t.Errorf("ended %v, want %s", ended, want)
	}
}
