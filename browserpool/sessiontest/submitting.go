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
	submit := func(selector string) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.SubmitForm(ctx, selector) }
	}
	const form = `<form id=f onsubmit="window.by = event.submitter && event.submitter.id; return false">`
	steps := []step{
		{name: "button hidden for ever", page: form + `<button id=x hidden>x</button>`, do: submit("#f"), fail: `it is hidden: <button id="x">`},
		{name: "loading for ever", page: form + `<button id=x>x</button></form><script>f.addEventListener('submit', () => f.className = 'phx-submit-loading')</script>`, do: submit("#f"), fail: "it is still loading"},
		{name: "a form that goes away", page: form + `<button id=x>x</button></form><script>f.addEventListener('submit', () => { f.className = 'phx-submit-loading'; setTimeout(() => f.remove(), 100) })</script>`, do: submit("#f"), want: "by === 'x'"},
	}
	const needed = `<input id=mail type=email required name=mail>`
	const selector = "#f"
	steps = append(steps,
		step{name: selector + " a field that is not valid", page: form + needed + `<button id=x>x</button>`, do: submit(selector),
			fail: `the form was not submitted, since <input id="mail"> is not valid: Please fill out this field.`},
		step{name: selector + " not valid and no button", page: form + needed, do: submit(selector), fail: "the form was not submitted, since <input"},
		step{name: selector + " not valid at first", page: form + needed + `<button id=x>x</button>`, want: "by === 'x'", do: func(ctx context.Context, u browserpool.Session) error {
			if err := u.SubmitForm(ctx, selector); err == nil {
				return errors.New("the form was submitted")
			}
			return errors.Join(u.Fill(ctx, "#mail", "a@b.c"), u.SubmitForm(ctx, selector))
		}},
		step{name: selector + " emptied by what submits it", page: form + needed + `<button id=x>x</button></form><script>f.addEventListener('submit', () => { f.reset(); f.checkValidity(); })</script>`,
			want: "by === 'x'", do: func(ctx context.Context, u browserpool.Session) error {
				return errors.Join(u.Fill(ctx, "#mail", "a@b.c"), u.SubmitForm(ctx, selector))
			}},
		step{name: selector + " not validated", page: strings.Replace(form, "<form", "<form novalidate", 1) + needed + `<button id=x>x</button>`, do: submit(selector), want: "by === 'x'"},
	)
	for _, c := range []struct{ name, page, by string }{
		{"no button", form + `<input>`, "null"},
		{"only another button", form + `<button type=button id=x>x</button><input type=reset>`, "null"},
		{"a button without type", form + `<button id=x>x</button>`, "'x'"},
		{"the first of several", form + `<button type=button id=w>w</button><button id=x>x</button><button id=y>y</button><input type=submit id=z>`, "'x'"},
		{"an input", form + `<input type=submit id=x value=x>`, "'x'"},
		{"a picture", form + `<input type=image id=x alt=x width=20 height=20>`, "'x'"},
		{"enabled later", form + `<button id=x disabled>x</button><script>setTimeout(() => x.disabled = false, 100)</script>`, "'x'"},
	} {
		steps = append(steps, step{name: selector + " " + c.name, page: c.page, do: submit(selector), want: "by === " + c.by})
	}
	steps = append(steps,
		step{name: "a hidden button first", page: form + `<button id=w hidden>w</button><button id=x>x</button>`, do: submit("#f"), want: "by === 'x'"},
		step{name: "a button outside", page: form + `</form><button id=x form=f>x</button>`, do: submit("#f"), want: "by === 'x'"},
	)
	r.run(t, steps)
}
