package suggest

import "testing"

func TestClosest(t *testing.T) {
	words := []string{"run", "users", "duration", "ramp-up", "click", "waitForText"}
	for name, want := range map[string]string{
		"user": "users", "USERS": "users", "durtaion": "duration", "rnu": "run", "ru": "run", "rampup": "ramp-up",
		"waitfortext": "waitForText", "dur": "duration", "xyz": "", "": "", "u": "",
	} {
		if got := Closest(name, words); got != want {
			t.Errorf("Closest(%q) = %q, want %q", name, got, want)
		}
	}
}
