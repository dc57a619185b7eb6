package main

import (
	"strings"
	"testing"
)

func TestParseDiskLimit(t *testing.T) {
	for text, want := range map[string]diskLimit{"500MB": 500e6, "1.5 GB": 1.5e9, "1GiB": 1 << 30, "1kB": 1000, "off": noDiskLimit} {
		if got, err := parseDiskLimit(text); got != want || err != nil {
			t.Errorf("%s is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "500", "0MB", "-1MB", "much", "on"} {
		if got, err := parseDiskLimit(text); err == nil || !strings.Contains(err.Error(), "off is no bound") {
			t.Errorf("%q is %d, %v", text, got, err)
		}
	}
}
