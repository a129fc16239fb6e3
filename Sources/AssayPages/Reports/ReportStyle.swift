/// What a report's page adds to ``StyleSheet``: drawings, numbers, paper.
enum ReportStyle {
    static let text = """
        :root { --data: #2f6fb3; --quiet: #b9c6d3; --c1: #b3541e; --c2: #5f7d2c; --c3: #7a4f9a;
          --v0: #1f5fae; --v1: #4d83c0; --v2: #86a5c9; --v3: #a3939f; --v4: #c28b78; --v5: #c66b3f; --v6: #b3440e; }
        @media (prefers-color-scheme: dark) { :root { --data: #6aa9ea; --quiet: #4a5866; --c1: #e2935f; --c2: #a6c46c; --c3: #b995d8;
          --v0: #5aa2ef; --v1: #82b4e6; --v2: #a5bdd6; --v3: #b9adb4; --v4: #d4a68f; --v5: #e59361; --v6: #f47f36; } }
        main { max-width: 1000px; padding-top: 32px; }
        .eyebrow { color: var(--soft); font-size: .875rem; margin: 0 0 2px; }
        .verdict { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; padding: 12px 16px; margin: 0 0 22px; border: 1px solid var(--line);
          border-left: 5px solid currentColor; border-radius: 8px; }
        .verdict strong { text-transform: capitalize; } .verdict span { color: var(--ink); }
        ul.contents { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 8px; padding: 0; list-style: none; font-size: .9375rem; }
        section { margin: 0 0 34px; }
        .finding { padding: 10px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        .finding p { margin: 2px 0 0; max-width: none; } .finding .state { display: inline-block; min-width: 6.5rem; text-transform: capitalize; }
        .measure { display: grid; grid-template-columns: minmax(0, 1fr) 6.5rem 200px; gap: 2px 18px; align-items: center; padding: 9px 0; border-bottom: 1px solid var(--line); }
        .measure p { margin: 0; font-size: .875rem; color: var(--soft); } .measure code { font-size: .875rem; }
        .measure .big { text-align: right; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
        .measure .range { font-size: .75rem; color: var(--soft); text-align: center; font-variant-numeric: tabular-nums; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 22px 34px; margin: 18px 0; }
        .figures.many { grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr)); gap: 26px 30px; align-items: start; }
        .many figcaption { margin: 0; overflow-wrap: anywhere; } .note { margin: 0 0 6px; font-size: .8125rem; color: var(--soft); overflow-wrap: anywhere; }
        .legend { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; font-size: .875rem; color: var(--soft); margin: 0; }
        .key { display: inline-block; width: 14px; height: 3px; background: var(--data); margin-left: 12px; } .key.quiet { height: 12px; background: var(--quiet); margin-left: 0; }
        summary { cursor: pointer; padding: 10px 0; font-weight: 600; text-transform: capitalize; }
        figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; font-size: .9375rem; margin: 0 0 8px; }
        svg { display: block; width: 100%; height: auto; max-width: 560px; font: 12px system-ui, "Segoe UI", Roboto, sans-serif; }
        svg .label, svg .value { fill: var(--ink); } svg .value { font-variant-numeric: tabular-nums; font-weight: 600; }
        svg .tick { fill: var(--soft); font-size: 11px; } svg .grid { stroke: var(--line); } svg .axis { stroke: var(--soft); }
        svg .small { fill: var(--ink); font-size: 11px; } svg .area { fill: var(--quiet); } svg .outline { fill: none; stroke: var(--data); stroke-width: 1.75; }
        svg .bar { fill: var(--data); } svg .bar.quiet { fill: var(--quiet); } svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
        svg .reference { stroke: var(--soft); stroke-dasharray: 4 3; } svg .curve { fill: none; stroke-width: 2; stroke: var(--data); }
        svg .curve.c1 { stroke: var(--c1); } svg .curve.c2 { stroke: var(--c2); } svg .curve.c3 { stroke: var(--c3); }
        svg .mark { fill: var(--data); } svg .mark.c1 { fill: var(--c1); } svg .mark.c2 { fill: var(--c2); } svg .mark.c3 { fill: var(--c3); }
        svg .point { fill: none; stroke-linecap: round; stroke-width: 4.6; stroke-opacity: .8; stroke: var(--data); } svg .point.none { stroke: var(--quiet); stroke-opacity: 1; }
        svg .point.v0 { stroke: var(--v0); } svg .point.v1 { stroke: var(--v1); } svg .point.v2 { stroke: var(--v2); } svg .point.v3 { stroke: var(--v3); }
        svg .point.v4 { stroke: var(--v4); } svg .point.v5 { stroke: var(--v5); } svg .point.v6 { stroke: var(--v6); }
        svg .bar.up { fill: var(--c1); } svg .bar.down { fill: var(--data); } svg .link { stroke: var(--soft); stroke-width: .75; }
        .shades { display: flex; flex-wrap: wrap; align-items: center; gap: 5px; } .shade { display: inline-block; width: 12px; height: 12px; border-radius: 50%; background: var(--quiet); }
        .s0 { background: var(--v0); } .s1 { background: var(--v1); } .s2 { background: var(--v2); } .s3 { background: var(--v3); }
        .s4 { background: var(--v4); } .s5 { background: var(--v5); } .s6 { background: var(--v6); }
        .shade.none { margin-left: 12px; } figure.wide { grid-column: 1 / -1; } figure.wide svg { max-width: 640px; }
        section .scroll { margin: 14px 0; } .notes p { color: var(--soft); }
        @media (max-width: 640px) { .measure { grid-template-columns: minmax(0, 1fr) auto; } .measure .gauge { grid-column: 1 / -1; } }
        @media (max-width: 560px) { figure.wide { overflow-x: auto; } figure.wide svg { min-width: 500px; } }
        @media print { main { max-width: none; padding: 0; } section, figure, .measure { break-inside: avoid; } }
        """
}
