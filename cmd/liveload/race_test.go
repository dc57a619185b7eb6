//go:build race

package main

// raced are the scripts in which goroutines of liveload meet that do in no other. Under the race detector only these run; without
// it, in a third of the time, all.
var raced = []string{
	"testdata/script/cluster.txtar", "testdata/script/cluster_end.txtar", "testdata/script/cluster_left.txtar", "testdata/script/control.txtar",
	"testdata/script/elastic.txtar", "testdata/script/ends.txtar", "testdata/script/findlimit.txtar", "testdata/script/outputs.txtar",
	"testdata/script/probe.txtar", "testdata/script/recover.txtar", "testdata/script/scenarios.txtar", "testdata/script/setup.txtar",
	"testdata/script/workerlogs.txtar",
}
