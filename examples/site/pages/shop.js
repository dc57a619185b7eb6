// The shop: it loads products with fetch, orders with XMLHttpRequest, and shows a product under its own address.
const $ = (id) => document.getElementById(id);

customElements.define('cart-counter', class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: 'open' });
    root.innerHTML = '<button>Add</button> <output>0</output>';
    root.querySelector('button').onclick = () => { root.querySelector('output').value = Number(root.querySelector('output').value) + 1; };
  }
});

let shown = 0;
const show = async (id) => {
  const answer = await fetch(`/api/products/${id}`);
  if (!answer.ok) {
    $('description').textContent = 'There is no such product.';
    return;
  }
  const product = await answer.json();
  shown = id;
  $('title').textContent = product.name;
  $('description').textContent = `It costs ${(product.price / 100).toFixed(2)}.`;
  $('buy').disabled = false;
};

$('load').onclick = async () => {
  const products = await (await fetch('/api/products')).json();
  $('list').innerHTML = products.map((p) => `<li><a class="product" href="/products/${p.id}">${p.name}</a></li>`).join('');
};
$('list').onclick = (event) => {
  if (!event.target.matches('.product')) return;
  event.preventDefault();
  history.pushState({}, '', event.target.href);
  show(event.target.href.split('/').pop());
};
addEventListener('popstate', () => {
  const [, id] = location.pathname.match(/^\/products\/(\d+)$/) || [];
  if (id) show(id);
  else $('title').textContent = 'Products';
});
$('buy').onclick = () => {
  const request = new XMLHttpRequest();
  request.open('POST', '/api/orders');
  request.onload = () => { $('order').textContent = `Order ${JSON.parse(request.responseText).number} is placed.`; };
  request.send(JSON.stringify({ product: Number(shown) }));
};
if (location.pathname !== '/') show(location.pathname.split('/').pop());

// A banner that comes late moves what is below it, as banners do.
addEventListener('load', () => setTimeout(() => { $('banner').textContent = 'Everything must go!'; }, 50));

// What Google's package measures of this page, if the server has it.
if (globalThis.webVitals) {
  for (const name of ['CLS', 'FCP', 'INP', 'LCP', 'TTFB']) {
    webVitals[`on${name}`]((m) => navigator.sendBeacon('/__vitals', JSON.stringify({
      name, value: m.value, navigation: m.navigationType, url: m.navigationURL,
    })), { reportSoftNavs: true });
  }
}
