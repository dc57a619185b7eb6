import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/products')).waitForLiveView()
    .click('#next').waitForText('#page', '2')
    .click('#prev').waitForText('#page', '1')
    .click('#product-3').waitForText('#product-name', 'Product 3').waitForLiveView()
    .click('#add-to-cart').waitForText('#cart-count', '1')
    .click('#flash-info').waitForSelector('#flash-info', { state: 'hidden' })
    .click('#back').waitForSelector('#product-4').waitForLiveView()
    .click('#product-4').waitForText('#product-name', 'Product 4').waitForLiveView()
    .click('#add-to-cart').waitForText('#cart-count', '2')
    .click('#to-cart').waitForSelector('#line-4').waitForLiveView()
    .click('#more-3').waitForText('#qty-3', '2')
    .click('#less-3').waitForText('#qty-3', '1')
    .click('#remove-4').waitForSelector('#line-4', { state: 'detached' })
    .click('#checkout').waitForURL('**/products*').waitForLiveView();
});
