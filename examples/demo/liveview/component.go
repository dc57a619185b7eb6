package liveview

import "fmt"

// components are the live components of one view, by their id in the page's code and by number.
type components struct {
	byID map[string]*componentState
	all  []*componentState // index is cid-1; nil once the client destroyed it
}

type componentState struct {
	id        string
	cid       int
	component Component
	last      *Node
}

// Component places the component with that id in a template; create is called when the view has
// none by that id yet.
func (s *Socket) Component(id string, create func() Component) any {
	c := &s.components
	if state, ok := c.byID[id]; ok {
		return componentRef(state.cid)
	}
	if c.byID == nil {
		c.byID = make(map[string]*componentState)
	}
	state := &componentState{id: id, cid: len(c.all) + 1, component: create()}
	c.byID[id] = state
	c.all = append(c.all, state)
	return componentRef(state.cid)
}

func (c *components) get(cid int) (*componentState, error) {
	if cid < 1 || cid > len(c.all) || c.all[cid-1] == nil {
		return nil, fmt.Errorf("find component %d: the view has none with this number", cid)
	}
	return c.all[cid-1], nil
}

// destroy forgets components whose elements left the page, and returns those it knew.
func (c *components) destroy(cids []int) []int {
	gone := []int{}
	for _, cid := range cids {
		state, err := c.get(cid)
		if err != nil {
			continue
		}
		delete(c.byID, state.id)
		c.all[cid-1] = nil
		gone = append(gone, cid)
	}
	return gone
}
