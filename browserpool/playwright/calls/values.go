package calls

import (
	"encoding/json"
	"math"
	"math/big"
	"net/url"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// Argument turns a value into what playwright-go can carry into a page: it loses int64 and panics on
// maps other than map[string]any.
func Argument(value any) any {
	switch v := value.(type) {
	case nil, bool, string, float64, time.Time:
		return v
	case int64:
		return float64(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = Argument(v[i])
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			object[key] = Argument(v[key])
		}
		return object
	}
	var copied any
	encoded, err := json.Marshal(value)
	if err != nil || json.Unmarshal(encoded, &copied) != nil {
		return nil
	}
	return copied
}

// maxDepth bounds the nesting of a value from a page. Deeper ones are circular.
const maxDepth = 100

var errCircular = &browserpool.PageError{Message: "the function gave a value that contains itself, or is nested more than 100 deep"}

var (
	// ErrTooLarge is about a number that playwright-go cannot carry out of a page.
	ErrTooLarge = &browserpool.PageError{Message: "the function gave a number that is too large to carry out of the page: return it as a string"}
	// ErrForeign is about a value that it cannot carry out of a page.
	ErrForeign = &browserpool.PageError{Message: "the function gave something that cannot be carried out of the page: return strings, numbers, booleans, lists and plain objects"}
	// ErrPageLeft is about a function whose document went away.
	ErrPageLeft = &browserpool.PageError{Message: "the page was left for another while the function ran"}
)

// DateText writes a date as JSON.stringify does.
func DateText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// Result turns what playwright-go carries out of a page into plain values.
func Result(value any) (any, error) { return plain(value, maxDepth) }

func plain(value any, depth int) (any, error) {
	if depth == 0 {
		return nil, errCircular
	}
	var err error
	switch v := value.(type) {
	case int:
		if v == math.MinInt || v == math.MaxInt { // where playwright-go ends up with what is larger
			return nil, ErrTooLarge
		}
		return float64(v), nil
	case *big.Int:
		return v.String(), nil
	case *url.URL:
		return v.String(), nil
	case time.Time:
		return DateText(v), nil
	case error:
		return v.Error(), nil
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i], err = plain(v[i], depth-1); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		if inOrder, ok := v[InOrder]; ok {
			return unpack(inOrder, depth-1)
		}
		object := make(map[string]any, len(v))
		for key := range v {
			if object[key], err = plain(v[key], depth-1); err != nil {
				return nil, err
			}
		}
		return object, nil
	case []uint8: // which JSON would write as base64
		list := make([]any, len(v))
		for i, b := range v {
			list[i] = float64(b)
		}
		return list, nil
	}
	return Argument(value), nil // a typed array of other numbers becomes a list
}
