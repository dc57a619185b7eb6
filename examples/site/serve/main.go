// Command serve serves the site without LiveView.
//
//	go run ./examples/site/serve -listen 127.0.0.1:4100
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/liveload/liveload/examples/site"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4100", "address to listen at")
	vitals := flag.String("web-vitals", "", "web-vitals.iife.js of the npm package web-vitals: pages then report their Web Vitals to the server")
	flag.Parse()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("the site is at http://%s, its counts at /__stats\n", listener.Addr())
	server := &http.Server{Handler: site.New(site.Options{WebVitals: *vitals}).Handler(), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}
