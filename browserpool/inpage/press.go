package inpage

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

// An Aim is the argument, after its selector, of an operation that finds where to press.
type Aim struct {
	ID       int64 `json:"id"`       // unique on its page
	Number   int64 `json:"number"`   // of the press that it is for, counted on its page from 1
	Finished int64 `json:"finished"` // number of the last press that was sent whole
	Clicks   int   `json:"clicks"`
	Drag     bool  `json:"drag"` // the press is released elsewhere
}

// How is the last argument of operations that find where to press; null is as a person would.
type How struct {
	Force    bool               `json:"force,omitempty"`
	Trial    bool               `json:"trial,omitempty"` // waits until a person could press, and returns null
	Position *browserpool.Point `json:"position,omitempty"`
	Touch    bool               `json:"touch,omitempty"` // by a finger
}

// ReadPressed reads what PressedBinding was called with: the aim that a press was compared with, and whether it hit. A
// press that missed stays unknown to the page. ok is false when our script did not write it.
func ReadPressed(payload string) (id int64, hit, ok bool) {
	result, number, _ := strings.Cut(payload, " ")
	id, err := strconv.ParseInt(number, 10, 64)
	hit = result == "hit"
	return id, hit, err == nil && (hit || result == "missed")
}

// UnseenExpression is true when the page has not seen the press of an aim.
func UnseenExpression(id int64) string {
	return fmt.Sprintf("Boolean(globalThis.__liveload && __liveload.unseen(%d))", id)
}
