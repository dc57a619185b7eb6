// ---- the end of the document --------------------------------------------------------------------
const SILENCE_MS = 20;
const finish = () => {
  measureAll(takeEntries(resources));
  navigation(true);
  cutChange();
  finishVisits();
};
const leave = guarded(() => {
  finish();
  abandon();
  for (const socket of openSockets.keys()) closed(socket);
});
listenToWindow('pagehide', () => {
  leave();
  send();
  left = true;
});

Object.defineProperty(globalThis, '__liveloadTelemetry', {
  value: Object.freeze({
    lastFrames,
    // end waits until the document is loaded, every message has its reply and the sockets are silent, at
    // most patience ms, and returns the last batch.
    async end(patience) {
      const until = now() + patience;
      const busy = () => document.readyState !== 'complete' || waiting > 0 || now() - lastFrame < SILENCE_MS;
      while (busy() && now() < until) await new Promise((next) => later(next, SILENCE_MS));
      leave();
      const batch = take();
      over = closing = true;
      return batch;
    },
  }),
});
