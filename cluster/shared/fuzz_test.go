package shared

import (
	"log/slog"
	"testing"

	"github.com/liveload/liveload/throttle"
)

// silent is a link that hears and sends nothing.
func silent(l *link) {
	l.publish, l.connected = func([]byte) error { return nil }, func() bool { return true }
	l.start()
}

// FuzzServer: whatever a worker sends, the server stands, and gives back what it was made to hold.
func FuzzServer(f *testing.F) {
	define := `{"id":1,"op":"define","key":"k","definitions":[{"name":"p","kind":"parallelism","limit":1}]}`
	for _, seed := range []string{
		`{"from":0,"items":[` + define + `,{"id":2,"op":"permit","key":"k","name":"p"},{"id":3,"op":"permit","key":"k","name":"p"},{"id":2,"op":"leave"},{"op":"begin","key":"k"}]}`,
		`{"from":0,"items":[{"id":1,"op":"next","name":"rows"},{"id":1,"op":"next","name":"rows"},{"id":9,"op":"leave"}],"received":7}`,
		`{"from":18446744073709551615,"items":[null,1,"x",{}],"received":18446744073709551615}`,
		`{"from":0,"items":[null,1,"x",{},{"op":"jam"},{"id":4,"op":"permit","name":"p"}]}`,
		`{`,
	} {
		f.Add([]byte(seed), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var l Local
		s := newServer(&l, slog.New(slog.DiscardHandler))
		silent(&s.link)
		s.take(first)
		s.take(second)
		s.end()
		for _, set := range l.throttles {
			for _, d := range set.Definitions() {
				if d.Kind == throttle.Parallelism {
					free := false
					set.Ask(d.Name, func(throttle.Permit, error) { free = true })
					if !free {
						t.Fatalf("a slot of %q is lost", d.Name)
					}
				}
			}
		}
	})
}

// FuzzRemote: whatever comes as an answer, each caller gets one answer.
func FuzzRemote(f *testing.F) {
	f.Add([]byte(`{"from":0,"items":[{"id":1,"slot":true,"waited":5},{"id":1},{"id":2,"error":"no"},{"id":7}],"received":2}`))
	f.Add([]byte(`{"from":0,"items":[null,{"id":-1},{"id":1,"number":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newRemote()
		silent(&r.link)
		set := &remoteSet{remote: r, key: "k"}
		answers := 0
		for range 3 {
			set.Ask("p", func(p throttle.Permit, err error) { answers++ })
		}
		_ = r.link.take(data)
		r.end()
		if answers != 3 {
			t.Fatalf("3 callers got %d answers", answers)
		}
	})
}
