// The secret that the address of a dashboard has behind its #. It stays in this tab and at this port: a cookie would also go to
// whatever listens at other ports of the machine.

const key = 'liveload-secret';

/**
 * beginAnew loads the page again when somebody opens the address of another run at the same port in this tab: browsers do not, when
 * only what is behind the # is another one.
 */
export function beginAnew(): void {
  const before = secret();
  window.addEventListener('hashchange', () => {
    if (secret() !== before) location.reload();
  });
}

/** secret takes it out of the address, where others could see it; '' when there is none. */
export function secret(): string {
  const given = /^#([A-Z2-7]{26})$/.exec(location.hash)?.[1];
  if (given) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(key) ?? '';
}
