// Package workerlog brings what workers log to the log of the controller, with the name of the node. A Sender never makes
// anybody wait: what is too much is left out, and counted. A Receiver trusts no worker: it has limits of its own, hides
// secrets, and no record can look like one of the controller. How messages travel is left to others.
package workerlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/liveload/liveload/metrics"
)

// Levels say which records are sent.
type Levels struct {
	Workers *slog.Level `json:"workers,omitempty"` // of what workers say themselves; nil for nothing at all
	Scripts slog.Level  `json:"scripts"`           // of what scripts write to their console
}

const (
	// A node may log burst records at once and perSecond after that. A Receiver takes twice as many.
	perSecond = 20
	burst     = 200
	// Bounds of a message: mostRecords records, each with mostAttrs attributes.
	mostRecords = 32
	mostAttrs   = 24
	mostMessage = 4 << 10 // bytes of the text of a record
	mostValue   = 1 << 10 // bytes of the value of an attribute
	mostKey     = 100
)

// A batch is some records of a worker. It travels as JSON.
type batch struct {
	Records []record `json:"records,omitempty"`
	Left    int64    `json:"left,omitempty"` // records that were left out
}

// A record is a slog.Record as plain data.
type record struct {
	Time    time.Time  `json:"time"` // on the worker's clock
	Level   slog.Level `json:"level"`
	Message string     `json:"message"`
	Attrs   []attr     `json:"attrs,omitempty"`
}

type attr struct {
	Key   string `json:"key"`
	Value any    `json:"value"` // a string, a number or a boolean
}

// read reads a batch of a worker.
func read(message []byte) (b batch, err error) {
	in := json.NewDecoder(bytes.NewReader(message))
	in.UseNumber()
	if err := in.Decode(&b); err != nil {
		return b, fmt.Errorf("read log records: %w", err)
	}
	if len(b.Records) > mostRecords || b.Left < 0 {
		return b, errors.New("read log records: there are too many in one message")
	}
	for i := range b.Records {
		r := &b.Records[i]
		r.Message = metrics.Shorten(r.Message, mostMessage)
		if len(r.Attrs) > mostAttrs {
			return b, errors.New("read log records: one has too many attributes")
		}
		for k := range r.Attrs {
			a := &r.Attrs[k]
			a.Key = metrics.Shorten(a.Key, mostKey)
			switch v := a.Value.(type) {
			case string:
				a.Value = metrics.Shorten(v, mostValue)
			case bool, json.Number:
			default:
				return b, fmt.Errorf("read log records: the attribute %q is not a string, number or boolean", a.Key)
			}
		}
	}
	return b, nil
}
