package ordered

import (
	"maps"
	"slices"
	"strconv"
)

// An Object is an object of plain data. The zero Object is empty. It may be read concurrently.
type Object struct {
	keys   []string
	values []any
	places map[string]int // of keys, when there are many
}

// many keys are found by a map instead of by looking at each.
const many = 8

// Of returns an object with the pairs of a map, sorted by key.
func Of(pairs map[string]any) *Object {
	o := &Object{}
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		o.Set(key, pairs[key])
	}
	return o
}

// Keys returns the keys in their order. They must not be changed.
func (o *Object) Keys() []string { return o.keys }

// Get returns the value of a key, and whether there is one.
func (o *Object) Get(key string) (any, bool) {
	i := o.place(key)
	if i < 0 {
		return nil, false
	}
	return o.values[i], true
}

// Set gives a key a value. A new key comes last.
func (o *Object) Set(key string, value any) {
	if i := o.place(key); i >= 0 {
		o.values[i] = value
		return
	}
	o.keys, o.values = append(o.keys, key), append(o.values, value)
	if o.places != nil {
		o.places[key] = len(o.keys) - 1
	} else if len(o.keys) > many {
		o.index()
	}
}

func (o *Object) place(key string) int {
	if o.places == nil {
		return slices.Index(o.keys, key)
	}
	if i, ok := o.places[key]; ok {
		return i
	}
	return -1
}

func (o *Object) index() {
	o.places = make(map[string]int, len(o.keys))
	for i, key := range o.keys {
		o.places[key] = i
	}
}

// sort has the keys in the order of JavaScript.
func (o *Object) sort() {
	if Arrange(o.keys, o.values) && o.places != nil {
		o.index()
	}
}

// MarshalJSON implements json.Marshaler.
func (o *Object) MarshalJSON() ([]byte, error) { return o.appendText(nil) }

// String shows the object as JSON.
func (o *Object) String() string {
	text, _ := o.appendText(nil)
	return string(text)
}

func (o *Object) appendText(text []byte) ([]byte, error) {
	text = append(text, '{')
	for i, key := range o.keys {
		if i > 0 {
			text = append(text, ',')
		}
		var err error
		if text, err = appendText(text, key); err != nil {
			return text, err
		}
		if text, err = appendText(append(text, ':'), o.values[i]); err != nil {
			return text, err
		}
	}
	return append(text, '}'), nil
}

// Maps returns data with maps in place of objects, for those to whom the order says nothing.
func Maps(data any) any {
	switch data := data.(type) {
	case []any:
		list := make([]any, len(data))
		for i, item := range data {
			list[i] = Maps(item)
		}
		return list
	case *Object:
		pairs := make(map[string]any, len(data.keys))
		for i, key := range data.keys {
			pairs[key] = Maps(data.values[i])
		}
		return pairs
	}
	return data
}

// Arrange brings keys, and their values with them, into the order of JavaScript: whole numbers first, by size. It says
// whether it has changed anything.
func Arrange[T any](keys []string, values []T) bool {
	numbers, last, sorted := 0, -1, true
	for i, key := range keys {
		if n, ok := index(key); ok {
			sorted = sorted && numbers == i && n > last
			numbers, last = numbers+1, n
		}
	}
	if sorted {
		return false
	}
	type pair struct {
		key   string
		value T
	}
	pairs := make([]pair, len(keys))
	for i, key := range keys {
		pairs[i] = pair{key, values[i]}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return rank(a.key) - rank(b.key) })
	for i, p := range pairs {
		keys[i], values[i] = p.key, p.value
	}
	return true
}

// mostIndex is the largest index of an array.
const mostIndex = 1<<32 - 2

// rank is where a key belongs; those that are no numbers keep their order.
func rank(key string) int {
	if n, ok := index(key); ok {
		return n
	}
	return mostIndex + 1
}

// index reads a key that is written as an index of an array.
func index(key string) (int, bool) {
	if key == "" || key[0] < '0' || key[0] > '9' || len(key) > 10 || key[0] == '0' && key != "0" {
		return 0, false
	}
	n, err := strconv.Atoi(key)
	return n, err == nil && n <= mostIndex
}
