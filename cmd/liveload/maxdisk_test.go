package main

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers/local"
	"github.com/liveload/liveload/cluster/providers/table"
)

// TestNodesOfOneMachineShareItsDisk: all together they take no more than one would.
func TestNodesOfOneMachineShareItsDisk(t *testing.T) {
	settings := clusterSettings{kind: &table.Kind{Name: local.Name}, nodes: 4}
	budget, err := diskLimit(1000).budget(t.TempDir(), "", settings.sharing())
	if err != nil || budget.Take(251) || !budget.Take(250) {
		t.Errorf("each of four nodes may not take just 250 bytes, %v", err)
	}
	if settings.kind.Name = "ssh"; settings.sharing() != 1 {
		t.Error("hosts share a disk")
	}
}

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
