package pages

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/liveload/liveload/examples/demo/liveview"
)

const (
	productCount = 100
	perPage      = 10
)

var (
	productsTemplate = liveview.Parse(`
		<h1>Products</h1>
		<ul id="products">{}</ul>
		<p>Page <span id="page">{}</span> of <span id="pages">{}</span> {}{}</p>
		<p><a id="to-cart" href="{}" data-phx-link="redirect" data-phx-link-state="push">cart</a></p>
	`)
	productsEntry = liveview.Parse(`<li><a id="product-{}" href="{}" data-phx-link="redirect" data-phx-link-state="push">{}</a> {}</li>`)
	patchLink     = liveview.Parse(`<a id="{}" href="{}" data-phx-link="patch" data-phx-link-state="push">{}</a> `)

	productTemplate = liveview.Parse(`
		<h1 id="product-name">{}</h1>
		<p>Price <span id="price">{}</span></p>
		<button id="add-to-cart" phx-click="add_to_cart">Add to cart</button>
		<p><span id="cart-count">{}</span> in the cart</p>
		<p><a id="to-cart" href="{}" data-phx-link="redirect" data-phx-link-state="push">cart</a>
		<a id="back" href="{}" data-phx-link="redirect" data-phx-link-state="push">back</a></p>
	`)
)

func productName(id int) string { return "Product " + strconv.Itoa(id) }

// priceOf is in cents.
func priceOf(id int) int { return 100 + id*37%900 }

func money(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

type products struct {
	liveview.Base
	page int
}

func (p *products) Mount(s *liveview.Socket) error {
	s.SetTitle("Products")
	return nil
}

func (p *products) HandleParams(s *liveview.Socket, _ *url.URL) error {
	p.page = min(max(s.QueryInt("page", 1), 1), productCount/perPage)
	return nil
}

func (p *products) Render(s *liveview.Socket) *liveview.Node {
	entries := make([]liveview.Entry, perPage)
	for i := range entries {
		id := (p.page-1)*perPage + i + 1
		path := link(s, "/products/"+strconv.Itoa(id))
		entries[i] = liveview.Entry{Key: strconv.Itoa(id), Node: productsEntry.With(id, path, productName(id), money(priceOf(id)))}
	}
	var prev, next *liveview.Node
	if p.page > 1 {
		prev = patchLink.With("prev", link(s, "/products?page="+strconv.Itoa(p.page-1)), "previous")
	}
	if p.page < productCount/perPage {
		next = patchLink.With("next", link(s, "/products?page="+strconv.Itoa(p.page+1)), "next")
	}
	return withFlash(s, productsTemplate.With(productsEntry.Each(entries), p.page, productCount/perPage, prev, next, link(s, "/cart")))
}

type product struct {
	liveview.Base
	carts *carts
	id    int
}

func (p *product) Mount(s *liveview.Socket) error {
	id, err := strconv.Atoi(s.PathValue("id"))
	if err != nil || id < 1 || id > productCount {
		s.PutFlash("error", "No such product.")
		s.PushNavigate("/products")
		return nil
	}
	p.id = id
	s.SetTitle(productName(id))
	return nil
}

func (p *product) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	if e.Name != "add_to_cart" {
		return liveview.UnknownEvent(e)
	}
	p.carts.add(s.Session("id"), p.id, 1)
	s.PutFlash("info", productName(p.id)+" is in the cart.")
	return nil
}

func (p *product) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, productTemplate.With(productName(p.id), money(priceOf(p.id)), p.carts.count(s.Session("id")),
		link(s, "/cart"), link(s, "/products")))
}
