// Package csv is the sink that writes points as CSV with a header line, for DuckDB, pandas and spreadsheets.
// docs/outputs.md has the schema.
package csv

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/rowfile"
)

// New returns a sink that writes to path.
func New(path string) *rowfile.Sink {
	e := &encoder{}
	e.lines = csv.NewWriter(&e.line)
	return rowfile.New(path, e)
}

type encoder struct {
	line  bytes.Buffer
	lines *csv.Writer // into line
}

// Head implements rowfile.Encoder: it is the names of the columns.
func (e *encoder) Head(w io.Writer) error {
	columns := append([]string{"time", "revision", "run", "scenario", "node", "metric", "kind", "unit", "labels"}, points.FieldNames()...)
	return e.write(w, append(columns, "text"))
}

// Point implements rowfile.Encoder.
func (e *encoder) Point(w io.Writer, p *points.Point) error {
	labels, err := json.Marshal(p.Labels)
	if err != nil {
		return err
	}
	row := []string{
		p.Time.UTC().Format(time.RFC3339Nano), strconv.Itoa(p.Revision), p.Run, p.Scenario, p.Node, p.Metric, p.Kind, p.Unit, string(labels),
	}
	rest := p.Fields
	for _, name := range points.FieldNames() {
		if len(rest) > 0 && rest[0].Name == name {
			row, rest = append(row, rest[0].Text()), rest[1:]
		} else {
			row = append(row, "")
		}
	}
	return e.write(w, append(row, p.Text))
}

func (e *encoder) write(w io.Writer, row []string) error {
	e.line.Reset()
	if err := e.lines.Write(row); err != nil {
		return err
	}
	e.lines.Flush()
	_, err := w.Write(e.line.Bytes())
	return err
}
