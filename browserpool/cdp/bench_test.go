package cdp_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/liveload/liveload/browserpool/cdp"
)

// The peer of the benchmarks is a process of its own, so that cpu-ns/op is what the connection costs us.
const peerVariable = "LIVELOAD_BENCHMARK_PEER"

// peer answers every call of one connection until standard input ends: a call that asks for an event
// gets one first.
func peer() {
	event := fmt.Sprintf(`{"method":"Runtime.bindingCalled","params":{"name":"__liveloadSend","payload":%q,"executionContextId":3},"sessionId":"%s"}`,
		strings.Repeat(`["liveview_event_duration_us","inc",[1000,2000]],`, 40), benchSession)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		socket, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer socket.CloseNow()
		for {
			_, data, err := socket.Read(r.Context())
			if err != nil {
				return
			}
			id, rest, _ := strings.Cut(strings.TrimPrefix(string(data), `{"id":`), ",")
			result := `{}`
			switch {
			case strings.Contains(rest, `"Runtime.evaluate"`):
				result = `{"result":{"type":"object","value":{"v":[412.5,208.25,0,1]}}}`
			case strings.Contains(rest, `"Event"`):
				_ = socket.Write(r.Context(), websocket.MessageText, []byte(event))
			}
			answer := `{"id":` + id + `,"result":` + result + `,"sessionId":"` + benchSession + `"}`
			if socket.Write(r.Context(), websocket.MessageText, []byte(answer)) != nil {
				return
			}
		}
	}))
	defer server.Close()
	fmt.Println("ws" + strings.TrimPrefix(server.URL, "http"))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

const benchSession = "0B7A1C2D3E4F5A6B7C8D9E0F1A2B3C4D"

// dialPeer starts a peer and connects to it.
func dialPeer(b *testing.B) *cdp.Conn {
	b.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), peerVariable+"=1")
	input, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		input.Close()
		_ = command.Wait()
	})
	address, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	c, err := cdp.Dial(b.Context(), strings.TrimSpace(address))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return c
}

// measure runs op b.N times and reports the processor time of this process.
func measure(b *testing.B, op func() error) {
	b.Helper()
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		if err := op(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

type evaluation struct {
	Expression    string `json:"expression"`
	AwaitPromise  bool   `json:"awaitPromise"`
	ReturnByValue bool   `json:"returnByValue"`
}

// BenchmarkEvaluate is an operation in the page.
func BenchmarkEvaluate(b *testing.B) {
	c := dialPeer(b)
	params := evaluation{`globalThis.__liveload ? __liveload.run(["point",30000,"#increment > button.primary"]) : {g: 1}`, true, true}
	measure(b, func() error {
		var result struct {
			Result struct {
				Value jsontext.Value `json:"value"`
			} `json:"result"`
			Exception *struct {
				Text string `json:"text"`
			} `json:"exceptionDetails"`
		}
		return c.Call(b.Context(), benchSession, "Runtime.evaluate", params, &result)
	})
}

type mouseEvent struct {
	Type       string  `json:"type"`
	X          float64 `json:"x"`
	Y          float64 `json:"y"`
	Button     string  `json:"button"`
	Buttons    int     `json:"buttons"`
	ClickCount int     `json:"clickCount"`
}

var clickEvents = []any{
	mouseEvent{Type: "mouseMoved", X: 412.5, Y: 208.25, Button: "none"},
	mouseEvent{Type: "mousePressed", X: 412.5, Y: 208.25, Button: "left", Buttons: 1, ClickCount: 1},
	mouseEvent{Type: "mouseReleased", X: 412.5, Y: 208.25, Button: "left", ClickCount: 1},
}

// BenchmarkClick is three events of the mouse.
func BenchmarkClick(b *testing.B) {
	c := dialPeer(b)
	measure(b, func() error {
		answers, err := c.Start(benchSession, "Input.dispatchMouseEvent", clickEvents...)
		if err != nil {
			return err
		}
		return (<-answers).Decode("Input.dispatchMouseEvent", nil)
	})
}

// BenchmarkEvent is a batch of telemetry of 2 kB, and a call that makes the peer send it.
func BenchmarkEvent(b *testing.B) {
	c := dialPeer(b)
	var heard int
	c.Listen(benchSession, func(_ string, params []byte) {
		var called struct {
			Name    string `json:"name"`
			Payload string `json:"payload"`
		}
		if cdp.Decode(params, &called) == nil {
			heard++
		}
	})
	measure(b, func() error { return c.Call(b.Context(), benchSession, "Event", nil, nil) })
	if heard < b.N {
		b.Errorf("heard %d events, want %d", heard, b.N)
	}
}
