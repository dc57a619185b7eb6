// liveload's telemetry: measures LiveView, HTTP, sockets and what a person sees from inside the page, gathers samples
// and hands them over in batches. It runs before any script of the page, in every frame, and must not change what the
// page can see or do: nothing here may throw into the page, and what the page replaces later must not hurt. Names of
// metrics are those of the catalogue. The files of this folder are the body of one function, in the order of telemetry.go.
// The page through which we reach storage is not one of the user's.
if (location.pathname === '/__liveload_storage') return;
if (globalThis.__liveloadTelemetry) return;
const bindingOf = taking('__liveloadSend', '__liveloadPost');
if (!/^(https?|about|blob|data):/.test(location.protocol)) return;

// ---- what the browser offers, before the page could replace it ------------------------------------------
const { sort } = methods(Array.prototype);
const { test } = methods(RegExp.prototype);
const { getElementById } = methods(Document.prototype);
const { getAttribute, hasAttribute, closest } = methods(Element.prototype);
const { getEntriesByType: entriesOfType } = methods(Performance.prototype);
const { preventDefault } = methods(Event.prototype);
const interactionCount = getter(Performance.prototype, 'interactionCount');
const { getEntries: entriesOf } = methods(PerformanceObserverEntryList.prototype);
const { observe: observeEntries, takeRecords: takeEntries } = methods(PerformanceObserver.prototype);
const { observe: observeMutations, disconnect: stopMutations } = methods(MutationObserver.prototype);
const { PerformanceObserver: Observer, MutationObserver: Mutations } = globalThis;
const { navigation: navigations, performance: timeline } = globalThis;
const { timeOrigin } = timeline;
const { floor, round, min: least, max: most } = Math;
