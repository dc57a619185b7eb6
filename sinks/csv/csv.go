// Package csv is the sink that writes points as CSV with a header line, for DuckDB, pandas and spreadsheets.
// docs/outputs.md has the schema.
package csv

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/rowfile"
)

// New returns a sink that writes to path.
func New(path string) *rowfile.Sink { return rowfile.New(path, encoder{}) }

type encoder struct{}

// Head implements rowfile.Encoder: it is the names of the columns.
func (encoder) Head(w io.Writer) error {
	columns := append([]string{"time", "revision", "run", "scenario", "metric", "kind", "unit", "labels"}, points.FieldNames()...)
	return write(w, append(columns, "text"))
}

// Point implements rowfile.Encoder.
func (encoder) Point(w io.Writer, p *points.Point) error {
	labels, err := json.Marshal(p.Labels)
	if err != nil {
		return err
	}
	row := []string{
		p.Time.UTC().Format(time.RFC3339Nano), strconv.Itoa(p.Revision), p.Run, p.Scenario, p.Metric, p.Kind, p.Unit, string(labels),
	}
	rest := p.Fields
	for _, name := range points.FieldNames() {
		if len(rest) > 0 && rest[0].Name == name {
			row, rest = append(row, rest[0].Text()), rest[1:]
		} else {
			row = append(row, "")
		}
	}
	return write(w, append(row, p.Text))
}

func write(w io.Writer, row []string) error {
	lines := csv.NewWriter(w)
	if err := lines.Write(row); err != nil {
		return err
	}
	lines.Flush()
	return lines.Error()
}
