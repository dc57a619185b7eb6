package js

import (
	"maps"
	"slices"
)

// A Module is what a script can import under one name. One value serves all VMs of a process and
// may hold what they share; what belongs to one VM is made by Exports.
type Module interface {
	// Names lists what the module exports, so that a misspelt import is found while bundling.
	Names() []string
	// Exports returns the values of Names, made for vm. It is called on vm's goroutine, once per VM
	// and only when the script imports the module.
	Exports(vm *VM) (map[string]any, error)
}

// Modules are modules by the name that a script imports.
type Modules map[string]Module

// Names returns the importable names in order.
func (m Modules) Names() []string { return slices.Sorted(maps.Keys(m)) }
