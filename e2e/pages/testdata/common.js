// What the scripts in pages have in common.
export const options = { users: 2, duration: '1m', iterationTimeout: '30s' };

export const config = (opts) => opts;

// twice makes a scenario of two iterations. at makes addresses.
export const twice = (work) => async (user, { baseURL, transport }) => {
  const at = (path) => `${baseURL}${path}${path.includes('?') ? '&' : '?'}transport=${transport}`;
  await work(user, at);
  if (user.iteration === 2) await user.halt();
};
