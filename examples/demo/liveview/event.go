package liveview

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// An Event is what the client pushed for a binding (phx-click, phx-change, ...) or from a hook.
type Event struct {
	Name  string
	Type  string          // click, form, keyup, hook, ...
	Value json.RawMessage // the value as sent; for a form, a JSON string
	Form  url.Values      // the fields, when Type is form
	cid   int
	files map[string][]fileInfo
}

type eventPayload struct {
	Type    string                `json:"type"`
	Event   string                `json:"event"`
	Value   json.RawMessage       `json:"value"`
	CID     *int                  `json:"cid"`
	Uploads map[string][]fileInfo `json:"uploads"`
}

func parseEvent(payload []byte) (*Event, error) {
	var p eventPayload
	if err := json.Unmarshal(payload, &p); err != nil {
		return nil, fmt.Errorf("parse event: %w", err)
	}
	e := &Event{Name: p.Event, Type: p.Type, Value: p.Value, files: p.Uploads}
	if p.CID != nil {
		e.cid = *p.CID
	}
	if p.Type != "form" {
		return e, nil
	}
	var query string
	if err := json.Unmarshal(p.Value, &query); err != nil {
		return nil, fmt.Errorf("parse event %q: form value: %w", p.Event, err)
	}
	form, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("parse event %q: form value: %w", p.Event, err)
	}
	e.Form = form
	return e, nil
}

// Get is one value: a form field, or the phx-value-* or JS.push value with that key as text. It is
// empty when there is none.
func (e *Event) Get(key string) string {
	if e.Form != nil {
		return e.Form.Get(key)
	}
	var values map[string]any
	if json.Unmarshal(e.Value, &values) != nil {
		return ""
	}
	v, ok := values[key]
	if !ok || v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// UnknownEvent is the error for an event that a view does not handle.
func UnknownEvent(e *Event) error {
	return fmt.Errorf("handle event %q: no such event in this view", e.Name)
}
