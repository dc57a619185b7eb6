package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/liveload/liveload/grafana"
	"github.com/liveload/liveload/grafana/view"
)

// A database is one of InfluxDB 1.8.
type database struct{ url, name string }

// A series is one of an answer.
type series struct {
	Name    string            `json:"name"`
	Tags    map[string]string `json:"tags"`
	Columns []string          `json:"columns"`
	Values  [][]any           `json:"values"`
}

func (db database) ask(query string) ([]series, error) {
	reply, err := http.Get(db.url + "/query?" + url.Values{"db": {db.name}, "epoch": {"ms"}, "q": {query}}.Encode())
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Results []struct {
			Series []series
			Error  string
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil || len(answer.Results) != 1 || answer.Results[0].Error != "" {
		return nil, fmt.Errorf("%s: InfluxDB says %s", query, text)
	}
	return answer.Results[0].Series, nil
}

// newestRun looks at the newest run, from its start to its end, and compares it with the run before.
func (db database) newestRun() (view.View, error) {
	v := view.View{Variables: map[string][]string{}, Interval: time.Second}
	for _, name := range []string{"scenario", "page", "event", "host", "path", "node", "target"} {
		v.Variables[name] = []string{view.All}
	}
	runs, err := db.ask(`SELECT "text", "run" FROM "annotations" WHERE "event" = 'prepared' ORDER BY time DESC LIMIT 2`)
	if err != nil {
		return v, err
	}
	if len(runs) == 0 || len(runs[0].Values) < 2 {
		return v, errors.New("two runs must be in the database")
	}
	run := func(i int) string { return runs[0].Values[i][2].(string) }
	v.Variables["run"], v.Variables["baseline"] = []string{run(0)}, []string{run(1)}
	for event, at := range map[string]*time.Time{"start": &v.From, "end": &v.To} {
		rows, err := db.ask(fmt.Sprintf(`SELECT "text" FROM "annotations" WHERE "run" = '%s' AND "event" = '%s'`, run(0), event))
		if err != nil {
			return v, err
		}
		if len(rows) == 0 {
			return v, fmt.Errorf("the run %s has no %s", run(0), event)
		}
		values := rows[0].Values
		if event == "end" {
			values = values[len(values)-1:]
		}
		*at = time.UnixMilli(int64(values[0][0].(float64)))
	}
	return v, nil
}

type query struct {
	RefID        string `json:"refId"`
	Query        string `json:"query"`
	ResultFormat string `json:"resultFormat"`
	Alias        string `json:"alias"`
}

type answer struct {
	Query  query    `json:"query"`
	Series []series `json:"series"`
}

// html is the page of a dashboard, with the answers to its queries.
func (db database) html(d grafana.Dashboard, v view.View) ([]byte, error) {
	var board struct {
		Panels []struct {
			ID      int
			Targets []query
		}
		Annotations struct{ List []struct{ Target query } }
	}
	if err := json.Unmarshal(d.JSON, &board); err != nil {
		return nil, err
	}
	answers := make(map[int][]answer)
	for _, p := range board.Panels {
		for _, q := range p.Targets {
			found, err := db.fill(q.Query, v)
			if err != nil {
				return nil, err
			}
			answers[p.ID] = append(answers[p.ID], answer{q, found})
		}
	}
	marks := []any{}
	for _, a := range board.Annotations.List {
		found, err := db.fill(a.Target.Query, v)
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			for _, row := range one.Values {
				marks = append(marks, row[0])
			}
		}
	}
	return write(d.JSON, answers, marks, v)
}

func (db database) fill(query string, v view.View) ([]series, error) {
	text, err := v.Interpolate(query)
	if err != nil {
		return nil, err
	}
	found, err := db.ask(text)
	if found == nil {
		found = []series{}
	}
	return found, err
}

func write(board []byte, answers map[int][]answer, marks []any, v view.View) ([]byte, error) {
	var html bytes.Buffer
	html.WriteString("<!doctype html><meta charset=utf-8><link rel=stylesheet href=page.css><body style='margin:0'><div id=page></div>\n<script>\n")
	for name, value := range map[string]any{
		"dashboard": json.RawMessage(board), "answers": answers, "events": marks,
		"range": map[string]int64{"from": v.From.UnixMilli(), "to": v.To.UnixMilli()},
	} {
		text, err := json.Marshal(value) // which writes < so that no text ends the script
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&html, "window.%s = %s;\n", name, text)
	}
	html.WriteString(strings.Join([]string{"</script>", "<script src=page.js></script>", ""}, "\n"))
	return html.Bytes(), nil
}
