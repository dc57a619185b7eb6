package grafana

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Colours of Grafana's palette. A fixed colour is green for what is well, and orange or red for what fails or is too slow.
const (
	green     = "green"
	blue      = "blue"
	purple    = "purple"
	yellow    = "yellow"
	orange    = "orange"
	red       = "red"
	darkRed   = "dark-red"
	lightBlue = "super-light-blue"
	grey      = "text"
)

// properties are settings of a field, by their ids in Grafana.
type properties = []dashboard.DynamicConfigValue

// colour gives a line a fixed colour.
func colour(name string) properties {
	return properties{{Id: "color", Value: dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: &name}}}
}

func unitOf(unit string) properties { return properties{{Id: "unit", Value: unit}} }

// bar draws the values of a column as bars.
func bar(shade string) properties {
	mode := common.BarGaugeDisplayModeBasic
	return append(colour(shade), dashboard.DynamicConfigValue{
		Id: "custom.cellOptions", Value: common.TableBarGaugeCellOptions{Type: common.TableCellDisplayModeGauge, Mode: &mode},
	})
}

// wide gives a column a width in pixels.
func wide(pixels int) properties { return properties{{Id: "custom.width", Value: pixels}} }

// dashed draws a line with dashes.
var dashed = dashboard.DynamicConfigValue{Id: "custom.lineStyle", Value: lineStyle{"dash", []int{6, 6}}}

type lineStyle struct {
	Fill string `json:"fill"`
	Dash []int  `json:"dash"`
}

// steps are the limits of a number that is better when it is smaller.
func steps(warn, bad float64) []dashboard.Threshold {
	return []dashboard.Threshold{{Color: green}, {Color: orange, Value: &warn}, {Color: red, Value: &bad}}
}

// noLimits are those of a number that is neither good nor bad.
func noLimits() []dashboard.Threshold { return []dashboard.Threshold{{Color: blue}} }

// noneAllowed are those of a number that should be zero.
func noneAllowed() []dashboard.Threshold {
	one := 1.0
	return []dashboard.Threshold{{Color: green}, {Color: red, Value: &one}}
}

func limits(steps []dashboard.Threshold) cog.Builder[dashboard.ThresholdsConfig] {
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(steps)
}

func colouredText() common.TableColorTextCellOptions { return *common.NewTableColorTextCellOptions() }

// passOrFail colours the outcomes of checks.
func passOrFail() []dashboard.ValueMapping {
	good, bad := green, red
	return []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{
		Type:    dashboard.MappingTypeValueToText,
		Options: map[string]dashboard.ValueMappingResult{"pass": {Color: &good}, "fail": {Color: &bad}},
	}}}
}

// hidden keeps a column for links, and out of sight.
func hidden() properties { return properties{{Id: "custom.hidden", Value: true}} }

func named(text string) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "displayName", Value: text}
}

// A dataLink is a link in the cells of a column.
type dataLink struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}
