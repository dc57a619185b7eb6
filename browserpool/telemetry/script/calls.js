// ---- what a page may call -----------------------------------------------------------------------
// All functions that a script exposes to pages call one function of the browser's, which a page can call too. What is above a
// budget is dropped here: of what is only dropped later, the browser has to carry every byte.
const CALLS_PER_SECOND = 1000; // as in limiter.go
const MOST_CALLS = 5000; // at once: they are one second of the driver, which others share
const CHARS_OF_ONE_CALL = 8 << 10; // a longer one costs more than one
const mayCall = budget(CALLS_PER_SECOND, MOST_CALLS);
replace(globalThis, '__playwright__binding__', {
  apply(native, self, args) {
    const text = args[0];
    const counts = args.length === 1 && typeof text === 'string'; // the browser refuses others
    if (!counts || (text.length <= LONGEST_LINE && mayCall(most(1, text.length / CHARS_OF_ONE_CALL)))) return apply(native, self, args);
    if (!over) {
      uncalled++;
      arm();
    }
    return undefined;
  },
});
