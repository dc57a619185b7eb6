// Package ordered has the plain data of JavaScript in Go: nil, bool, float64, string, []any, and *Object, whose keys keep
// their order.
package ordered

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Parse reads JSON as JSON.parse does.
func Parse(text []byte) (any, error) {
	p := parser{jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))}
	data, err := p.value()
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := p.from.ReadToken(); err == nil {
		return nil, fmt.Errorf("read JSON: something follows the value at byte %d", p.from.InputOffset())
	}
	return data, nil
}

type parser struct{ from *jsontext.Decoder }

func (p parser) value() (any, error) {
	token, err := p.from.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case 't', 'f':
		return token.Bool(), nil
	case '"':
		return token.String(), nil
	case '0':
		return number(token.String()), nil
	case '[':
		return p.list()
	case '{':
		return p.object()
	}
	return nil, nil
}

// number reads what is too large as infinite, as JavaScript does.
func number(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64)
	return n
}

func (p parser) list() (any, error) {
	list := []any{}
	for p.from.PeekKind() != ']' {
		item, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	_, err := p.from.ReadToken()
	return list, err
}

func (p parser) object() (any, error) {
	object := &Object{}
	for p.from.PeekKind() != '}' {
		name, err := p.from.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String() // which the next token invalidates
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		object.Set(key, value)
	}
	object.sort()
	_, err := p.from.ReadToken()
	return object, err
}

// Text writes data as JSON.stringify does.
func Text(data any) (string, error) {
	text, err := appendText(nil, data)
	return string(text), err
}

func appendText(text []byte, data any) ([]byte, error) {
	var err error
	switch data := data.(type) {
	case nil:
		return append(text, "null"...), nil
	case bool:
		return strconv.AppendBool(text, data), nil
	case string:
		return jsontext.AppendQuote(text, []byte(data)) // what is not UTF-8 becomes U+FFFD, with an error
	case float64:
		return appendNumber(text, data), nil
	case int:
		return strconv.AppendInt(text, int64(data), 10), nil
	case int64:
		return strconv.AppendInt(text, data, 10), nil
	case []any:
		text = append(text, '[')
		for i, item := range data {
			if i > 0 {
				text = append(text, ',')
			}
			if text, err = appendText(text, item); err != nil {
				return text, err
			}
		}
		return append(text, ']'), nil
	case *Object:
		return data.appendText(text)
	case map[string]any:
		return Of(data).appendText(text)
	}
	return text, fmt.Errorf("a %T is not plain data", data)
}

func appendNumber(text []byte, n float64) []byte {
	switch {
	case math.IsNaN(n), math.IsInf(n, 0):
		return append(text, "null"...)
	case n == 0:
		return append(text, '0') // also of -0
	}
	return append(text, jsontext.Float(n).String()...)
}
