// Package liveload is the module "liveload" and the user object: what a scenario calls, translated
// into calls of a browserpool.Session. It owns the semantics of operations (chaining, arguments,
// assigns, halt and fail, timeouts, errors); browsers, schedules and metrics are left to others.
package liveload
