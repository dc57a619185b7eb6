package session

import (
	"context"
	"runtime"
	"slices"
)

// A keyEvent is the argument of Input.dispatchKeyEvent.
type keyEvent struct {
	Type      string `json:"type"`
	Modifiers int    `json:"modifiers"`
	Key       string `json:"key"`
	Code      string `json:"code"`
	Number    int    `json:"windowsVirtualKeyCode"`
	Location  int    `json:"location"` // 1 is the left one of two
}

// modifierKeys are the keys that change what the mouse does, by their names, with their bits.
var modifierKeys = map[string]keyEvent{
	"Alt":     {Modifiers: 1, Key: "Alt", Code: "AltLeft", Number: 18, Location: 1},
	"Control": {Modifiers: 2, Key: "Control", Code: "ControlLeft", Number: 17, Location: 1},
	"Meta":    {Modifiers: 4, Key: "Meta", Code: "MetaLeft", Number: 91, Location: 1},
	"Shift":   {Modifiers: 8, Key: "Shift", Code: "ShiftLeft", Number: 16, Location: 1},
}

// modifierKey finds a modifier; ControlOrMeta is the one that shortcuts use on this system.
func modifierKey(name string) keyEvent {
	switch {
	case name == "ControlOrMeta" && runtime.GOOS == "darwin":
		name = "Meta"
	case name == "ControlOrMeta":
		name = "Control"
	}
	return modifierKeys[name]
}

// withModifiers does something while keys are down, whose bits it gets. The keys are released whatever happens.
func (s *session) withModifiers(ctx context.Context, names []string, do func(ctx context.Context, modifiers int) error) error {
	if len(names) == 0 {
		return do(ctx, 0)
	}
	var down, up []any
	bits := 0
	for _, name := range names {
		key := modifierKey(name)
		bits |= key.Modifiers
		key.Type, key.Modifiers = "rawKeyDown", bits
		down = append(down, key)
	}
	left := bits
	for _, name := range slices.Backward(names) {
		key := modifierKey(name)
		left &^= key.Modifiers
		key.Type, key.Modifiers = "keyUp", left
		up = append(up, key)
	}
	err := s.keys(ctx, down)
	if err == nil {
		err = do(ctx, bits)
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerLimit)
	defer cancel()
	if released := s.keys(late, up); err == nil {
		err = released
	}
	return err
}

func (s *session) keys(ctx context.Context, events []any) error {
	return s.send(ctx, "the page to take the keys", "Input.dispatchKeyEvent", nil, events...)
}
