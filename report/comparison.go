package report

import (
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
)

// Comparison is what the page of a comparison shows.
type Comparison struct {
	Version   string     `json:"version"` // of liveload, of the new run
	Verdict   Verdict    `json:"verdict"`
	Scenarios []Compared `json:"scenarios"`
	Missing   []string   `json:"missing"` // why scenarios are not compared
	Limits    []Limit    `json:"limits"`  // of --fail-on
}

// Compared is one scenario of both runs.
type Compared struct {
	Name         string        `json:"name"`
	Verdict      Verdict       `json:"verdict"`
	Old          Side          `json:"old"`
	New          Side          `json:"new"`
	Doubts       []Doubt       `json:"doubts"`
	Counts       string        `json:"counts"` // "2 worse, 31 the same"
	Rows         []Difference  `json:"rows"`   // the worst first
	Thresholds   []Limit       `json:"thresholds"`
	NewFailures  []LoneFailure `json:"new_failures"`
	GoneFailures []LoneFailure `json:"gone_failures"`
	OnlyOld      []string      `json:"only_old"` // what only one of them has measured
	OnlyNew      []string      `json:"only_new"`
	Curves       []Curve       `json:"curves"`
}

// A Side is one of the runs.
type Side struct {
	File      string             `json:"file"`
	Start     time.Time          `json:"start"`
	Git       string             `json:"git"`
	Host      string             `json:"host"`
	Version   string             `json:"version"`
	Load      string             `json:"load"`
	ElapsedMS int64              `json:"elapsed_ms"`
	BucketMS  int64              `json:"bucket_ms"`
	Series    metrics.TimeSeries `json:"series"`
}

// A Doubt is a reason other than the application for which the runs may differ.
type Doubt struct {
	Text   string `json:"text"`
	Spoils bool   `json:"spoils"` // the comparison means nothing
}

// A LoneFailure is what failed in one of the runs only.
type LoneFailure struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Count int64  `json:"count"`
}

// A Limit is what was not to happen, and whether it did.
type Limit struct {
	Text string `json:"text"`
	OK   bool   `json:"ok"`
	Why  string `json:"why"`
}

// A Difference is one number of both runs, in words and as a picture.
type Difference struct {
	Metric    string          `json:"metric"`
	Title     string          `json:"title"` // what people call it
	Meaning   string          `json:"meaning"`
	Label     string          `json:"label"`
	Statistic string          `json:"statistic"`
	Old       string          `json:"old"`
	New       string          `json:"new"`
	Change    string          `json:"change"`
	Noise     string          `json:"noise"`
	Verdict   compare.Verdict `json:"verdict"`
	Why       string          `json:"why"`
	Size      float64         `json:"size"` // of the change, to sort by
	Whisker   *Whisker        `json:"whisker"`
}

// A Curve is a distribution in both runs: 101 quantiles, from the smallest value to the largest one.
type Curve struct {
	Metric string    `json:"metric"`
	Title  string    `json:"title"`
	Unit   string    `json:"unit"`
	Label  string    `json:"label"`
	Old    []float64 `json:"old"`
	New    []float64 `json:"new"`
}
