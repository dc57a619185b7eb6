// Package sessiontest holds what every engine promises of its sessions, as tests. An engine calls Run from a
// separate test; each promise is described in the comments of browserpool.Session.
package sessiontest

import (
	"context"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// An Opener opens sessions: a browserpool.Engine, or one of its browsers.
type Opener interface {
	NewSession(ctx context.Context, opts browserpool.SessionOptions) (browserpool.Session, error)
}

// Run holds an engine against the promises. Unsupported names the operations that it declares to give a
// *browserpool.UnsupportedError for, such as "DragAndDrop"; nothing else may.
func Run(t *testing.T, engine Opener, unsupported ...string) {
	r := &rig{engine: engine, unsupported: unsupported}
	for name, test := range tests {
		if !r.without(name) {
			t.Run(name, func(t *testing.T) { test(t, r) })
		}
	}
	t.Run("Operations", func(t *testing.T) { testOperations(t, r) })
}

// tests are those of details; each runs beside the others.
var tests = map[string]func(t *testing.T, r *rig){
	"Click": testClick, "Fill": testFill, "Keys": testKeys, "Choose": testChoose, "SetInputFiles": testFiles,
	"Wait": testWait, "Read": testRead, "Evaluate": testEvaluate, "SubmitForm": testSubmitForm, "Press": testPressOfAMovingPage,
	"Leave": testLeavingThePage, "StrictPolicy": testStrictPolicy, "ReloadOfAnError": testReloadOfAnErrorIntoNothing,
	"Navigate": testNavigate, "NoPageYet": testNoPageYet, "SideBySide": testSideBySide, "Storage": testStorage, "SetCookies": testSetCookies,
	"ResetEverything": testResetEverything, "StateAfterStorage": testStateAfterStorage, "CookieFields": testCookieFields, "FileURLs": testFileURLs,
	"Selectors": testSelectors, "Frames": testFrames, "Options": testOptions, "Tap": testTap, "Contents": testContents, "Moves": testMoves, "Screenshot": testScreenshot, "Cancel": testCancel,
}

// A rig is the engine under test.
type rig struct {
	engine      Opener
	unsupported []string
}

// user opens a session that ends with the test.
func (r *rig) user(t testing.TB) browserpool.Session {
	t.Helper()
	u, _ := Open(t, r.engine, browserpool.SessionOptions{})
	return u
}

// Scenario is the one for which the sessions of Open record.
const Scenario = "test"

// Open opens a session that ends with the test, and returns what it records. A test that failed says what has ended it before.
func Open(t testing.TB, engine Opener, opts browserpool.SessionOptions) (browserpool.Session, *metricstest.Reading) {
	t.Helper()
	recorder := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
	pages, err := metrics.NewPageLabeler(nil)
	Must(t, err)
	opts.Recorder = recorder.Scope(Scenario)
	if opts.Pages == nil {
		opts.Pages = pages
	}
	u, err := engine.NewSession(Within(t, patience), opts)
	if err != nil {
		t.Fatalf("open a session: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() && browserpool.Closed(u.Lost()) {
			if crash, known := browserpool.LostBy(u); known {
				t.Logf("the session was lost: %s", crash)
			}
		}
		_ = u.Close(context.Background())
	})
	return u, metricstest.NewReading(recorder)
}
