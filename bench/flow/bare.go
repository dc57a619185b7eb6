package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/installation"
)

// bare drives the same flows directly on playwright-go, with locators and without telemetry, as a
// person would write them. It is what liveload is compared with, and runs until it is killed.
func bare(inst installation.Installation, flow, baseURL string, users int) error {
	if err := os.Setenv("PLAYWRIGHT_NODEJS_PATH", inst.NodePath); err != nil {
		return err
	}
	run, err := pw.Run(&pw.RunOptions{DriverDirectory: inst.DriverDir, SkipInstallBrowsers: true})
	if err != nil {
		return fmt.Errorf("start driver: %w", err)
	}
	browser, err := run.Chromium.Launch(pw.BrowserTypeLaunchOptions{
		ExecutablePath: pw.String(inst.BrowserPath),
		Args:           []string{"--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"},
	})
	if err != nil {
		return fmt.Errorf("launch browser: %w", err)
	}
	errs := make([]error, users)
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() { errs[i] = bareUser(browser, flow, baseURL) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func bareUser(browser pw.Browser, flow, baseURL string) error {
	context, err := browser.NewContext()
	if err != nil {
		return err
	}
	page, err := context.NewPage()
	if err != nil {
		return err
	}
	for {
		if err := bareFlows[flow](page, baseURL); err != nil {
			return fmt.Errorf("%s: %w", flow, err)
		}
	}
}

var bareFlows = map[string]func(page pw.Page, baseURL string) error{
	"counter": bareCounter,
	"chatty": func(page pw.Page, baseURL string) error {
		_, err := page.Goto(baseURL + "/chatty")
		return err
	},
}

func bareCounter(page pw.Page, baseURL string) error {
	if _, err := page.Goto(baseURL + "/counter"); err != nil {
		return err
	}
	if err := page.Locator(".phx-connected").First().WaitFor(); err != nil {
		return err
	}
	for n := 1; n <= 5; n++ {
		if err := page.Locator("#inc").Click(); err != nil {
			return err
		}
		shown := page.Locator("#count", pw.PageLocatorOptions{HasText: strconv.Itoa(n)})
		if err := shown.WaitFor(); err != nil {
			return err
		}
	}
	return nil
}
