// Package types holds the TypeScript declarations of what scripts can import, for editors.
package types

import "embed"

var (
	// Liveload is liveload.d.ts: the module "liveload" and the user object.
	//
	//go:embed liveload.d.ts
	Liveload string
	// Navigate is navigate.d.ts: more of the module "liveload", the operations that navigate.
	//
	//go:embed navigate.d.ts
	Navigate string
	// Elements is elements.d.ts: more of the module "liveload", the operations on elements.
	//
	//go:embed elements.d.ts
	Elements string
	// LiveViews is liveviews.d.ts: more of the module "liveload", the operations on LiveViews.
	//
	//go:embed liveviews.d.ts
	LiveViews string
	// Storage is storage.d.ts: more of the module "liveload", the data of snapshots.
	//
	//go:embed storage.d.ts
	Storage string
	// HTTP is http.d.ts: the module "liveload/http".
	//
	//go:embed http.d.ts
	HTTP string
	// Execution is execution.d.ts: the module "liveload/execution".
	//
	//go:embed execution.d.ts
	Execution string
	// Data is data.d.ts: the module "liveload/data".
	//
	//go:embed data.d.ts
	Data string
	// Metrics is metrics.d.ts: the module "liveload/metrics".
	//
	//go:embed metrics.d.ts
	Metrics string
	// Throttles is throttles.d.ts: the module "liveload/throttles", and the operations of the user that
	// belong to it.
	//
	//go:embed throttles.d.ts
	Throttles string
	// Files are all declarations: what belongs next to a script for an editor to know what it can use.
	//
	//go:embed *.d.ts
	Files embed.FS
)
