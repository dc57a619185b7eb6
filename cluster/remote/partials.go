package remote

import "sync"

// mostPartials bounds the bytes of all events together that have come in part.
const mostPartials = 256 << 20

// partials counts the bytes of events that have come in part. The zero value is ready. Safe for concurrent use.
type partials struct {
	mu    sync.Mutex
	total int
	of    map[*Node]int
}

// keep says how many bytes of an event a node has sent. When all nodes have sent too many, the one with the most is expelled.
func (p *partials) keep(n *Node, bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[*Node]int{}
	}
	p.total += bytes - p.of[n]
	p.of[n] = bytes
	if p.total <= mostPartials {
		return
	}
	most := n
	for one, bytes := range p.of {
		if bytes > p.of[most] {
			most = one
		}
	}
	p.forget(most)
	go most.expel("it sends large events that have no end")
}

// drop says that the event of a node is whole, or not wanted any more.
func (p *partials) drop(n *Node) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(n)
}

// forget is drop for who holds the lock.
func (p *partials) forget(n *Node) {
	p.total -= p.of[n]
	delete(p.of, n)
}
