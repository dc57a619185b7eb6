package liveload

import (
	"errors"
	"regexp"

	"github.com/agext/levenshtein"

	"github.com/liveload/liveload/js"
)

// noMember is what goja says about a method that does not exist.
var noMember = regexp.MustCompile(`^Object has no member '(\w+)'`)

// suggestOperation adds the operation that was probably meant to the error of a script that called one
// which does not exist.
func suggestOperation(err error) error {
	var script *js.Error
	if !errors.As(err, &script) || script.Name != "TypeError" {
		return err
	}
	found := noMember.FindStringSubmatch(script.Message)
	if found == nil {
		return err
	}
	if near := nearestOperation(found[1]); near != "" {
		script.Message += ": did you mean " + near + "?"
	}
	return err
}

func nearestOperation(name string) string {
	best, at := "", 0.7
	for _, op := range operations() {
		if score := levenshtein.Match(name, op.name, nil); score > at {
			best, at = op.name, score
		}
	}
	return best
}
