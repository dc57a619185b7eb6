package providers

import "golang.org/x/sync/errgroup"

// Each does something for each of n machines, for at most atOnce of them at a time. It returns the error of each, nil for those
// that had none.
func Each(n, atOnce int, do func(i int) error) []error {
	errs := make([]error, n)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i := range n {
		group.Go(func() error {
			errs[i] = do(i)
			return nil
		})
	}
	_ = group.Wait() // errors are in errs
	return errs
}
