package engines

import (
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	if !slices.Contains(Names(), Default) {
		t.Errorf("the default %q is not in the table: %v", Default, Names())
	}
	if _, err := Find("playwrite", Options{}); err == nil || !strings.Contains(err.Error(), `there is no engine "playwrite": use `+Default) {
		t.Errorf("error = %v", err)
	}
}
