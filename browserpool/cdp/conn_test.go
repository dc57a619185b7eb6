package cdp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool/cdp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type request struct {
	ID        int64
	SessionID string
	Method    string
	Params    json.RawMessage
}

// dial speaks with a browser that answers as reply says: "" is no answer, "close" ends the connection. It has one
// session, s, beside ours of the browser. Ids count from 1.
func dial(t *testing.T, reply func(r request) string) *cdp.Conn {
	t.Helper()
	c, _ := open(t, nil, reply)
	return c
}

// firstID is where the ids of our calls begin.
const firstID = 1 << 30

// open is dial with another client. It also returns the browser's end.
func open(t *testing.T, other *cdp.Pipe, reply func(r request) string) (*cdp.Conn, cdp.Pipe) {
	t.Helper()
	ours, browser := pipes(t)
	go serve(browser, reply)
	c, err := cdp.Open(t.Context(), ours, other)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		<-c.Done()
	})
	return c, browser
}

// pipes are both ends of one pipe.
func pipes(t *testing.T) (near, far cdp.Pipe) {
	t.Helper()
	var err1, err2 error
	near.From, far.To, err1 = os.Pipe()
	far.From, near.To, err2 = os.Pipe()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	return near, far
}

// ours makes the answer to our first call of one to call 1.
func ours(answer string) string {
	rest, ok := strings.CutPrefix(answer, `{"id":`)
	if !ok {
		return answer
	}
	end := strings.IndexAny(rest, ",}")
	n, _ := strconv.Atoi(rest[:end])
	return fmt.Sprintf(`{"id":%d%s`, firstID+n, rest[end:])
}

func serve(browser cdp.Pipe, reply func(r request) string) {
	defer browser.Close()
	from := bufio.NewReader(browser.From)
	for {
		data, err := from.ReadBytes(0)
		if err != nil {
			return
		}
		var got request
		if json.Unmarshal(data[:len(data)-1], &got) != nil {
			return
		}
		answer := ""
		switch {
		case got.Method == "Target.attachToBrowserTarget":
			say(browser, fmt.Sprintf(`{"method":"Target.attachedToTarget","params":{"sessionId":"root"}}
{"id":%d,"result":{"sessionId":"root"}}
{"method":"Target.attachedToTarget","params":{"sessionId":"s"},"sessionId":"root"}`, got.ID))
		case got.ID < firstID: // of the other client
			say(browser, reply(got))
		default:
			got.ID -= firstID
			answer = reply(got)
		}
		if answer == "close" {
			return
		}
		for line := range strings.SplitSeq(answer, "\n") {
			say(browser, ours(line))
		}
	}
}

// say sends lines, each a message.
func say(to cdp.Pipe, lines string) {
	if lines != "" {
		_, _ = to.To.WriteString(strings.ReplaceAll(lines, "\n", "\x00") + "\x00")
	}
}

func TestCall(t *testing.T) {
	tests := []struct {
		name, reply string
		want        string
		err         error
	}{
		{"result", `{"id":1,"sessionId":"s","result":{"value":"v"}}`, "v", nil},
		{"answers of others are passed over", `{"id":9,"result":{}}` + "\n" + `{"id":1,"result":{"value":"v"}}`, "v", nil},
		{"half a surrogate pair", `{"id":1,"result":{"value":"\ud83d"}}`, "\ufffd", nil},
		{"refused", `{"id":1,"error":{"code":-32000,"message":"Cannot find it"}}`, "", &cdp.Error{}},
		{"target gone", `{"method":"Target.detachedFromTarget","params":{"sessionId":"s"},"sessionId":"root"}`, "", cdp.ErrDetached},
		{"connection gone", "close", "", cdp.ErrClosed},
		{"no JSON", "hello", "", cdp.ErrClosed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, func(request) string { return tt.reply })
			var got struct {
				Value string `json:"value"`
			}
			err := c.Call(t.Context(), "s", "Runtime.evaluate", map[string]any{}, &got)
			var refused *cdp.Error
			switch {
			case tt.err == nil && err != nil, tt.err != nil && err == nil:
				t.Fatalf("Call = %v, want %v", err, tt.err)
			case errors.As(tt.err, &refused) && !errors.As(err, &refused):
				t.Fatalf("Call = %v, want what the browser said", err)
			case tt.err != nil && !errors.As(tt.err, &refused) && !errors.Is(err, tt.err):
				t.Fatalf("Call = %v, want %v", err, tt.err)
			}
			if got.Value != tt.want {
				t.Errorf("value = %q, want %q", got.Value, tt.want)
			}
		})
	}
}

func TestCallObeysItsContext(t *testing.T) {
	c := dial(t, func(request) string { return "" })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := c.Call(ctx, "s", "Runtime.evaluate", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Call = %v, want the end of its context", err)
	}
}

func TestCallAfterTheEnd(t *testing.T) {
	c := dial(t, func(request) string { return "close" })
	_ = c.Call(t.Context(), "s", "Browser.close", nil, nil)
	<-c.Done()
	if err := c.Call(t.Context(), "s", "Runtime.evaluate", nil, nil); !errors.Is(err, cdp.ErrClosed) {
		t.Errorf("Call = %v, want %v", err, cdp.ErrClosed)
	}
}

func TestStartSeveral(t *testing.T) {
	tests := []struct {
		name    string
		replies [3]string // to the calls, by their order
		want    string
		err     error
	}{
		{"the last result", [3]string{`{"id":1,"result":{"value":"a"}}`, `{"id":2,"result":{"value":"b"}}`, `{"id":3,"result":{"value":"c"}}`}, "c", nil},
		{"whichever comes last", [3]string{"", `{"id":3,"result":{"value":"c"}}`, `{"id":2,"result":{"value":"b"}}` + "\n" + `{"id":1,"result":{"value":"a"}}`}, "a", nil},
		{"the first failure", [3]string{"", `{"id":2,"error":{"code":-32000,"message":"no"}}`, ""}, "", &cdp.Error{}},
		{"target gone in between", [3]string{`{"id":1,"result":{}}`, `{"method":"Target.detachedFromTarget","params":{"sessionId":"s"},"sessionId":"root"}`, ""}, "", cdp.ErrDetached},
		{"connection gone in between", [3]string{`{"id":1,"result":{}}`, "close", ""}, "", cdp.ErrClosed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, func(r request) string {
				if want := fmt.Sprintf("{\"n\":%d}", r.ID); string(r.Params) != want {
					t.Errorf("call %d has params %s, want %s", r.ID, r.Params, want)
				}
				return tt.replies[r.ID-1]
			})
			answers, err := c.Start("s", "Input.dispatchMouseEvent", map[string]int{"n": 1}, map[string]int{"n": 2}, map[string]int{"n": 3})
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Value string `json:"value"`
			}
			err = (<-answers).Decode("Input.dispatchMouseEvent", &got)
			var refused, wanted *cdp.Error
			if !errors.Is(err, tt.err) && !(errors.As(tt.err, &wanted) && errors.As(err, &refused)) {
				t.Fatalf("answer = %v, want %v", err, tt.err)
			}
			if got.Value != tt.want {
				t.Errorf("value = %q, want %q", got.Value, tt.want)
			}
		})
	}
}

// Callers share the connection, alone and with several calls, small and big.
func TestManyCallers(t *testing.T) {
	c := dial(t, func(r request) string { return fmt.Sprintf(`{"id":%d,"result":%s}`, r.ID, r.Params) })
	type echo struct {
		Text string `json:"text"`
	}
	var callers sync.WaitGroup
	for n := range 8 {
		callers.Go(func() {
			for size := 1; size <= 1<<16; size *= 4 {
				sent := echo{strings.Repeat(string(rune('a'+n)), size)}
				var got echo
				if err := c.Call(t.Context(), "s", "Echo", sent, &got); err != nil || got != sent {
					t.Errorf("call of %d bytes: %v, or another's answer", size, err)
				}
				answers, err := c.Start("s", "Echo", sent, sent, sent)
				if err != nil {
					t.Error(err)
					return
				}
				if err := (<-answers).Decode("Echo", &got); err != nil || got != sent {
					t.Errorf("three calls of %d bytes: %v, or another's answer", size, err)
				}
			}
		})
	}
	callers.Wait()
}

func TestListen(t *testing.T) {
	c := dial(t, func(r request) string {
		return `{"method":"Runtime.bindingCalled","sessionId":"other","params":{"payload":"no"}}
{"method":"Runtime.bindingCalled","sessionId":"s","params":{"payload":"1"}}
{"method":"Runtime.bindingCalled","sessionId":"s","params":{"payload":"2"}}
{"id":1,"result":{}}`
	})
	var heard []string
	c.Listen("s", func(method string, params []byte) { heard = append(heard, method+string(params)) })
	if err := c.Call(t.Context(), "s", "Runtime.enable", nil, nil); err != nil {
		t.Fatal(err)
	}
	// Events come before the answer that followed them on the wire.
	want := `Runtime.bindingCalled{"payload":"1"} Runtime.bindingCalled{"payload":"2"}`
	if got := strings.Join(heard, " "); got != want {
		t.Errorf("heard %s, want %s", got, want)
	}
}
