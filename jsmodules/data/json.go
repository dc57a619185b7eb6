package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/liveload/liveload/ordered"
)

// parseJSON reads any JSON. Keys have the order that JSON.parse gives them. Errors begin with name:line:column.
func parseJSON(name string, content []byte) (node, error) {
	content, err := plainText(name, content)
	if err != nil {
		return nil, err
	}
	var whole json.RawMessage
	if err := json.Unmarshal(content, &whole); err != nil {
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		line, column := position(content, max(int(syntax.Offset)-1, 0))
		return nil, fmt.Errorf("%s:%d:%d: %w", name, line, column, err)
	}
	p := &jsonParser{decoder: json.NewDecoder(bytes.NewReader(content)), shapes: map[string]*shape{}}
	root, err := p.node()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return root, nil
}

// A jsonParser makes nodes of JSON that is known to be correct.
type jsonParser struct {
	decoder *json.Decoder
	shapes  map[string]*shape // by all keys
}

func (p *jsonParser) node() (node, error) {
	token, err := p.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		return p.list()
	case json.Delim('{'):
		return p.object()
	}
	return token, nil // nil, bool, float64, string
}

func (p *jsonParser) list() (node, error) {
	l := &list{}
	for p.decoder.More() {
		item, err := p.node()
		if err != nil {
			return nil, err
		}
		l.items = append(l.items, item)
	}
	_, err := p.decoder.Token()
	return l, err
}

func (p *jsonParser) object() (node, error) {
	var keys []string
	var values []node
	at := map[string]int{}
	for p.decoder.More() {
		token, err := p.decoder.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		value, err := p.node()
		if err != nil {
			return nil, err
		}
		if i, ok := at[key]; ok { // the last one counts
			values[i] = value
			continue
		}
		at[key] = len(keys)
		keys, values = append(keys, key), append(values, value)
	}
	_, err := p.decoder.Token()
	ordered.Arrange(keys, values)
	return &object{p.shape(keys), values}, err
}

// shape returns the shape of the objects that have these keys, always the same one.
func (p *jsonParser) shape(keys []string) *shape {
	var name strings.Builder
	for _, key := range keys {
		fmt.Fprintf(&name, "%q,", key)
	}
	s, ok := p.shapes[name.String()]
	if !ok {
		s = newShape(keys)
		p.shapes[name.String()] = s
	}
	return s
}
