/// What pages with charts and tiles add to ``StyleSheet``.
package enum ChartStyle {
    package static let text = """
        :root { --data: #2f6fb3; --quiet: #b9c6d3; }
        @media (prefers-color-scheme: dark) { :root { --data: #6aa9ea; --quiet: #4a5866; } }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 20px 24px; margin: 14px 0; align-items: start; }
        figure { margin: 0; min-width: 0; padding: 14px 16px; border: 1px solid var(--line); border-radius: 8px; }
        figcaption { display: flex; flex-wrap: wrap; gap: 2px 12px; justify-content: space-between; font-size: .9375rem; margin: 0 0 8px; overflow-wrap: anywhere; }
        figcaption b { font-weight: 600; }
        figure svg { display: block; width: 100%; height: auto; font: 12px system-ui, "Segoe UI", Roboto, sans-serif; }
        svg .tick { fill: var(--soft); font-size: 12px; } svg .grid { stroke: var(--line); } svg .limit { stroke: var(--fail); stroke-dasharray: 6 4; stroke-width: 1.5; }
        svg .curve { fill: none; stroke: var(--data); stroke-width: 2; } svg .mark { fill: var(--data); } svg .broken { fill: var(--fail); }
        figure details { margin: 8px 0 0; font-size: .875rem; } summary { cursor: pointer; color: var(--soft); } details .scroll { margin: 8px 0 0; }
        details table { font-size: .875rem; } details th, details td { padding: 5px 10px; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0 0 8px; padding: 0; list-style: none; }
        .tiles li { padding: 12px 16px; background: var(--tint); border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere; }
        .tiles b { display: block; font-size: 1.35rem; line-height: 1.3; } .tiles span { color: var(--soft); font-size: .875rem; }
        .part { margin: 0 0 22px; } .part p { margin: 6px 0; max-width: none; }

        """
}
