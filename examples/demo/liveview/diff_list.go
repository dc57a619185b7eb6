package liveview

import "strconv"

// listChanges writes "k" with the entries that are new, changed or moved. An entry at its old place
// is written as its changes, a moved one as its old index (with its changes, when it has any).
func (d *differ) listChanges(old, now *List) {
	start := len(d.b)
	d.b = append(d.b, `"k":{`...)
	inside := len(d.b)
	d.depth++
	moved := false
	var places map[string]int // built when the first key is not where it was
	for i, e := range now.entries {
		if i < len(old.entries) && old.entries[i].Key == e.Key {
			was := old.entries[i].Node
			d.nested(i, func() { d.entryChanges(was, e.Node) })
			continue
		}
		if places == nil {
			places = placesOf(old)
		}
		from, ok := places[e.Key]
		d.key(i)
		if !ok {
			d.entry(e.Node)
			continue
		}
		moved = true
		d.move(from, old.entries[from].Node, e.Node)
	}
	d.depth--
	if len(d.b) == inside && len(old.entries) == len(now.entries) {
		d.b = d.b[:start]
		return
	}
	d.count(len(now.entries))
	if moved {
		d.b = append(d.b, `,"km":true`...)
	}
	d.b = append(d.b, '}')
}

// entryChanges writes the changes of one entry. An entry whose template differs from before has
// none of the old dynamics: lists have one template, so that is a mistake of the page.
func (d *differ) entryChanges(old, now *Node) {
	if old.tmpl != now.tmpl {
		d.full(now, false)
		return
	}
	d.changes(old, now)
}

func (d *differ) move(from int, old, now *Node) {
	start := len(d.b)
	d.b = append(d.b, '[')
	d.b = strconv.AppendInt(d.b, int64(from), 10)
	d.b = append(d.b, `,{`...)
	inside := len(d.b)
	d.entryChanges(old, now)
	if len(d.b) == inside {
		d.b = strconv.AppendInt(d.b[:start], int64(from), 10)
		return
	}
	d.b = append(d.b, `}]`...)
}

func placesOf(l *List) map[string]int {
	places := make(map[string]int, len(l.entries))
	for i, e := range l.entries {
		places[e.Key] = i
	}
	return places
}
