package site

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestWithoutWebVitals: the folder in which the server runs is not shown in place of the file.
func TestWithoutWebVitals(t *testing.T) {
	answer := httptest.NewRecorder()
	New(Options{}).Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/__web-vitals.js", nil))
	if answer.Code != http.StatusNotFound {
		t.Errorf("answered with %d: %s", answer.Code, answer.Body)
	}
}

// TestVitalsAreBounded: names that are known go on to be counted.
func TestVitalsAreBounded(t *testing.T) {
	var r recorder
	for i := range mostNames + 1 {
		r.vital(fmt.Sprint("CLS navigate /", i), 1)
	}
	r.vital("CLS navigate /0", 2)
	if s := r.snapshot(); len(s.Vitals) != mostNames || len(s.Vitals["CLS navigate /0"]) != 2 {
		t.Errorf("%d names, and %v of a known one", len(s.Vitals), s.Vitals["CLS navigate /0"])
	}
}
