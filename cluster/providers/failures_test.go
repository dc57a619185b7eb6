package providers

import (
	"errors"
	"fmt"
	"testing"
)

func TestFailures(t *testing.T) {
	full, denied := errors.New("no room"), errors.New("denied")
	machines := make([]Machine, 8)
	for i := range machines {
		machines[i].Name = fmt.Sprintf("m-%d", i+1)
	}
	err := Failures("launch", machines, []error{full, nil, denied, full, full, full, full, denied})
	want := "launch m-1, m-4, m-5 and 2 more: no room\nlaunch m-3, m-8: denied"
	if err == nil || err.Error() != want || !errors.Is(err, full) || !errors.Is(err, denied) {
		t.Errorf("Failures = %v, want %s", err, want)
	}
	if err := Failures("launch", machines[:2], make([]error, 2)); err != nil {
		t.Errorf("without failures there is %v", err)
	}
}
