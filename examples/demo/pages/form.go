package pages

import (
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var (
	formTemplate = liveview.Parse(`
		<h1>Form</h1>
		<form id="profile-form" phx-change="validate" phx-submit="save">
			{}
			<button id="save" phx-disable-with="Saving...">Save</button>
		</form>
		<p>Validated <span id="validations">{}</span> times.</p>
		{}
	`)
	formResult   = liveview.Parse(`<pre id="result">{}</pre>`)
	formField    = liveview.Parse(`<div class="field"><span>{}</span> {}<span id="{}-error" class="error">{}</span></div>`)
	formInput    = liveview.Parse(`<input id="{}" type="{}" name="{}" value="{}">`)
	formFile     = liveview.Parse(`<input id="{}" type="file" name="{}">`)
	formCheckbox = liveview.Parse(`<input type="hidden" name="{}" value="false"><input id="{}" type="checkbox" name="{}" value="true"{}>`)
	formTextarea = liveview.Parse(`<textarea id="{}" name="{}">{}</textarea>`)
	formSelect   = liveview.Parse(`<select id="{}" name="{}"{}>{}</select>`)
	formOption   = liveview.Parse(`<option value="{}"{}>{}</option>`)
	formChoices  = liveview.Parse(`<span id="{}">{}</span>`)
	formChoice   = liveview.Parse(`<label><input id="{}" type="{}" name="{}" value="{}"{}> {}</label>`)
)

// A field is one input of the form, or a group of them. The id of a choice in a group is the
// group's id, a hyphen and its value.
type field struct {
	id      string
	kind    string
	initial string
	choices []string
}

var fields = []field{
	{id: "text", kind: "text"},
	{id: "email", kind: "email"},
	{id: "password", kind: "password"},
	{id: "number", kind: "number"},
	{id: "date", kind: "date"},
	{id: "time", kind: "time"},
	{id: "datetime", kind: "datetime-local"},
	{id: "month", kind: "month"},
	{id: "week", kind: "week"},
	{id: "color", kind: "color", initial: "#000000"},
	{id: "range", kind: "range", initial: "50"},
	{id: "search", kind: "search"},
	{id: "tel", kind: "tel"},
	{id: "url", kind: "url"},
	{id: "terms", kind: "checkbox"},
	{id: "interests", kind: "checkboxes", choices: []string{"music", "sport", "books"}},
	{id: "plan", kind: "radio", choices: []string{"free", "pro", "team"}},
	{id: "country", kind: "select", choices: []string{"", "de", "fr", "it"}},
	{id: "languages", kind: "multiselect", choices: []string{"en", "de", "fr", "it"}},
	{id: "bio", kind: "textarea"},
	{id: "token", kind: "hidden", initial: "from-server"},
	{id: "document", kind: "file"},
}

func (f field) multiple() bool { return f.kind == "checkboxes" || f.kind == "multiselect" }

func (f field) name() string {
	if f.multiple() {
		return "profile[" + f.id + "][]"
	}
	return "profile[" + f.id + "]"
}

type form struct {
	liveview.Base
	values      url.Values
	errors      map[string]string
	validations int
	result      string
}

func (f *form) Mount(s *liveview.Socket) error {
	s.SetTitle("Form")
	f.values = make(url.Values)
	for _, field := range fields {
		if field.initial != "" {
			f.values.Set(field.name(), field.initial)
		}
	}
	return nil
}

func (f *form) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	f.values = e.Form
	f.errors = f.validate()
	switch e.Name {
	case "validate":
		f.validations++
		for id := range f.errors { // an input that the user has not touched shows no error yet
			if e.Form.Has("profile[_unused_" + id + "]") {
				delete(f.errors, id)
			}
		}
	case "save":
		f.result = ""
		if len(f.errors) == 0 {
			f.result = f.summary()
		}
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

// value is the last one of a name: a checkbox comes after the hidden input that unchecks it.
func (f *form) value(field field) string {
	all := f.values[field.name()]
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

func (f *form) chosen(field field, choice string) bool {
	for _, v := range f.values[field.name()] {
		if v == choice {
			return true
		}
	}
	return false
}

func (f *form) validate() map[string]string {
	errors := make(map[string]string)
	for _, field := range fields {
		if problem := check(field.id, f.value(field)); problem != "" {
			errors[field.id] = problem
		}
	}
	return errors
}

func check(id, value string) string {
	switch id {
	case "text":
		if value == "" {
			return "can't be blank"
		}
	case "email":
		if _, err := mail.ParseAddress(value); err != nil {
			return "is not an address"
		}
	case "password":
		if len(value) < 8 {
			return "needs 8 characters"
		}
	case "number":
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 10 {
			return "must be from 1 to 10"
		}
	case "terms":
		if value != "true" {
			return "must be accepted"
		}
	}
	return ""
}

// summary is one line for each field: id=value, several values joined by commas.
func (f *form) summary() string {
	var b strings.Builder
	for _, field := range fields {
		value := f.value(field)
		if field.multiple() {
			value = strings.Join(f.values[field.name()], ",")
		}
		b.WriteString(field.id + "=" + value + "\n")
	}
	return b.String()
}

func (f *form) Render(s *liveview.Socket) *liveview.Node {
	entries := make([]liveview.Entry, len(fields))
	for i, field := range fields {
		entries[i] = liveview.Entry{Key: field.id, Node: formField.With(field.id, f.control(field), field.id, f.errors[field.id])}
	}
	var result *liveview.Node
	if f.result != "" {
		result = formResult.With(f.result)
	}
	return withFlash(s, formTemplate.With(formField.Each(entries), f.validations, result))
}

func (f *form) control(field field) *liveview.Node {
	name := field.name()
	switch field.kind {
	case "file":
		return formFile.With(field.id, name)
	case "checkbox":
		return formCheckbox.With(name, field.id, name, liveview.Flag("checked", f.value(field) == "true"))
	case "textarea":
		return formTextarea.With(field.id, name, f.value(field))
	case "select", "multiselect":
		return formSelect.With(field.id, name, liveview.Flag("multiple", field.multiple()), f.options(field))
	case "checkboxes":
		return formChoices.With(field.id, f.group(field, "checkbox"))
	case "radio":
		return formChoices.With(field.id, f.group(field, "radio"))
	default:
		return formInput.With(field.id, field.kind, name, f.value(field))
	}
}

func (f *form) options(field field) *liveview.List {
	entries := make([]liveview.Entry, len(field.choices))
	for i, choice := range field.choices {
		entries[i] = liveview.Entry{Key: choice, Node: formOption.With(choice, liveview.Flag("selected", f.chosen(field, choice)), choice)}
	}
	return formOption.Each(entries)
}

func (f *form) group(field field, kind string) *liveview.List {
	entries := make([]liveview.Entry, len(field.choices))
	for i, choice := range field.choices {
		checked := liveview.Flag("checked", f.chosen(field, choice))
		entries[i] = liveview.Entry{Key: choice, Node: formChoice.With(field.id+"-"+choice, kind, field.name(), choice, checked, choice)}
	}
	return formChoice.Each(entries)
}
