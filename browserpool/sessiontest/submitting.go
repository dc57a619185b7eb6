package sessiontest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

// testSubmitForm: forms with several buttons or none, and whose button was clicked.
func testSubmitForm(t *testing.T, r *rig) {
	const (
		form   = `<form id=f onsubmit="window.by = event.submitter && event.submitter.id; return false">`
		needed = `<input id=mail type=email required name=mail>`
		plain  = `<button id=x>x</button>`
	)
	submit, mail := on(browserpool.Session.SubmitForm, "#f"), fills("#mail", "a@b.c")
	refusedAtFirst := func(ctx context.Context, u browserpool.Session) error {
		if err := submit(ctx, u); err == nil {
			return errors.New("the form was submitted")
		}
		return nil
	}
	steps := []step{
		{name: "button hidden for ever", page: form + `<button id=x hidden>x</button>`, do: submit, fail: `it is hidden: <button id="x">`},
		{name: "loading for ever", page: form + plain + `</form><script>f.addEventListener('submit', () => f.className = 'phx-submit-loading')</script>`, do: submit, fail: "it is still loading"},
		{name: "a field that is not valid", page: form + needed + plain, do: submit, fail: `the form was not submitted, since <input id="mail"> is not valid: Please fill out this field.`},
		{name: "not valid and no button", page: form + needed, do: submit, fail: "the form was not submitted, since <input"},
		{name: "not valid at first", page: form + needed + plain, do: after(refusedAtFirst, after(mail, submit)), want: "by === 'x'"},
		{name: "emptied by what submits it", page: form + needed + plain + `</form><script>f.addEventListener('submit', () => { f.reset(); f.checkValidity(); })</script>`, do: after(mail, submit), want: "by === 'x'"},
	}
	for _, c := range []struct{ name, page, by string }{
		{"no button", form + `<input>`, "null"},
		{"only another button", form + `<button type=button id=x>x</button><input type=reset>`, "null"},
		{"a button without type", form + plain, "'x'"},
		{"the first of several", form + `<button type=button id=w>w</button><button id=x>x</button><button id=y>y</button><input type=submit id=z>`, "'x'"},
		{"a hidden button first", form + `<button id=w hidden>w</button>` + plain, "'x'"},
		{"a button outside", form + `</form><button id=x form=f>x</button>`, "'x'"},
		{"an input", form + `<input type=submit id=x value=x>`, "'x'"},
		{"a picture", form + `<input type=image id=x alt=x width=20 height=20>`, "'x'"},
		{"enabled later", form + `<button id=x disabled>x</button><script>setTimeout(() => x.disabled = false, 100)</script>`, "'x'"},
		{"not validated", strings.Replace(form, "<form", "<form novalidate", 1) + needed + plain, "'x'"},
		{"a form that goes away", form + plain + `</form><script>f.addEventListener('submit', () => { f.className = 'phx-submit-loading'; setTimeout(() => f.remove(), 100) })</script>`, "'x'"},
	} {
		steps = append(steps, step{name: c.name, page: c.page, do: submit, want: "by === " + c.by})
	}
	r.run(t, steps)
}
