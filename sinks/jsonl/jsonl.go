// Package jsonl is the sink that writes points as JSON lines, for DuckDB, pandas and jq. docs/outputs.md has the schema.
package jsonl

import (
	"encoding/json"
	"io"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/rowfile"
)

// New returns a sink that writes to path.
func New(path string) *rowfile.Sink { return rowfile.New(path, encoder{}) }

type encoder struct{}

// Head implements rowfile.Encoder: there is none.
func (encoder) Head(io.Writer) error { return nil }

// A line is a point without its fields, which stand beside it in the same object.
type line struct {
	Time     time.Time      `json:"time"`
	Revision int            `json:"revision"`
	Run      string         `json:"run"`
	Scenario string         `json:"scenario"`
	Node     string         `json:"node,omitempty"`
	Metric   string         `json:"metric"`
	Kind     string         `json:"kind"`
	Unit     string         `json:"unit"`
	Labels   metrics.Labels `json:"labels"`
	Text     string         `json:"text,omitempty"`
}

// Point implements rowfile.Encoder.
func (encoder) Point(w io.Writer, p *points.Point) error {
	text, err := json.Marshal(line{p.Time.UTC(), p.Revision, p.Run, p.Scenario, p.Node, p.Metric, p.Kind, p.Unit, p.Labels, p.Text})
	if err != nil {
		return err
	}
	text = text[:len(text)-1] // the closing brace
	for _, f := range p.Fields {
		text = append(append(append(text, `,"`...), f.Name...), `":`...)
		text = append(text, f.Text()...)
	}
	_, err = w.Write(append(text, "}\n"...))
	return err
}
