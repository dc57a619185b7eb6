// The scenarios of LiveLoad for Elixir, written for liveload: its quick start, and a shopping journey in
// the way of its guide. What was a pipe is a chain; what took the context first is a method of the user.
//
//   def run(context, user_id, config) do                  export default async function (user, config) {
//     context                                               await user
//     |> navigate(config.base_url)                            .navigate(config.baseURL)
//     |> wait_for_liveview()                                  .waitForLiveView()
//     |> click("#some-button")                                .click('#some-button')
//     |> wait_for_phx_loading_completion(:click, "#b")        .waitForPhxLoading('click', '#b')
//     |> get_attribute("#p", "data-id", as: :id)              .getAttribute('#p', 'data-id', { as: 'id' })
//     |> click(&"#buy-#{&1.assigns.id}")                      .click(u => `#buy-${u.assigns.id}`);
//   end                                                   }
//
//   liveload examples/from_elixir.js --users 25 --duration 5m --config baseURL=http://127.0.0.1:4000

export const options = { iterationTimeout: '2m' };

// config/1: once per node, with what is given as --config.
export function config(opts) {
  return { baseURL: opts.baseURL ?? 'http://127.0.0.1:4000', think: opts.think ?? '1s' };
}

// run/3: in a loop for each user.
export default async function (user, config) {
  await quickStart(user, config);
  await shopping(user, config);
}

const quickStart = (user, { baseURL }) => user
  .navigate(`${baseURL}/counter`)
  .waitForLiveView()
  .click('#inc')
  .waitForPhxLoading('click', '#inc');

async function shopping(user, { baseURL, think }) {
  if (!user.assigns.carts) await user.assign('carts', 0);
  await user.navigate(`${baseURL}/products`)
    .ensureLiveView()
    .waitForLiveView()
    .think(think)
    // assigns outlive the iteration; `as` may also be a function of the value, as in the predecessor
    .getAttribute('#products a', 'id', { as: (id) => ({ product: id, seen: true }) })
    .click(u => `#${u.assigns.product}`)
    .waitForSelector('#add-to-cart')
    .waitForLiveView()
    .innerText('#price', { as: 'price' })
    .click('#add-to-cart')
    .waitForPhxLoading('click', '#add-to-cart')
    .updateAssign('carts', (n) => n + 1);

  if (!await user.isVisible('#to-cart')) return user.fail('there is no way to the cart');
  await user.click('#to-cart').waitForSelector('#checkout').waitForLiveView().think(think)
    .click('#checkout').waitForURL('**/products').waitForLiveView()
    .clearAssign('price');

  // One user in a hundred goes home for good, which counts as a success.
  if (Math.random() < 0.01) return user.halt();
  // As a new visitor comes, without cookies and storage.
  return user.resetStorage();
}
