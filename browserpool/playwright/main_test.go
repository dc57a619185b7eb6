package playwright

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(atEnd) - 1; i >= 0; i-- {
		atEnd[i]()
	}
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "goroutines are left:", err)
		code = 1
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "ll[fpr]*")); code == 0 && len(left) > 0 {
		fmt.Fprintln(os.Stderr, "folders are left:", left)
	}
	os.Exit(code)
}
