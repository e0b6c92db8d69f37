/// The page's style: light, quiet, and the same in print.
let pageStyle = """
    :root { --ink: #1b2733; --soft: #5b6b7a; --line: #d6dde4; --blue: #1d5f9e; --red: #b3261e; }
    * { box-sizing: border-box; }
    body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
    h1 { font-size: 2rem; margin: 0 0 .5rem; }
    h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
    p { margin: .5rem 0; max-width: 44rem; }
    .lead { font-size: 1.1rem; }
    .soft, small { color: var(--soft); }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.5rem 0 0; }
    .figures div { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
    .figures dt { color: var(--soft); font-size: .9rem; }
    .figures dd { margin: 0; font-size: 1.6rem; font-weight: 600; }
    .figures dd.soft { font-size: .85rem; font-weight: 400; }
    svg { display: block; width: 100%; max-width: 45rem; height: auto; margin: 1rem 0; }
    svg text { font-size: 13px; fill: var(--ink); }
    svg text.soft { fill: var(--soft); }
    .grid { stroke: var(--line); }
    .range { stroke: var(--blue); stroke-width: 2; }
    .range.dimmed { stroke: var(--soft); stroke-dasharray: 4 3; }
    .dot { fill: var(--blue); }
    .hollow { fill: #fff; stroke: var(--soft); stroke-width: 2; }
    .series { fill: none; stroke: var(--blue); stroke-width: 1.5; }
    .series.dimmed { stroke: var(--soft); stroke-dasharray: 4 3; }
    .kept { fill: var(--blue); }
    .refused { fill: #c9d3dc; stroke: var(--soft); }
    .leak { fill: var(--red); }
    .key span { display: inline-block; width: .8rem; height: .8rem; margin-left: 1rem; vertical-align: -1px; }
    .key span:first-child { margin-left: 0; }
    .dot-key { background: var(--blue); border-radius: 50%; }
    .square-key { border: 2px solid var(--soft); }
    .kept-key { background: var(--blue); }
    .refused-key { background: #c9d3dc; border: 1px solid var(--soft); }
    .leak-key { background: var(--red); }
    table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
    th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
    thead th { color: var(--soft); font-weight: 600; }
    tbody th { font-weight: 400; white-space: nowrap; }
    .cells td { width: 21%; }
    .cells td.proved { background: #e6f2e8; }
    .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1.25rem; }
    figure { margin: 0; break-inside: avoid; }
    figure img { max-width: 100%; height: auto; border: 1px solid var(--line); }
    figcaption { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
    @media print {
      main { max-width: none; padding: 0; }
      * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      svg, tr, .figures { break-inside: avoid; }
      h2 { break-after: avoid; }
    }
    """
