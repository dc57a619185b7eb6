// A worker has no telemetry that could count what is dropped. What is between its budget and that of limiter.go is counted there.
const mayTalk = speaker(2);
quieten(mayTalk, () => {});
const types = ['error', 'unhandledrejection'];
for (let i = 0; i < types.length; i++) globalThis.addEventListener(types[i], (event) => { if (!mayTalk()) event.preventDefault(); }, true);
