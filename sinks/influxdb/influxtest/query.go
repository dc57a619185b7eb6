package influxtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// client keeps no connections, whose goroutines a test could take for leaks.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// A Row is one row of an answer.
type Row struct {
	Measurement string
	Tags        map[string]string // of GROUP BY
	Values      map[string]any    // by column: json.Number, string, bool or nil; time is in nanoseconds
}

// Number returns a number, 0 for none.
func (r Row) Number(column string) float64 {
	n, _ := r.Values[column].(json.Number)
	v, _ := n.Float64()
	return v
}

// Nanoseconds returns a time, since 1970.
func (r Row) Nanoseconds(column string) int64 {
	n, _ := r.Values[column].(json.Number)
	v, _ := n.Int64()
	return v
}

// Text returns a string, "" for none.
func (r Row) Text(column string) string {
	text, _ := r.Values[column].(string)
	return text
}

// Query asks the Database in InfluxQL. An error ends the test.
func (s *Server) Query(t testing.TB, query string) []Row {
	t.Helper()
	return s.query(t, url.UserPassword(User, Password), query)
}

func (s *Server) query(t testing.TB, who *url.Userinfo, query string) []Row {
	t.Helper()
	form := url.Values{"q": {query}, "db": {Database}, "epoch": {"ns"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/query", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if who != nil {
		password, _ := who.Password()
		request.SetBasicAuth(who.Username(), password)
	}
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := decode(text)
	if err != nil || reply.StatusCode != http.StatusOK {
		t.Fatalf("%s\n%s: %v\n%s", query, reply.Status, err, text)
	}
	return rows
}

func decode(text []byte) ([]Row, error) {
	var answer struct {
		Results []struct {
			Series []struct {
				Name    string
				Tags    map[string]string
				Columns []string
				Values  [][]any
			}
			Error string
		}
		Error string
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if err := in.Decode(&answer); err != nil {
		return nil, err
	}
	var rows []Row
	problem := answer.Error
	for _, result := range answer.Results {
		problem += result.Error
		for _, series := range result.Series {
			for _, values := range series.Values {
				row := Row{Measurement: series.Name, Tags: series.Tags, Values: make(map[string]any)}
				for i, column := range series.Columns {
					row.Values[column] = values[i]
				}
				rows = append(rows, row)
			}
		}
	}
	if problem != "" {
		return nil, fmt.Errorf("InfluxDB says: %s", problem)
	}
	return rows, nil
}
