package js_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/scripterr"
)

// A regular expression that backtracks for ever ends with its call, and does not take its goroutine along.
func TestRegexpIsInterrupted(t *testing.T) {
	vm := jstest.Body(t, `return /^(?:a+)+$/u.test('a'.repeat(60) + 'b')`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := jstest.Call(ctx, vm)
	if _, ok := errors.AsType[*scripterr.InterruptError](err); !ok || vm.GivenUp() {
		t.Errorf("got %v, given up %t; want an interrupted call", err, vm.GivenUp())
	}
}
