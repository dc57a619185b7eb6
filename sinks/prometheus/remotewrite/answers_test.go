package remotewrite

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/sinks/pump"
)

// answering returns an output for a server that answers what answer says, and counts requests.
func answering(t *testing.T, query string, answer http.HandlerFunc) *Output {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	o := connect(t, server.URL+query)
	t.Cleanup(func() { _ = o.Close(context.Background()) })
	return o
}

func records(times ...int64) (all []pump.Record) {
	for _, at := range times {
		all = append(all, record(sample(labelsOf("x", nil), 1, at)))
	}
	return all
}

// TestAnswers are understood as the specification of remote write says: 429 and 5xx pass, other 4xx never do.
func TestAnswers(t *testing.T) {
	tests := []struct {
		status int
		text   string
		after  string
		want   error
	}{
		{204, "", "", nil},
		{400, "label name is\ntoo long, token=hidden-token", "", &pump.RefusedError{Reason: "400: label name is too long, token=***"}},
		{422, "", "", &pump.RefusedError{Reason: "422: Unprocessable Entity"}},
		{401, "who are you?", "", &pump.RefusedError{Reason: "401: who are you?", Everything: true}},
		{403, "no", "", &pump.RefusedError{Reason: "403: no", Everything: true}},
		{404, "no", "", &pump.RefusedError{Reason: "404: no", Everything: true}},
		{405, "no", "", &pump.RefusedError{Reason: "405: no", Everything: true}},
		{302, "there", "", &pump.RefusedError{Reason: "302: there", Everything: true}},
		{429, "slower", "7", &pump.BusyError{Reason: "429: slower", RetryAfter: 7 * time.Second}},
		{503, "busy", "", &pump.BusyError{Reason: "503: busy"}},
		{500, "oops", "", errors.New("500: oops")},
		{502, "", "", errors.New("502: Bad Gateway")},
		{408, "late", "", errors.New("408: late")},
	}
	for _, test := range tests {
		o := answering(t, "?token=hidden-token", func(w http.ResponseWriter, _ *http.Request) {
			if test.after != "" {
				w.Header().Set("Retry-After", test.after)
			}
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.text)
		})
		err := o.Send(t.Context(), records(1, 2))
		var refused, wantRefused *pump.RefusedError
		var busy, wantBusy *pump.BusyError
		same := (err == nil) == (test.want == nil)
		switch {
		case errors.As(test.want, &wantRefused):
			same = errors.As(err, &refused) && *refused == *wantRefused
		case errors.As(test.want, &wantBusy):
			same = errors.As(err, &busy) && *busy == *wantBusy
		case test.want != nil:
			same = err != nil && strings.HasSuffix(err.Error(), test.want.Error()) && !errors.As(err, &refused) && !errors.As(err, &busy)
		}
		if !same {
			t.Errorf("%d %s: %#v, want %#v", test.status, test.text, err, test.want)
		}
	}
}

// TestWhatIsThereAlready is no error: out of order is what was sent before a newer sample of its series.
func TestWhatIsThereAlready(t *testing.T) {
	for text, status := range map[string]int{
		"out of order sample": 400, "the sample has been rejected (err-mimir-sample-out-of-order)": 400, "store locally for endpoint: conflict": 409,
	} {
		var sizes []int
		o := answering(t, "", func(w http.ResponseWriter, r *http.Request) {
			packed, _ := io.ReadAll(r.Body)
			message, err := snappy.Decode(nil, packed)
			if err != nil {
				t.Error(err)
			}
			one := len(records(1)[0].Data)
			if sizes = append(sizes, len(message)/one); len(message)/one != 2 { // all but the second of the pairs
				http.Error(w, text, status)
			}
		})
		if err := o.Send(t.Context(), records(1, 2, 2, 3)); err != nil || !slices.Equal(sizes, []int{4, 1, 2, 1}) {
			t.Errorf("%s: %v after requests with %v series", text, err, sizes)
		}
	}
}

// TestDuplicates: however many of the first records are there, the others are sent, in few requests.
func TestDuplicates(t *testing.T) {
	const all = 20
	var batch []pump.Record
	for n := range all {
		batch = append(batch, record(sample(labelsOf("x", nil), float64(n), 7)))
	}
	for there := range all + 1 {
		stored, requests := make(map[string]bool), 0
		for _, r := range batch[:there] {
			stored[string(r.Data)] = true
		}
		o := answering(t, "", func(w http.ResponseWriter, r *http.Request) {
			requests++
			packed, _ := io.ReadAll(r.Body)
			message, err := snappy.Decode(nil, packed)
			if err != nil {
				t.Error(err)
			}
			sent := slices.Collect(slices.Chunk(message, len(batch[0].Data)))
			if slices.ContainsFunc(sent, func(one []byte) bool { return stored[string(one)] }) {
				http.Error(w, "duplicate sample for timestamp", http.StatusBadRequest)
				return
			}
			for _, one := range sent {
				stored[string(one)] = true
			}
		})
		if err := o.Send(t.Context(), batch); err != nil || len(stored) != all || requests > 8 {
			t.Errorf("%d were there: %v, %d are now, after %d requests", there, err, len(stored), requests)
		}
	}
}

// TestRequests have the headers of the specification and those that were asked for.
func TestRequests(t *testing.T) {
	var got http.Header
	o := answering(t, "?header=X-Scope-OrgID=team&header=X-Other=a=b&token=hidden", func(_ http.ResponseWriter, r *http.Request) {
		got = r.Header
		if r.Method != http.MethodPost || r.URL.RequestURI() != "/api/v1/write" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
	})
	if err := o.Send(t.Context(), records(1)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf", "X-Prometheus-Remote-Write-Version": "0.1.0", "User-Agent": "liveload",
		"X-Scope-OrgID": "team", "X-Other": "a=b", "Authorization": "Bearer hidden",
	} {
		if got.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Get(name), want)
		}
	}
}

// FuzzTimeOf: what is in a damaged spool is read without a panic.
func FuzzTimeOf(f *testing.F) {
	f.Add(sample(labelsOf("x", nil), 1.5, 1790000000000))
	f.Add(histogram(labelsOf("x", nil), &dto.Histogram{PositiveDelta: []int64{1, -1}}, -1))
	f.Add([]byte{0x0a, 0xff})
	f.Fuzz(func(t *testing.T, record []byte) {
		at, err := timeOf(record)
		if err != nil && at != 0 {
			t.Errorf("%d, %v", at, err)
		}
	})
}

func TestTimeOf(t *testing.T) {
	for _, want := range []int64{0, 1, 1790000000123, -5} {
		for _, data := range [][]byte{sample(labelsOf("x", nil), 0, want), histogram(labelsOf("x", nil), &dto.Histogram{}, want)} {
			if at, err := timeOf(data); at != want || err != nil {
				t.Errorf("the time is %d, %v; want %d", at, err, want)
			}
		}
	}
}
