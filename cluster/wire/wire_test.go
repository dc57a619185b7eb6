package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/runner"
)

// TestErrorsTravel: what the command line tells of an error is the same wherever it happened.
func TestErrorsTravel(t *testing.T) {
	script := &scripterr.Error{Name: "TypeError", Message: "x is null", File: "shop.js", Line: 3, Column: 7, SourceLine: "  x.y()",
		Stack: []scripterr.Frame{{Func: "buy", File: "shop.js", Line: 3, Column: 7}}, Also: []*scripterr.Error{{Message: "and this", Cause: errors.New("y")}}}
	through := &scripterr.Error{Name: "OperationError", Message: "no network", File: "shop.js", Line: 1, Cause: errors.New("no network")}
	for _, sent := range []error{
		errors.New("no browser"), fmt.Errorf("prepare: %w", script), through,
		&runner.AbortError{Cause: script}, nil,
	} {
		packed, err := json.Marshal(NewError(sent))
		if err != nil {
			t.Fatal(err)
		}
		var e *Error
		if err := json.Unmarshal(packed, &e); err != nil {
			t.Fatal(err)
		}
		got := e.Err()
		if fmt.Sprint(got) != fmt.Sprint(sent) {
			t.Errorf("%v arrives as %v", sent, got)
		}
		_, aborts := errors.AsType[*runner.AbortError](sent)
		if _, arrived := errors.AsType[*runner.AbortError](got); arrived != aborts {
			t.Errorf("%v arrives as an abort: %v", sent, arrived)
		}
		if want, ok := errors.AsType[*scripterr.Error](sent); ok {
			if of, ok := errors.AsType[*scripterr.Error](got); !ok || of.Pretty() != want.Pretty() {
				t.Errorf("%q arrives as %q", want.Pretty(), of.Pretty())
			}
		}
	}
}

// TestErrorsOfOthers: whatever a worker says, its errors are short enough and do nothing to a terminal.
func TestErrorsOfOthers(t *testing.T) {
	evil := "\x1b]0;x\a\x1b[2J\r\u202e" + strings.Repeat("x", 1<<20)
	one := scripterr.Error{Name: evil, Message: evil, File: evil, SourceLine: evil, Stack: []scripterr.Frame{{Func: evil, File: evil}}}
	outer := one
	outer.Also = []*scripterr.Error{nil, &one}
	err := (&Error{Text: "line 1\n\tline 2" + evil, Script: &outer}).Err()
	script, ok := errors.AsType[*scripterr.Error](err)
	if !ok || !strings.HasPrefix(err.Error(), "line 1\n\tline 2]0;x[2Jxx") {
		t.Fatalf("it arrives as %.100q", err)
	}
	for _, text := range []string{err.Error(), script.Pretty()} {
		if len(text) > 20*mostText || strings.ContainsAny(text, "\x1b\a\r\u202e") {
			t.Errorf("a text has %d bytes: %.100q", len(text), text)
		}
	}
}

func TestInstance(t *testing.T) {
	run := Run("7f")
	for subject, want := range map[string]string{
		run.From("a-1", Events): "a-1", run.From("*", Shared): "*", run.To("a-1", Orders): "", Run("8f").From("a-1", Events): "", "": "",
	} {
		if got := run.Instance(subject); got != want {
			t.Errorf("%q is of %q, want %q", subject, got, want)
		}
	}
}
