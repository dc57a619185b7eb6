// Package liveload is the module "liveload" and the user object of scripts. It owns what operations mean (chaining,
// arguments, assigns, halt and fail, timeouts, errors) and performs them with a browserpool.Session. Browsers, the load
// and metrics are left to others.
package liveload
