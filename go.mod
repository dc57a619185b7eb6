module github.com/liveload/liveload

go 1.26
