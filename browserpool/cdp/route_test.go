package cdp

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// FuzzSessionOf: whatever texts a message holds, its session is what reading all of it gives.
func FuzzSessionOf(f *testing.F) {
	for _, seed := range []string{
		`{"method":"A","params":{},"sessionId":"AB12"}`,
		`{"sessionId":"AB12","method":"A","params":{"text":",\"sessionId\":\"CD\"}"}}`,
		`{"method":"A","params":{"sessionId":"AB12"}}`,
		`{"method":"A","params":["\\",",\"sessionId\":\"AB\"}"]}`,
		`{"id":7,"error":{"code":-32001},"sessionId":"AB12"} `,
		`{"sessionId":"A","sessionId":"B"}`,
		`{"a,\"sessionId":"AB"}`,
		`[1,"sessionId"]`, `"sessionId"`, `{"sessionId":7}`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		var whole struct {
			SessionID string `json:"sessionId"`
		}
		if !jsontext.Value(message).IsValid(lenient) || json.Unmarshal(message, &whole, lenient) != nil {
			_, _ = sessionOf(message)
			return
		}
		if got, err := sessionOf(message); err != nil || string(got) != whole.SessionID {
			t.Errorf("sessionOf(%s) = %q, %v, want %q", message, got, err, whole.SessionID)
		}
	})
}

// FuzzScanner: the messages are the same, however they come.
func FuzzScanner(f *testing.F) {
	f.Add([]byte("a\x00\x00bc\x00d"))
	f.Add(bytes.Repeat([]byte("0123456789\x00"), 20000))
	f.Fuzz(func(t *testing.T, stream []byte) {
		want := bytes.Split(stream, []byte{0})
		want = want[:len(want)-1] // what has no end is no message
		for _, from := range []io.Reader{bytes.NewReader(stream), iotest.OneByteReader(bytes.NewReader(stream)), iotest.HalfReader(bytes.NewReader(stream))} {
			s := &scanner{from: from}
			for i, message := range want {
				got, whole, err := s.next()
				if err != nil || !whole || !bytes.Equal(got, message) || got[:len(got)+1][len(got)] != 0 {
					t.Fatalf("message %d is %q, %v, want %q", i, got, err, message)
				}
			}
			if got, _, err := s.next(); err != io.EOF {
				t.Fatalf("after the last: %q, %v", got, err)
			}
		}
	})
}

func TestAnswers(t *testing.T) {
	tests := map[string]int64{
		`{"id":7,"result":{}}`: 7, `{"id":1073741825,"error":{}}`: firstID + 1, `{"id":-9999}`: -9999,
		`{"method":"A","params":{"id":1073741825}}`: 0, `{"id":"7"}`: 0, `{"id":7`: 0, `{"id":99999999999999999999}`: 0, ``: 0,
	}
	for message, want := range tests {
		if got := answers([]byte(message)); got != want {
			t.Errorf("answers(%s) = %d, want %d", message, got, want)
		}
	}
	if got := id(firstID); got != firstID {
		t.Errorf("after the last id comes %d", got)
	}
}
