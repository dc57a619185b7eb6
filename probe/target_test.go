package probe

import (
	"log/slog"
	"os"
	"strings"
	"testing"
)

func TestTargets(t *testing.T) {
	tests := []struct{ text, shown, err string }{
		{"prometheus=http://app:9568/metrics", "prometheus=http://app:9568/metrics", ""},
		{"prometheus=app:9568", "prometheus=http://app:9568/metrics", ""},
		{"prometheus=https://me:hidden@app/metrics?key=hidden", "prometheus=https://app/metrics?...", ""},
		{"http://me:hidden@app/metrics", "", "must be KIND=URL, such as prometheus=http://127.0.0.1:9568/metrics"},
		{"http://app/metrics?token=hidden", "", "must be KIND=URL"},
		{"promethues=http://app", "", `is of the kind "promethues", but must be such as prometheus=http://127.0.0.1:9568/metrics (did you mean prometheus?)`},
		{"prometheus=", "", "has an address that is no URL"},
		{"prometheus=ftp://me:hidden@app", "", "has an address that is no URL"},
		{"prometheus=http://me:hid#den@app", "", "has an address that is no URL"},
		{"prometheus=http://me:hidden/x@app", "", "has an address that is no URL"},
	}
	for _, test := range tests {
		target, err := ParseTarget(test.text)
		switch {
		case test.err == "" && (err != nil || target.String() != test.shown):
			t.Errorf("%s is shown as %v, %v", test.text, target, err)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "hid")):
			t.Errorf("%s: %v, want %s", test.text, err, test.err)
		}
	}
}

func TestTargetsAreToldApart(t *testing.T) {
	tests := map[string][]string{
		"a:1 b:1":                {"prometheus=a:1", "prometheus=b:1"},
		"a:1/metrics a:1/others": {"prometheus=a:1", "prometheus=http://a:1/others"},
		"":                       {"prometheus=a:1", "prometheus=http://me:hidden@a:1/metrics"},
	}
	for want, texts := range tests {
		var targets []Target
		for _, text := range texts {
			target, err := ParseTarget(text)
			if err != nil {
				t.Fatal(err)
			}
			targets = append(targets, target)
		}
		p, err := New(Options{Targets: targets, Log: slog.New(slog.DiscardHandler)})
		if want == "" {
			if err == nil || err.Error() != "--probe prometheus=http://a:1/metrics is there twice: remove one" {
				t.Errorf("New = %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := p.pages[0].target.name + " " + p.pages[1].target.name; got != want {
			t.Errorf("the targets are called %s, want %s", got, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	if name, value, err := ParseHeader("authorization:  Bearer x:y "); err != nil || name != "Authorization" || value != "Bearer x:y" {
		t.Errorf("%q, %q, %v", name, value, err)
	}
	for _, text := range []string{"Bearer hidden", "a b: hidden", "a:", "a: hid\nden", ": hidden"} {
		if _, _, err := ParseHeader(text); err == nil || strings.Contains(err.Error(), "hid") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestPatterns(t *testing.T) {
	m := defaultMatcher(t, "shop_*", "queue_?", "/^(a|b)_total$/")
	for name, want := range map[string]bool{
		"shop_orders_total": true, "my_shop_orders": false, "queue_1": true, "queue_12": false, "a_total": true, "xa_total": false,
		"go_goroutines": true, "xgo_goroutines": false, "vm_memory_total": true, "go_info": false,
	} {
		if m.matches(name) != want {
			t.Errorf("%s: matched %v", name, !want)
		}
	}
	for text, want := range map[string]string{"": "is empty", "/(/": "is no regular expression"} {
		if err := CheckPattern(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestDocumentationHasTheDefaults holds the table in docs/probe.md to the list.
func TestDocumentationHasTheDefaults(t *testing.T) {
	content, err := os.ReadFile("../docs/probe.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range defaults {
		if row := "| " + g.of + " | `" + strings.Join(g.patterns, "`, `") + "` |\n"; !strings.Contains(string(content), row) {
			t.Errorf("docs/probe.md lacks the row\n%s", row)
		}
	}
}
