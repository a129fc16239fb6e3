/// The one style sheet, served as `/assets/assay.css`: light and dark, desktop and phone, no script.
package enum StyleSheet {
    package static let text = """
        :root { color-scheme: light dark; --ink: #1c2126; --soft: #5b6670; --line: #dde2e7; --paper: #ffffff; --tint: #f4f6f8;
          --link: #0b5cad; --pass: #17693a; --fail: #a8201a; --wait: #8a5a00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --soft: #9aa6b1; --line: #313a43; --paper: #14181c;
          --tint: #1c2228; --link: #7db8f2; --pass: #6fce95; --fail: #ff8d86; --wait: #f0bd60; } }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        .top { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 28px; padding: 14px 24px; border-bottom: 1px solid var(--line); }
        .brand { font-weight: 700; letter-spacing: .02em; color: var(--ink); text-decoration: none; font-size: 1.1rem; }
        nav { display: flex; flex-wrap: wrap; gap: 4px 20px; }
        nav a { color: var(--soft); text-decoration: none; padding: 2px 0; border-bottom: 2px solid transparent; }
        nav a[aria-current] { color: var(--ink); border-color: var(--link); }
        main { max-width: 1120px; margin: 0 auto; padding: 24px; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 16px; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 32px 0 10px; }
        a { color: var(--link); }
        p { max-width: 46rem; margin: 0 0 12px; }
        .soft, footer { color: var(--soft); }
        footer { max-width: 1120px; margin: 24px auto 0; padding: 16px 24px 32px; border-top: 1px solid var(--line); font-size: .875rem; }
        .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
        table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
        th, td { padding: 9px 14px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        tr:last-child > td { border-bottom: 0; }
        th { font-weight: 600; color: var(--soft); background: var(--tint); white-space: nowrap; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875em; }
        code { overflow-wrap: anywhere; }
        pre { padding: 12px 14px; background: var(--tint); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
        .tag { display: inline-block; margin: 0 6px 4px 0; padding: 1px 8px; border: 1px solid var(--line); border-radius: 999px; font-size: .8125rem; background: var(--tint); overflow-wrap: anywhere; }
        .state { font-weight: 600; white-space: nowrap; }
        .pass { color: var(--pass); } .waived, .incomplete, .pending { color: var(--wait); } .fail { color: var(--fail); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0 0 16px; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        form.filter { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; }
        form.filter input { flex: 1 1 18rem; min-width: 0; padding: 7px 10px; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
        button { padding: 7px 16px; font: inherit; color: var(--paper); background: var(--link); border: 0; border-radius: 6px; cursor: pointer; }
        button.plain { padding: 3px 10px; color: var(--ink); background: var(--tint); border: 1px solid var(--line); font-size: .875rem; }
        .who { display: flex; align-items: baseline; gap: 12px; margin-left: auto; max-width: 100%; } .who a { color: var(--soft); text-decoration: none; overflow-wrap: anywhere; }
        .who form, td form { margin: 0; }
        .card { max-width: 26rem; padding: 22px 24px; background: var(--tint); border: 1px solid var(--line); border-radius: 10px; }
        .card form { display: grid; gap: 6px; } .card label { font-size: .9375rem; color: var(--soft); }
        .card input { width: 100%; padding: 9px 11px; margin: 0 0 10px; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
        .card input:focus-visible, a:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
        .card p.soft { margin: 14px 0 0; font-size: .875rem; } .card p.between { margin: 0 0 12px; text-align: center; } .below { margin: 12px 0 0; }
        .wide { width: 100%; padding: 10px 16px; text-align: center; }
        a.button { display: block; color: var(--paper); background: var(--link); border-radius: 6px; text-decoration: none; }
        .problem { color: var(--fail); font-weight: 600; } .notice { color: var(--pass); font-weight: 600; }
        ul.reasons { margin: 0 0 12px; padding: 0; list-style: none; } ul.reasons li { margin: 0 0 8px; overflow-wrap: anywhere; } td ul.reasons { margin: 0; }
        @media (max-width: 640px) {
          main { padding: 18px 14px; } .card { padding: 18px 16px; max-width: none; } .top { padding: 12px 14px; } dl { grid-template-columns: 1fr; gap: 0; }
          dd { margin-bottom: 8px; } th, td { padding: 8px 10px; }
          .stacked thead { display: none; } .stacked tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
          .stacked td { display: block; border: 0; padding: 3px 12px; }
        }
        """
}
