package providers

import (
	"slices"
	"time"
)

// StartUp is how much longer than its worker a machine may last: to boot before it, and to end after it.
const StartUp = 10 * time.Minute

// Expires is when a machine that is launched now ends at the latest; zero when nothing ends it.
func (s Spec) Expires(now time.Time) time.Time {
	if s.Lifetime == 0 {
		return time.Time{}
	}
	return now.Add(s.Lifetime + StartUp)
}

// Machine describes a machine that is launched now, but for its ID.
func (h Home) Machine(s Spec, provider, name string, now time.Time) Machine {
	return Machine{Provider: provider, Run: s.Run, Name: name, Launched: now, Owner: h.Owner, Expires: s.Expires(now)}
}

// Runs returns the ids of the runs that go on. A run is among them before its first machine is launched, so that machines
// are to be listed first and compared with the runs that go on then.
type Runs func() ([]string, error)

// Left returns those of the machines that may be destroyed: of runs of this owner whose controllers are gone, and of others
// when they have expired. The machines were listed before the call.
func (h Home) Left(machines []Machine, now time.Time) ([]Machine, error) {
	going, err := h.Runs()
	if err != nil {
		return nil, err
	}
	var left []Machine
	for _, m := range machines {
		expired := !m.Expires.IsZero() && now.After(m.Expires)
		mine := m.Owner == h.Owner
		if mine && slices.Contains(going, m.Run) {
			continue
		}
		if mine || expired {
			left = append(left, m)
		}
	}
	return left, nil
}
