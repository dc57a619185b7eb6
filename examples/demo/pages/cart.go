package pages

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/liveload/liveload/examples/demo/liveview"
)

// maxCarts bounds the memory of a long load test: past it, a new cart takes the place of another.
const maxCarts = 50_000

// carts are the carts of all visitors, by the id of their session.
type carts struct {
	mu sync.Mutex
	of map[string][]cartLine
}

type cartLine struct{ product, quantity int }

func newCarts() *carts { return &carts{of: make(map[string][]cartLine)} }

// add changes the quantity of a product; at 0 its line is gone.
func (c *carts) add(session string, product, quantity int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := c.of[session]
	for i := range lines {
		if lines[i].product != product {
			continue
		}
		lines[i].quantity += quantity
		if lines[i].quantity <= 0 {
			c.of[session] = append(lines[:i:i], lines[i+1:]...)
		}
		return
	}
	if quantity <= 0 {
		return
	}
	if len(c.of) >= maxCarts && lines == nil {
		for other := range c.of {
			delete(c.of, other)
			break
		}
	}
	c.of[session] = append(lines, cartLine{product, quantity})
}

func (c *carts) empty(session string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.of, session)
}

func (c *carts) lines(session string) []cartLine {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]cartLine(nil), c.of[session]...)
}

func (c *carts) count(session string) int {
	n := 0
	for _, line := range c.lines(session) {
		n += line.quantity
	}
	return n
}

var (
	cartTemplate = liveview.Parse(`
		<h1>Cart</h1>
		<ul id="cart">{}</ul>
		<p>Total <span id="total">{}</span></p>
		<button id="checkout" phx-click="checkout"{}>Check out</button>
		<p><a id="to-products" href="{}" data-phx-link="redirect" data-phx-link-state="push">products</a></p>
	`)
	cartEntry = liveview.Parse(`
		<li id="line-{}">{} <button id="less-{}" phx-click="less" phx-value-id="{}">-</button>
		<span id="qty-{}">{}</span>
		<button id="more-{}" phx-click="more" phx-value-id="{}">+</button>
		<button id="remove-{}" phx-click="remove" phx-value-id="{}">remove</button></li>
	`)
)

type cart struct {
	liveview.Base
	carts *carts
}

func (c *cart) Mount(s *liveview.Socket) error {
	s.SetTitle("Cart")
	return nil
}

func (c *cart) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	session := s.Session("id")
	if e.Name == "checkout" {
		c.carts.empty(session)
		s.PutFlash("info", "Order placed.")
		s.Redirect(link(s, "/products"))
		return nil
	}
	id, err := strconv.Atoi(e.Get("id"))
	if err != nil {
		return fmt.Errorf("handle event %q: %w", e.Name, err)
	}
	switch e.Name {
	case "more":
		c.carts.add(session, id, 1)
	case "less":
		c.carts.add(session, id, -1)
	case "remove":
		c.carts.add(session, id, -1_000_000)
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

func (c *cart) Render(s *liveview.Socket) *liveview.Node {
	lines := c.carts.lines(s.Session("id"))
	entries := make([]liveview.Entry, len(lines))
	total := 0
	for i, line := range lines {
		id := line.product
		total += line.quantity * priceOf(id)
		entries[i] = liveview.Entry{Key: strconv.Itoa(id), Node: cartEntry.With(id, productName(id), id, id, id, line.quantity, id, id, id, id)}
	}
	return withFlash(s, cartTemplate.With(cartEntry.Each(entries), money(total), liveview.Flag("disabled", len(lines) == 0), link(s, "/products")))
}
