package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestOptionsHaveNoSecrets: a page is passed on.
func TestOptionsHaveNoSecrets(t *testing.T) {
	r := metrics.Result{Name: "shop", Options: map[string]any{"users": 3, "config": map[string]string{"password": "hunter2", "api": "https://joe:hunter2@shop.example", "think": "1s"}}}
	text, err := json.Marshal(FromResults([]metrics.Result{r}))
	if err != nil {
		t.Fatal(err)
	}
	if said := string(text); strings.Contains(said, "hunter2") || !strings.Contains(said, `"password":"[redacted]"`) || !strings.Contains(said, `"think":"1s"`) {
		t.Errorf("%s", said)
	}
}
