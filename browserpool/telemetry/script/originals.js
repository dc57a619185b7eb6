// liveload's telemetry: measures LiveView, HTTP, sockets and what a person sees from inside the page, gathers samples
// and hands them over in batches. It runs before any script of the page, in every frame, and must not change what the
// page can see or do: nothing here may throw into the page, and what the page replaces later must not hurt. Names of
// metrics are those of the catalogue. The files of this folder are the body of one function, in the order of telemetry.go.
// The page through which we reach storage is not one of the user's.
if (location.pathname === '/__liveload_storage') return;
if (globalThis.__liveloadTelemetry || !/^(https?|about|blob|data):/.test(location.protocol)) return;

// ---- what the browser offers, before the page could replace it ------------------------------------------
const { apply, construct, getOwnPropertyDescriptor } = Reflect;
// originals hands out the methods of a prototype as functions that take the object first.
const originals = (prototype) => new Proxy(prototype, {
  get(all, name) {
    const native = all[name];
    return (self, ...args) => apply(native, self, args);
  },
});
const { get: nativeInteractionCount } = getOwnPropertyDescriptor(Performance.prototype, 'interactionCount');
const interactionCount = (from) => apply(nativeInteractionCount, from, []);
const { sort } = originals(Array.prototype);
const { test } = originals(RegExp.prototype);
const { forEach: eachInMap } = originals(Map.prototype);
const { getEntriesByType: entriesOfType } = originals(Performance.prototype);
const { getEntries: entriesOf } = originals(PerformanceObserverEntryList.prototype);
const { observe: observeEntries, takeRecords: takeEntries } = originals(PerformanceObserver.prototype);
const { observe: observeMutations, disconnect: stopMutations } = originals(MutationObserver.prototype);
const { PerformanceObserver: Observer, MutationObserver: Mutations } = globalThis;
const { floor, round, min: least, max: most } = Math;
const timeline = performance;
