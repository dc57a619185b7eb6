// Goes to a page, whatever its server says.
export const config = (opts) => opts;

export default async function (user, config) {
  await user.navigate(config.url, { timeout: '20s' });
}
