// Package lint holds the rules of the project as tests: which way dependencies point, where each heavy
// dependency lives, and what no file may contain. It has no code of its own; `make lint` runs it
// beside go vet and staticcheck. A rule is a row of a table, and its message says the fix.
package lint
