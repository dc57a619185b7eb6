package runner

import "sync/atomic"

// A quota is how many iterations there may be.
type quota struct {
	shared bool  // whether most is a bound
	most   int64 // of all users of the node
	each   int   // of each user; 0 is no bound
	taken  atomic.Int64
}

// take takes one iteration for a user that has had done of them.
func (q *quota) take(done int) bool {
	if q.usedUp(done) {
		return false
	}
	return q.taken.Add(1) <= q.most || !q.shared
}

// usedUp says whether there is none left for a user that has had done of them.
func (q *quota) usedUp(done int) bool { return q.each > 0 && done >= q.each || q.isTaken() }

// isTaken says whether there is no iteration left for anybody.
func (q *quota) isTaken() bool { return q.shared && q.taken.Load() >= q.most }

// left is how many iterations that users had to do were not begun.
func (q *quota) left(users int) int64 {
	most := q.most
	if q.each > 0 {
		most = int64(q.each) * int64(users)
	}
	return max(0, most-q.taken.Load())
}
