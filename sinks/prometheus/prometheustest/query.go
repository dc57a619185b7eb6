package prometheustest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// client leaves no goroutine behind.
var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}

// A Sample is one series of the answer of a query.
type Sample struct {
	Labels    map[string]string
	Points    []Point // the newest last; one of an instant
	Histogram bool
}

// A Point is a value at a time.
type Point struct {
	Time  time.Time
	Value float64 // of a histogram its count
}

// Value returns the newest value.
func (s Sample) Value() float64 { return s.Points[len(s.Points)-1].Value }

// Query asks in PromQL for what is known at a time. An error ends the test.
func (s *Server) Query(t testing.TB, query string, at time.Time) []Sample {
	t.Helper()
	form := url.Values{"query": {query}, "time": {strconv.FormatFloat(float64(at.UnixMilli())/1000, 'f', 3, 64)}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/api/v1/query", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(User, Password)
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := decode(text)
	if err != nil {
		t.Fatalf("%s\n%s: %v\n%s", query, reply.Status, err, text)
	}
	return samples
}

// Settle waits until what was scraped so far is stored: a later scrape has ended, well (1) or not (0).
func (s *Server) Settle(t testing.TB, up int) {
	t.Helper()
	now := time.Now()
	later := fmt.Sprintf("timestamp(up) > %f and up == %d", float64(now.UnixMilli())/1000, up)
	for len(s.Query(t, later, time.Now())) == 0 {
		if time.Since(now) > patience {
			t.Fatalf("nothing was scraped for %v:\n%s", patience, s.Log(t))
		}
		time.Sleep(poll)
	}
}

func decode(text []byte) (samples []Sample, err error) {
	var answer struct {
		Error string
		Data  struct {
			Result []struct {
				Metric     map[string]string
				Value      *point
				Values     []point
				Histogram  *point
				Histograms []point
			}
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	for _, one := range answer.Data.Result {
		s := Sample{Labels: one.Metric, Histogram: one.Histogram != nil || one.Histograms != nil}
		for _, p := range append(one.Values, one.Histograms...) {
			s.Points = append(s.Points, Point(p))
		}
		for _, p := range []*point{one.Value, one.Histogram} {
			if p != nil {
				s.Points = append(s.Points, Point(*p))
			}
		}
		samples = append(samples, s)
	}
	return samples, nil
}

// A point is a Point in an answer: the seconds, and either the value as a text or a histogram.
type point Point

func (p *point) UnmarshalJSON(text []byte) error {
	var seconds float64
	var value any
	if err := json.Unmarshal(text, &[]any{&seconds, &value}); err != nil {
		return err
	}
	p.Time = time.UnixMilli(int64(seconds*1000 + 0.5))
	if histogram, ok := value.(map[string]any); ok {
		value = histogram["count"]
	}
	number, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	p.Value = number
	return err
}
