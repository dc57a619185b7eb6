package pages

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/liveload/liveload/examples/demo/liveview"
)

const maxRows = 10_000

var (
	tableTemplate = liveview.Parse(`
		<h1>Table</h1>
		<p><span id="rows">{}</span> rows, sorted by <span id="sorted">{}</span>, <span id="updates">{}</span> updates</p>
		<button id="update-first" phx-click="update" phx-value-row="1">Update row 1</button>
		<button id="update-last" phx-click="update" phx-value-row="{}">Update row {}</button>
		<table><thead><tr>
			<th><button id="sort-id" phx-click="sort" phx-value-by="id">id</button></th>
			<th><button id="sort-name" phx-click="sort" phx-value-by="name">name</button></th>
			<th><button id="sort-value" phx-click="sort" phx-value-by="value">value</button></th>
		</tr></thead><tbody id="table">{}</tbody></table>
	`)
	tableRow = liveview.Parse(`<tr id="row-{}"><td>{}</td><td>{}</td><td id="value-{}">{}</td></tr>`)
)

func rowName(id int) string { return fmt.Sprintf("%c%04d", 'A'+id*7%26, id*7919%10_000) }

func rowValue(id int) int { return id * 6007 % 10_000 }

func renderRow(id, value int) *liveview.Node {
	return tableRow.With(id, id, rowName(id), id, value)
}

// tableRows are the rows as every visitor finds them; row n is at index n-1.
func tableRows() []liveview.Entry {
	rows := make([]liveview.Entry, maxRows)
	for i := range rows {
		rows[i] = liveview.Entry{Key: strconv.Itoa(i + 1), Node: renderRow(i+1, rowValue(i+1))}
	}
	return rows
}

// table shares its rows with all other visitors until one changes or sorts them.
type table struct {
	liveview.Base
	shared  []liveview.Entry
	rows    []liveview.Entry
	changed map[int]int // values by id, where they differ from rowValue
	by      string
	updates int
}

func (t *table) Mount(s *liveview.Socket) error {
	s.SetTitle("Table")
	n := min(max(s.QueryInt("rows", 1000), 1), maxRows)
	t.rows = t.shared[:n:n]
	t.by = "id"
	return nil
}

func (t *table) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "sort":
		return t.sort(e.Get("by"))
	case "update":
		return t.update(e.Get("row"))
	default:
		return liveview.UnknownEvent(e)
	}
}

func (t *table) value(id int) int {
	if v, ok := t.changed[id]; ok {
		return v
	}
	return rowValue(id)
}

func (t *table) sort(by string) error {
	var less func(a, b int) int
	switch by {
	case "id":
		less = func(a, b int) int { return a - b }
	case "name":
		less = func(a, b int) int { return slices.Compare([]byte(rowName(a)), []byte(rowName(b))) }
	case "value":
		less = func(a, b int) int { return t.value(a) - t.value(b) }
	default:
		return fmt.Errorf("sort table: there is no column %q", by)
	}
	t.by = by
	t.rows = slices.Clone(t.rows)
	slices.SortStableFunc(t.rows, func(a, b liveview.Entry) int { return less(rowID(a), rowID(b)) })
	return nil
}

func rowID(e liveview.Entry) int {
	id, err := strconv.Atoi(e.Key)
	if err != nil {
		panic(err) // keys are made in this file
	}
	return id
}

// update adds one to the value of a row.
func (t *table) update(row string) error {
	i := slices.IndexFunc(t.rows, func(e liveview.Entry) bool { return e.Key == row })
	if i < 0 {
		return fmt.Errorf("update table: there is no row %q", row)
	}
	id := rowID(t.rows[i])
	if t.changed == nil {
		t.changed = make(map[int]int)
	}
	t.changed[id] = t.value(id) + 1
	t.rows = slices.Clone(t.rows)
	t.rows[i].Node = renderRow(id, t.changed[id])
	t.updates++
	return nil
}

func (t *table) Render(s *liveview.Socket) *liveview.Node {
	n := len(t.rows)
	return withFlash(s, tableTemplate.With(n, t.by, t.updates, n, n, tableRow.Each(t.rows)))
}
