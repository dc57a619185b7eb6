package liveload

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
)

// hinted adds to the error of an argument what the script probably wanted.
func hinted(vm *js.VM, p param, v goja.Value, err error) error {
	if u, ok := UserOf(vm); ok && p.kind != pageCode {
		if kind := u.page.TypeOf(v); kind != "" {
			return fmt.Errorf("%w of Playwright (%s): call its own methods", err, kind)
		}
	}
	if _, ok := v.(*goja.Object); ok && p.hint != "" {
		return fmt.Errorf("%w: %s", err, p.hint)
	}
	return err
}

// playwrights is the hint for options that only Playwright's own calls take.
func playwrights(option string) string {
	known := []string{"hasText", "noDefaults"}
	if !slices.Contains(known, option) {
		return ""
	}
	return "; the calls of user.page take Playwright's"
}

// takesNothing matches functions without parameters.
var takesNothing = regexp.MustCompile(`^(async\s+)?(function\b)?[\s*]*[\w$]*\s*\(\s*\)`)

// misplaced finds options in the place of the argument for a page function.
func (op *operation) misplaced(values []goja.Value) error {
	if len(values) != 2 || len(op.params) != 2 || op.params[0].kind != pageCode || !isPlainObject(values[1]) {
		return nil
	}
	code, ok := bundle.FunctionText(values[0])
	keys := values[1].(*goja.Object).Keys()
	if !ok || len(keys) == 0 || !takesNothing.MatchString(code) {
		return nil
	}
	for _, key := range keys {
		if !slices.Contains(op.optionNames(), key) {
			return nil
		}
	}
	return fmt.Errorf("options are the third argument: %s(fn, undefined, { %s })", op.name, strings.Join(keys, ", "))
}
