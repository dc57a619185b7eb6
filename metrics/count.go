package metrics

// MaxCount is the largest count, and the largest sum of a counter: what comes on top of it is not counted, and Health
// says so. JavaScript knows no larger integers.
const MaxCount = 1 << 53

// plus adds counts, or differences of them. A sum that is too large stays at MaxCount.
func plus(a, b int64) int64 { return min(max(a+b, -MaxCount), MaxCount) }
