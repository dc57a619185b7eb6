package cdp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/cdp"
)

// shared opens a connection that another client shares, and returns that client's end and the browser's.
func shared(t *testing.T, reply func(r request) string) (c *cdp.Conn, client, browser cdp.Pipe) {
	t.Helper()
	other, client := pipes(t)
	c, browser = open(t, &other, reply)
	return c, client, browser
}

// hear reads n messages.
func hear(t *testing.T, from *bufio.Reader, n int) []string {
	t.Helper()
	var messages []string
	for range n {
		m, err := from.ReadString(0)
		if err != nil {
			t.Fatalf("after %q: %v", messages, err)
		}
		messages = append(messages, strings.TrimSuffix(m, "\x00"))
	}
	return messages
}

// TestGuest: each client gets what is its own, in order, and nothing else.
func TestGuest(t *testing.T) {
	c, client, browser := shared(t, func(r request) string {
		if r.SessionID == "" || r.SessionID == "theirs" {
			return fmt.Sprintf(`{"id":%d,"result":{"of":%q}}`, r.ID, r.Method)
		}
		return fmt.Sprintf(`{"id":%d,"result":{},"sessionId":"s"}`, r.ID)
	})
	heard := make(chan string, 9)
	c.Listen("s", func(method string, params []byte) { heard <- method + string(params) })
	say(client, `{"id":1,"method":"Browser.getVersion"}`)
	say(client, `{"id":2,"method":"Page.enable","sessionId":"theirs"}`)
	from := bufio.NewReader(client.From)
	got := strings.Join(hear(t, from, 2), "\n")
	if err := c.Call(t.Context(), "s", "Runtime.enable", nil, nil); err != nil {
		t.Error(err)
	}
	say(browser, `{"method":"A","params":{"text":"\",\"sessionId\":\"s\"}"}}
{"method":"B","params":{},"sessionId":"theirs"}
{"method":"C","params":{"text":",\"sessionId\":\"theirs\"}"},"sessionId":"s"}
{"id":77,"error":{"code":-32001,"message":"gone"},"sessionId":"left"}
{"method":"D","params":{"sessionId":"s"}}`)
	got += "\n" + strings.Join(hear(t, from, 4), "\n")
	want := `{"id":1,"result":{"of":"Browser.getVersion"}}
{"id":2,"result":{"of":"Page.enable"}}
{"method":"A","params":{"text":"\",\"sessionId\":\"s\"}"}}
{"method":"B","params":{},"sessionId":"theirs"}
{"id":77,"error":{"code":-32001,"message":"gone"},"sessionId":"left"}
{"method":"D","params":{"sessionId":"s"}}`
	if got != want {
		t.Errorf("the other client heard\n%s\nwant\n%s", got, want)
	}
	if event := <-heard; event != `C{"text":",\"sessionId\":\"theirs\"}"}` {
		t.Errorf("we heard %s", event)
	}
}

// TestAnswerOfAGoneSession: the browser says so under the number of the call.
func TestAnswerOfAGoneSession(t *testing.T) {
	c, _, _ := shared(t, func(r request) string {
		return fmt.Sprintf(`{"id":%d,"error":{"code":-32001,"message":"Session with given id not found."},"sessionId":"gone"}`, r.ID)
	})
	var refused *cdp.Error
	if err := c.Call(t.Context(), "gone", "Runtime.enable", nil, nil); !errors.As(err, &refused) {
		t.Errorf("Call = %v, want what the browser said", err)
	}
}

// TestGuestThatReadsNothing holds nobody up until much waits, and then gets everything.
func TestGuestThatReadsNothing(t *testing.T) {
	const events, size = 1000, 30 << 10 // 30 MB, more than may wait
	c, client, browser := shared(t, func(r request) string { return fmt.Sprintf(`{"id":%d,"result":{}}`, r.ID) })
	text := strings.Repeat("x", size)
	said, some, called := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(said)
		for i := range events {
			if i == 100 { // 3 MB
				close(some)
				<-called
			}
			say(browser, fmt.Sprintf(`{"method":"E","params":{"n":%d,"text":"%s"},"sessionId":"theirs"}`, i, text))
		}
	}()
	<-some
	if err := c.Call(t.Context(), "s", "Runtime.enable", nil, nil); err != nil {
		t.Errorf("our call waits for the other client: %v", err)
	}
	close(called)
	select {
	case <-said:
		t.Error("30 MB are kept for a client that reads nothing")
	case <-time.After(50 * time.Millisecond): // nothing depends on how long
	}
	from := bufio.NewReader(client.From)
	for i := range events {
		begin := fmt.Sprintf(`{"method":"E","params":{"n":%d,`, i)
		if m := hear(t, from, 1)[0]; !strings.HasPrefix(m, begin) || len(m) < size {
			t.Fatalf("message %d is %d bytes and begins %.60s", i, len(m), m)
		}
	}
}

// TestTooLong: an event of a page is not kept when it is longer than any that we need; an answer is.
func TestTooLong(t *testing.T) {
	long := strings.Repeat("x", 17<<20)
	c, client, browser := shared(t, func(r request) string { return fmt.Sprintf(`{"id":%d,"result":{"text":"%s"}}`, r.ID, long) })
	heard := make(chan string, 1)
	c.Listen("s", func(method string, params []byte) { heard <- method })
	go say(browser, fmt.Sprintf(`{"method":"E","params":{"text":"%s"},"sessionId":"s"}
{"method":"E","params":{"text":"%[1]s"},"sessionId":"theirs"}
{"method":"F","params":{},"sessionId":"theirs"}`, long))
	if method := <-heard; method != cdp.TooLong {
		t.Errorf("we heard %s", method)
	}
	if got := hear(t, bufio.NewReader(client.From), 1)[0]; got != `{"method":"F","params":{},"sessionId":"theirs"}` {
		t.Errorf("the other client heard %.80s", got)
	}
	var answer struct {
		Text string `json:"text"`
	}
	if err := c.Call(t.Context(), "s", "E", nil, &answer); err != nil || answer.Text != long {
		t.Errorf("an answer of %d bytes, %v", len(answer.Text), err)
	}
}

// TestTooLargeAnswers: what a page answers with is refused when it is too large, and the browser goes on.
func TestTooLargeAnswers(t *testing.T) {
	huge := map[string]string{
		"bytes":  `"` + strings.Repeat("x", 65<<20) + `"`,
		"values": "[0" + strings.Repeat(`,"",0`, 600_000) + "]",
		"text":   `"` + strings.Repeat(`,\"`, 1_200_000) + `"`,
	}
	c, client, browser := shared(t, func(r request) string {
		return fmt.Sprintf(`{"id":%d,"result":{"value":%s},"sessionId":"s"}`, r.ID, huge[r.Method])
	})
	for _, method := range []string{"bytes", "values"} {
		var refused *cdp.Error
		if err := c.Call(t.Context(), "s", method, nil, nil); !errors.As(err, &refused) || !strings.Contains(err.Error(), "more than 64 MB, or more than 1048576 values") {
			t.Errorf("%s: %v", method, err)
		}
	}
	if err := c.Call(t.Context(), "s", "text", nil, nil); err != nil {
		t.Error(err)
	}
	say(browser, `{"id":7,"result":{"value":`+huge["values"]+`},"sessionId":"theirs"}`)
	var got struct {
		ID        int64
		SessionID string
		Error     cdp.Error
	}
	if err := json.Unmarshal([]byte(hear(t, bufio.NewReader(client.From), 1)[0]), &got); err != nil || got.ID != 7 || got.SessionID != "theirs" || got.Error.Message == "" {
		t.Errorf("the other client is told %+v, %v", got, err)
	}
}

// TestTooLargeValue: what a function of a page returns, or throws, is replaced by an error that the function throws.
func TestTooLargeValue(t *testing.T) {
	_, client, browser := shared(t, func(request) string { return "" })
	go say(browser, `{"id":7,"result":{"result":{"type":"object","value":[0`+strings.Repeat(`,0`, 1_100_000)+`]}},"sessionId":"theirs"}`)
	var got struct {
		ID     int64
		Result struct {
			ExceptionDetails struct{ Exception struct{ Description string } }
		}
	}
	said := hear(t, bufio.NewReader(client.From), 1)[0]
	if err := json.Unmarshal([]byte(said), &got); err != nil || got.ID != 7 || !strings.HasPrefix(got.Result.ExceptionDetails.Exception.Description, "Error: the page answered with more than 64 MB") {
		t.Errorf("the other client is told %s, %v", said, err)
	}
}

func TestGuestIsGone(t *testing.T) {
	c, client, browser := shared(t, func(r request) string { return "" })
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if _, err := browser.From.Read(make([]byte, 1)); err == nil {
		t.Error("the browser is still spoken with")
	}
}

// TestBrowserIsGone: the other client hears the browser's last words.
func TestBrowserIsGone(t *testing.T) {
	c, client, browser := shared(t, func(r request) string { return "" })
	say(browser, `{"method":"Last.words"}`)
	_ = browser.Close()
	if got, err := io.ReadAll(client.From); err != nil || string(got) != "{\"method\":\"Last.words\"}\x00" {
		t.Errorf("the other client heard %q, %v", got, err)
	}
	<-c.Done()
}

func TestOpenGivenUp(t *testing.T) {
	ours, _ := pipes(t)
	late := errors.New("too late")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(10*time.Millisecond, func() { cancel(late) })
	if _, err := cdp.Open(ctx, ours, nil); !errors.Is(err, late) {
		t.Errorf("Open = %v, want why it was given up", err)
	}
}

func TestOpenRefused(t *testing.T) {
	ours, browser := pipes(t)
	say(browser, fmt.Sprintf(`{"id":%d,"error":{"message":"Not allowed"}}`, firstID))
	if _, err := cdp.Open(t.Context(), ours, nil); err == nil || !strings.Contains(err.Error(), "Not allowed") {
		t.Errorf("Open = %v, want what the browser said", err)
	}
}
