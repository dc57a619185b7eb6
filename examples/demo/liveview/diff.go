package liveview

import "strconv"

// differ writes rendered trees as the client's JSON. Statics inside a list are sent once and
// referred to by number; the table of numbers ("p") belongs to one root and one message.
type differ struct {
	b         []byte
	shared    map[*Template]int
	sharedAll []*Template
	depth     int // of lists around what is being written
}

// root writes the difference between two renders as the inside of an object, without braces. It
// reports whether anything was written. old is nil for the first render.
func (d *differ) root(old, now *Node, component bool) bool {
	start := len(d.b)
	if old == nil || old.tmpl != now.tmpl {
		d.full(now, true)
		if component {
			d.b = append(d.b, `,"r":1`...)
		}
	} else {
		d.changes(old, now)
	}
	d.templates()
	return len(d.b) > start
}

// full writes every dynamic of n, and its statics when asked for.
func (d *differ) full(n *Node, statics bool) {
	for i := range n.dyn {
		d.key(i)
		d.value(&n.dyn[i])
	}
	if !statics {
		return
	}
	if len(n.dyn) > 0 {
		d.b = append(d.b, ',')
	}
	d.b = append(d.b, `"s":`...)
	d.statics(n.tmpl)
}

func (d *differ) statics(t *Template) {
	if d.depth == 0 {
		d.b = append(d.b, t.staticJSON...)
		return
	}
	i, ok := d.shared[t]
	if !ok {
		if d.shared == nil {
			d.shared = make(map[*Template]int)
		}
		i = len(d.sharedAll)
		d.shared[t] = i
		d.sharedAll = append(d.sharedAll, t)
	}
	d.b = strconv.AppendInt(d.b, int64(i), 10)
}

// templates writes the table that numbers in place of statics refer to.
func (d *differ) templates() {
	if len(d.sharedAll) == 0 {
		return
	}
	d.b = append(d.b, `,"p":{`...)
	for i, t := range d.sharedAll {
		d.key(i)
		d.b = append(d.b, t.staticJSON...)
	}
	d.b = append(d.b, '}')
	d.shared, d.sharedAll = nil, nil
}

// key writes "i": with a comma before it unless it is the first of its object.
func (d *differ) key(i int) {
	d.comma()
	d.b = append(d.b, '"')
	d.b = strconv.AppendInt(d.b, int64(i), 10)
	d.b = append(d.b, '"', ':')
}

func (d *differ) comma() {
	if n := len(d.b); n > 0 && d.b[n-1] != '{' {
		d.b = append(d.b, ',')
	}
}

func (d *differ) value(v *dynamic) {
	switch sub := v.sub.(type) {
	case *Node:
		d.b = append(d.b, '{')
		d.full(sub, true)
		d.b = append(d.b, '}')
	case *List:
		d.list(sub)
	case componentRef:
		d.b = strconv.AppendInt(d.b, int64(sub), 10)
	default:
		d.b = appendString(d.b, v.text)
	}
}

func (d *differ) list(l *List) {
	d.b = append(d.b, `{"k":{`...)
	d.depth++
	for i, e := range l.entries {
		d.key(i)
		d.entry(e.Node)
	}
	d.depth--
	d.count(len(l.entries))
	d.b = append(d.b, `},"s":`...)
	d.statics(l.tmpl)
	d.b = append(d.b, '}')
}

func (d *differ) entry(n *Node) {
	d.b = append(d.b, '{')
	d.full(n, false)
	d.b = append(d.b, '}')
}

func (d *differ) count(n int) {
	d.comma()
	d.b = append(d.b, `"kc":`...)
	d.b = strconv.AppendInt(d.b, int64(n), 10)
}

// changes writes the dynamics of now that differ from old, which has the same template.
func (d *differ) changes(old, now *Node) {
	if old == now {
		return
	}
	for i := range now.dyn {
		d.change(i, &old.dyn[i], &now.dyn[i])
	}
}

func (d *differ) change(i int, old, now *dynamic) {
	switch sub := now.sub.(type) {
	case *Node:
		if was, ok := old.sub.(*Node); ok && was.tmpl == sub.tmpl {
			d.nested(i, func() { d.changes(was, sub) })
			return
		}
	case *List:
		if was, ok := old.sub.(*List); ok && was.tmpl == sub.tmpl {
			d.nested(i, func() { d.listChanges(was, sub) })
			return
		}
	case componentRef:
		if old.sub == now.sub {
			return
		}
	default:
		if old.sub == nil && old.text == now.text {
			return
		}
	}
	d.key(i)
	d.value(now)
}

// nested writes "i":{...}, or nothing when write writes nothing.
func (d *differ) nested(i int, write func()) {
	start := len(d.b)
	d.key(i)
	d.b = append(d.b, '{')
	inside := len(d.b)
	write()
	if len(d.b) == inside {
		d.b = d.b[:start]
		return
	}
	d.b = append(d.b, '}')
}
