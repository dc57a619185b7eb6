package cdp

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLoudSessions: a session that says more than it may is not heard for a while, those beside it are, and what was dropped is told
// to whom it concerns.
func TestLoudSessions(t *testing.T) {
	at := time.Unix(1e9, 0)
	c := &Conn{loud: newCrier(func() time.Time { return at })}
	dropped := map[string]int{}
	for _, name := range []string{"A", "B"} {
		c.ListenDropped("context "+name, func(why string) { dropped[name+": "+why]++ })
		c.loud.admits("", fmt.Appendf(nil, `{"method":"Target.attachedToTarget","params":{"sessionId":"%s","targetInfo":{"targetId":"T","type":"page","browserContextId":"context %s"}}}`, name, name), true)
	}
	say := func(session, method, text string) bool {
		return c.loud.admits(session, fmt.Appendf(nil, `{"method":"%s","params":{"text":"%s"},"sessionId":"%s"}`, method, text, session), true)
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
	if !say("B", "Runtime.consoleAPICalled", "line") || !say("A", "Page.frameNavigated", "") || !say("A", "Runtime.bindingCalled", "") {
		t.Error("what is beside the lines of A was dropped too")
	}
	at = at.Add(time.Second)
	if !say("A", "Runtime.consoleAPICalled", "line") {
		t.Error("A is not heard a second later")
	}
	if say("B", "Runtime.consoleAPICalled", strings.Repeat("x", longestLoud)) || dropped["B: "+DroppedLong] != 1 {
		t.Errorf("a long line has passed: %v", dropped)
	}
	if c.loud.admits("B", []byte(`{"method":"Network.webSocketFrameReceived"`), false) || dropped["B: "+DroppedLong] != 2 {
		t.Errorf("half an event has passed: %v", dropped)
	}
	c.loud.admits("", []byte(`{"method":"Target.detachedFromTarget","params":{"sessionId":"A"}}`), true)
	if len(c.loud.sessions) != 1 {
		t.Errorf("%d sessions are known, want 1", len(c.loud.sessions))
	}
}
