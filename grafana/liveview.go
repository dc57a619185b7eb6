package grafana

// liveViewBoard shows what LiveView does, by name and page.
func liveViewBoard() *board {
	const where = inTime
	onPage := matches("page", "page") + " AND " + where
	ofEvent := matches("event", "event") + " AND " + onPage
	return &board{
		source: influx, uid: "liveload-liveview", title: "LiveView", description: "Events, joins, navigation, patches and diffs, by name and page.",
		variables: []variable{
			runVariable(), scenarioVariable(),
			tagVariable("page", "Page", "liveview_join_duration_us", "page", ofScenario),
			tagVariable("event", "Event", "liveview_events", "event", ofScenario),
		},
		sections: []section{
			{"Events", []panel{
				stacked("Events pushed", "Events that pages pushed per second, by name.", perSecond, series("$tag_event", "%s", rate("liveview_events", ofEvent, "event"))),
				graph("Reply, p95", "From a pushed event to its reply, by name. "+worstSecond, micros,
					series("$tag_event", "%s", worst("p95", "liveview_event_duration_us", ofEvent, "event"))),
				slowest("Slowest events", "From a pushed event to its reply.", micros, "liveview_event_duration_us", ofEvent, "scenario", "event", "page"),
				slowest("Slowest patches", "From the reply of an event until the page has it.", micros, "liveview_patch_duration_us", ofEvent, "scenario", "event", "page"),
			}},
			{"Diffs", []panel{
				graph("Patching the page, p95", "From the reply of an event until the page has it, by name. "+worstSecond, micros,
					series("$tag_event", "%s", worst("p95", "liveview_patch_duration_us", ofEvent, "event"))),
				stacked("Diffs received", "Bytes of diffs in the replies of events per second, by name.", bytesRate,
					series("$tag_event", "%s", sumRate("liveview_diff_bytes", ofEvent, "event"))),
				slowest("Largest diffs", "Size of the diff in the reply of an event.", inBytes, "liveview_diff_bytes", ofEvent, "scenario", "event", "page").Span(full),
			}},
			{"Joins and connections", []panel{
				graph("Joins, p95", "From phx_join until it was accepted, by page, nested views too. "+worstSecond, micros,
					series("$tag_page", "%s", worst("p95", "liveview_join_duration_us", onPage, "page"))),
				graph("First connection, p95", "From the navigation until the page was connected, by page. "+worstSecond, micros,
					series("$tag_page", "%s", worst("p95", "liveview_connection_duration_us", onPage, "page"))),
				slowest("Slowest joins", "From phx_join until it was accepted.", micros, "liveview_join_duration_us", onPage, "scenario", "page"),
				slowest("Slowest first connections", "From the navigation until the page was connected.", micros, "liveview_connection_duration_us", onPage, "scenario", "page"),
			}},
			{"Navigation and loading", []panel{
				stacked("Navigation", "phx:navigate per second: patches keep the LiveView, redirects join another one.", perSecond,
					series("$tag_type", "%s", rate("liveview_navigations", where, "type"))).Span(third),
				graph("Page loading, p95", "Until phx:page-loading-stop, by its kind. "+worstSecond, micros,
					series("$tag_kind", "%s", worst("p95", "liveview_page_loading_duration_us", where, "kind"))).Span(third),
				graph("Loading classes, p95", "How long elements had a phx-*-loading class, which people see. "+worstSecond, micros,
					series("$tag_class", "%s", worst("p95", "liveview_loading_class_duration_us", where, "class"))).Span(third),
			}},
			{"What breaks", []panel{
				failing("Disconnections", "Connections that were lost per second, by page.", perSecond, series("$tag_page", "%s", rate("liveview_disconnections", onPage, "page"))).Span(third),
				failing("Errors", "Joins that crashed and channels that closed with an error, per second.", perSecond, series("$tag_kind", "%s", rate("liveview_errors", where, "kind"))).Span(third),
				graph("Reconnection, p95", "From a lost connection until it was there again, by page. "+worstSecond, micros,
					series("$tag_page", "%s", worst("p95", "liveview_reconnection_duration_us", onPage, "page"))).Span(third),
				most("Reconnections", "Connections that came back, by page.", blue, "liveview_reconnections", onPage, "scenario", "page"),
				most("Cancelled loads", "Page loads that the next of their kind cancelled.", orange, "liveview_canceled_loads", where, "scenario", "kind"),
			}},
		},
	}
}
