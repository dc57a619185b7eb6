// Package plan says what a run does, as plain data: the options of every source and what they decide
// together, the scenarios with their load, and what people may change while a scenario runs. It runs
// nothing: there is no goroutine, no clock and no browser here.
package plan
