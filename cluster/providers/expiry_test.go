package providers

import (
	"errors"
	"testing"
	"time"
)

func TestLeft(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	home := Home{Owner: "me", Runs: func() ([]string, error) { return []string{"going"}, nil }}
	for _, test := range []struct {
		name string
		m    Machine
		want bool
	}{
		{"of a run that goes on", Machine{Owner: "me", Run: "going", Expires: now.Add(time.Hour)}, false},
		{"of a run that goes on for too long", Machine{Owner: "me", Run: "going", Expires: now.Add(-time.Hour)}, false},
		{"of a run whose controller is gone", Machine{Owner: "me", Run: "gone", Expires: now.Add(time.Hour)}, true},
		{"of another owner", Machine{Owner: "you", Run: "theirs", Expires: now.Add(time.Hour)}, false},
		{"of another owner, ended", Machine{Owner: "you", Run: "theirs", Expires: now.Add(time.Hour), Ended: true}, false},
		{"of another owner, expired", Machine{Owner: "you", Run: "theirs", Expires: now.Add(-time.Second)}, true},
		{"of nobody who is known", Machine{Run: "theirs"}, false},
	} {
		left, err := home.Left([]Machine{test.m}, now)
		if err != nil || len(left) == 1 != test.want {
			t.Errorf("a machine %s: left %v, %v", test.name, left, err)
		}
	}
	unknown := errors.New("no such folder")
	home.Runs = func() ([]string, error) { return nil, unknown }
	if left, err := home.Left([]Machine{{Owner: "me"}}, now); len(left) > 0 || !errors.Is(err, unknown) {
		t.Errorf("Left without knowing which runs go on = %v, %v", left, err)
	}
}

func TestMachine(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	got := Home{Owner: "me"}.Machine(Spec{Run: "r", Lifetime: time.Hour}, "cloud", "cloud-1", now)
	want := Machine{Provider: "cloud", Run: "r", Name: "cloud-1", Launched: now, Owner: "me", Expires: now.Add(time.Hour + StartUp)}
	if got != want {
		t.Errorf("Machine = %+v, want %+v", got, want)
	}
	if m := (Home{}).Machine(Spec{}, "cloud", "cloud-1", now); !m.Expires.IsZero() {
		t.Errorf("a machine without a lifetime expires at %v", m.Expires)
	}
}
