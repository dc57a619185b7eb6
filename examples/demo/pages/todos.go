package pages

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var (
	todosTemplate = liveview.Parse(`
		<h1>Todos</h1>
		{}
		<p>{}<button id="toggle-form" phx-click="toggle_form">Form on/off</button></p>
		<ul id="todos">{}</ul>
		<p><span id="left">{}</span> left <button id="clear" phx-click="clear">Clear done</button></p>
	`)
	todoForm = liveview.Parse(`
		<form id="todo-form" phx-submit="add" phx-target="{}">
			<input id="todo-title" name="title" autocomplete="off" value="{}">
			<button id="add">Add</button> <span id="added">{}</span> added
		</form>
	`)
	todoEntry = liveview.Parse(`
		<li id="todo-{}"{}><input id="toggle-{}" type="checkbox" phx-click="toggle" phx-value-id="{}"{}>
		<span class="title">{}</span> <button id="delete-{}" phx-click="delete" phx-value-id="{}">delete</button></li>
	`)
)

type todo struct {
	id    int
	title string
	done  bool
}

type todos struct {
	liveview.Base
	all      []todo
	lastID   int
	filter   string
	hideForm bool
}

func (t *todos) Mount(s *liveview.Socket) error {
	s.SetTitle("Todos")
	return nil
}

func (t *todos) HandleParams(s *liveview.Socket, _ *url.URL) error {
	t.filter = s.Query("filter")
	if t.filter != "active" && t.filter != "done" {
		t.filter = "all"
	}
	return nil
}

func (t *todos) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "toggle_form":
		t.hideForm = !t.hideForm
		return nil
	case "clear":
		t.all = slices.DeleteFunc(t.all, func(item todo) bool { return item.done })
		return nil
	case "toggle", "delete":
	default:
		return liveview.UnknownEvent(e)
	}
	id, err := strconv.Atoi(e.Get("id"))
	if err != nil {
		return fmt.Errorf("handle event %q: %w", e.Name, err)
	}
	i := slices.IndexFunc(t.all, func(item todo) bool { return item.id == id })
	switch {
	case i < 0: // another event took it away
	case e.Name == "toggle":
		t.all[i].done = !t.all[i].done
	default:
		t.all = slices.Delete(t.all, i, i+1)
	}
	return nil
}

func (t *todos) Render(s *liveview.Socket) *liveview.Node {
	var entries []liveview.Entry
	left := 0
	for _, item := range t.all {
		if !item.done {
			left++
		}
		if t.filter == "all" || (t.filter == "done") == item.done {
			entries = append(entries, liveview.Entry{Key: strconv.Itoa(item.id), Node: item.render()})
		}
	}
	var form any = ""
	if !t.hideForm {
		form = s.Component("form", func() liveview.Component { return &todoAdder{list: t} })
	}
	return withFlash(s, todosTemplate.With(form, t.filters(s), todoEntry.Each(entries), left))
}

func (t *todos) filters(s *liveview.Socket) *liveview.List {
	var links []liveview.Entry
	for _, name := range []string{"all", "active", "done"} {
		links = append(links, liveview.Entry{Key: name, Node: patchLink.With("filter-"+name, link(s, "/todos?filter="+name), name)})
	}
	return patchLink.Each(links)
}

func (t *todo) render() *liveview.Node {
	return todoEntry.With(t.id, liveview.Attr("class", "done", t.done), t.id, t.id, liveview.Flag("checked", t.done), t.title, t.id, t.id)
}

// A todoAdder is the live component with the form.
type todoAdder struct {
	list  *todos
	added int
}

func (a *todoAdder) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "add" {
		return liveview.UnknownEvent(e)
	}
	if title := e.Get("title"); title != "" {
		a.added++
		a.list.lastID++
		a.list.all = append(a.list.all, todo{id: a.list.lastID, title: title})
	}
	return nil
}

func (a *todoAdder) Render(_ *liveview.Socket, cid int) *liveview.Node {
	return todoForm.With(cid, "", a.added)
}
