package data

import "strings"

// A node is a piece of data: nil, bool, float64, string, *record, *object or *list. It never changes.
type node any

// A shape is the keys that many objects have in common.
type shape struct {
	keys  []string
	index map[string]int
}

func newShape(keys []string) *shape {
	s := &shape{keys: keys, index: make(map[string]int, len(keys))}
	for i, key := range keys {
		s.index[key] = i
	}
	return s
}

// A row is an object of a shape.
type row[T any] struct {
	shape  *shape
	values []T
}

type (
	record = row[string]
	object = row[node]
)

type list struct{ items []node }

// fields are what record and object have in common.
type fields interface {
	keys() []string
	value(key string) (node, bool)
}

func (r *row[T]) keys() []string { return r.shape.keys }

func (r *row[T]) value(key string) (node, bool) {
	i, ok := r.shape.index[key]
	if !ok {
		return nil, false
	}
	return r.values[i], true
}

// A dataset is loaded data. It never changes.
type dataset struct {
	name string // for people
	root node
	// The sequences of the run that number the rows which users take, by name.
	nextRows, uniqueRows string
}

// uniquePrefix begins the names of the sequences that number unique rows.
const uniquePrefix = "unique of "

// IsUnique says whether a sequence numbers rows of which each is given once, so that it must not begin anew for an application
// that has seen some of them.
func IsUnique(sequence string) bool { return strings.HasPrefix(sequence, uniquePrefix) }

// newDataset returns data whose identity is the same on every node.
func newDataset(name, identity string, root node) *dataset {
	return &dataset{name: name, root: root, nextRows: "next of " + identity, uniqueRows: uniquePrefix + identity}
}

// rows are the items of data that is an array; nil for other data.
func (d *dataset) rows() []node {
	if l, ok := d.root.(*list); ok {
		return l.items
	}
	return nil
}
