package sizing

import (
	"fmt"

	"github.com/liveload/liveload/node"
)

// A Machine is a node that is there.
type Machine struct {
	Name      string
	Resources node.Resources
}

// A Sizing is what each of some nodes carries of a load.
type Sizing struct {
	Users []int // in the order of the nodes
	Fits  []Fit
}

// Size returns what nodes carry when those on one machine share it.
func Size(machines []Machine, f Footprint) (s Sizing) {
	for _, m := range Shares(machines) {
		fit := Fits(m.Resources, f)
		s.Fits, s.Users = append(s.Fits, fit), append(s.Users, fit.Users())
	}
	return s
}

// Total returns how many users all nodes carry together.
func (s Sizing) Total() (total int) {
	for _, users := range s.Users {
		total += users
	}
	return total
}

// Missing returns how many more nodes like these the users need.
func (s Sizing) Missing(users int) int {
	total := s.Total()
	if users <= total {
		return 0
	}
	return Nodes((users-total)*len(s.Users), max(1, total))
}

// Check refuses nodes that do not carry a single user, and a number of nodes that do not carry all of them. limit is what
// sets that number, such as "--nodes", and most is the number.
func (s Sizing) Check(machines []Machine, users, most int, limit string) error {
	for i, m := range machines {
		if s.Users[i] == 0 {
			return &TooSmallError{Node: m.Name, Fit: s.Fits[i]}
		}
	}
	if needed := len(machines) + s.Missing(users); needed > most {
		fit := s.Total() * most / len(machines)
		return &MaxNodesError{Users: users, Needed: needed, Most: most, Limit: limit, Fit: fit, Why: s.Why(machines)}
	}
	return nil
}

// Why says what a node carries, the smallest of them.
func (s Sizing) Why(machines []Machine) string {
	least := 0
	for i, users := range s.Users {
		if users < s.Users[least] {
			least = i
		}
	}
	return fmt.Sprintf("%s carries about %d of the %s: %s", machines[least].Name, s.Users[least], s.Fits[least].Of, s.Fits[least].Why())
}
