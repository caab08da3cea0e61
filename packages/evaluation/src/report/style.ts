/** The report's style sheet. Colours are Paul Tol's "bright" scheme, lightened on dark ground. */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f7f5f1, #151412);
  --card: light-dark(#ffffff, #1d1c1a);
  --ink: light-dark(#23211d, #ece9e3);
  --muted: light-dark(#6a665e, #a29d93);
  --rule: light-dark(#e3dfd7, #34322e);
  --sequential: light-dark(#7d786e, #8d887d);
  --recompute: light-dark(#c2570c, #f0a061);
  --reuse: light-dark(#2f6db3, #74abe2);
  --paper: light-dark(#a8324f, #e5879b);
  --both: light-dark(#3d8f52, #58a86c);
  --neither: light-dark(#dcd7cd, #45423c);
  --prefill: light-dark(#c9c3b6, #55514a);
  --outline: light-dark(#b99a1c, #d8c055);
  --branches: light-dark(#1f8079, #4fb8b0);
  --conclusion: light-dark(#8a4a86, #c585c0);
  --soft: light-dark(#f6e9df, #3a2616);
  font: 16px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color: var(--ink);
  background: var(--page);
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; }
main { max-width: 860px; margin: 0 auto; padding: 2.5rem clamp(0.9rem, 4vw, 2rem) 4rem; }
h1, h2, h3, h4, p, dl, dd, ul, figure { margin: 0; padding: 0; }
header p { color: var(--muted); }
header .brand { font-weight: 600; letter-spacing: 0.01em; }
h1 { font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.15; letter-spacing: -0.02em; margin: 0.2rem 0 0.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; letter-spacing: -0.01em; margin: 3rem 0 1rem; }
h3 { font-size: 1.05rem; }
h4 { font-size: 0.95rem; }
h2.against { font-size: 1rem; margin: 1.8rem 0 0.7rem; }
header .notice { color: var(--ink); background: var(--soft); padding: 0.5rem 0.8rem; border-radius: 8px; margin-top: 1rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 0.8rem; }
.tile { background: var(--card); border: 1px solid var(--rule); border-top: 4px solid var(--series); border-radius: 10px; padding: 0.8rem 1rem 1rem; }
.tile dt { font-size: 0.85rem; color: var(--muted); }
.tile dd { font-size: 0.82rem; line-height: 1.4; color: var(--muted); }
.tile .figure { font-size: 1.6rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.02em; color: var(--ink); font-variant-numeric: tabular-nums; white-space: nowrap; }
figure, section > .scroll, .problem { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: clamp(0.9rem, 3vw, 1.4rem); margin-bottom: 1.1rem; }
figcaption p { color: var(--muted); font-size: 0.9rem; margin-top: 0.2rem; }
figure > svg { display: block; width: 100%; height: auto; margin: 0.8rem 0; overflow: visible; }
figure > svg.narrow { display: none; }
@media (max-width: 560px) {
  figure > svg.wide { display: none; }
  figure > svg.narrow { display: block; }
}
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.85rem; margin-top: 0.8rem; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
.legend svg { width: 14px; height: 14px; }
svg text { font-size: 13px; fill: var(--ink); }
svg text.head { font-weight: 600; }
svg text.tick { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; }
svg text.value { font-weight: 600; font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--rule); }
svg .reference { stroke: var(--muted); stroke-dasharray: 5 4; }
.sequential { --series: var(--sequential); }
.recompute { --series: var(--recompute); }
.reuse { --series: var(--reuse); }
.paper { --series: var(--paper); }
.both { --series: var(--both); }
.neither { --series: var(--neither); }
.stage-prefill { --series: var(--prefill); }
.stage-outline { --series: var(--outline); }
.stage-branches { --series: var(--branches); }
.stage-conclusion { --series: var(--conclusion); }
.stage-sequential { --series: var(--sequential); }
svg rect, svg .mark, svg .dot { fill: var(--series, var(--muted)); }
svg .mark { stroke: var(--card); stroke-width: 1.5; }
svg .dot { fill-opacity: 0.38; }
svg .mark.drafts { fill: var(--card); stroke: var(--series); }
svg .dot.drafts { fill: none; stroke: var(--series); stroke-opacity: 0.6; }
svg .median.drafts { stroke-dasharray: 6 4; }
svg .median { fill: none; stroke: var(--series); stroke-width: 2; stroke-linejoin: round; }
svg .whisker line { stroke: var(--series); stroke-width: 2; }
svg .segment { stroke: var(--card); stroke-width: 1; }
svg text.on-both, svg text.on-sequential, svg text.on-recompute, svg text.on-reuse, svg text.on-paper { fill: light-dark(#ffffff, #151412); font-weight: 600; }
details summary { cursor: pointer; font-size: 0.9rem; color: var(--muted); }
details summary b { color: var(--ink); overflow-wrap: anywhere; }
details[open] > summary { margin-bottom: 0.7rem; }
:focus-visible { outline: 2px solid var(--recompute); outline-offset: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.86rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding-bottom: 0.5rem; }
th, td { text-align: left; padding: 0.32rem 0.75rem 0.32rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
tr > :last-child { padding-right: 0; }
tr:last-child > * { border-bottom: 0; }
th { font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 400; }
td { white-space: nowrap; }
td.text { white-space: normal; overflow-wrap: anywhere; min-width: 12rem; }
.problem { padding-block: 0.7rem; margin-bottom: 0.5rem; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr)); gap: 1rem; margin-top: 0.8rem; }
.answers section { border-top: 3px solid var(--series); padding-top: 0.5rem; min-width: 0; }
.answers p { font-size: 0.85rem; color: var(--muted); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 0.8rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; margin: 0.5rem 0 0; }
section > p { margin-bottom: 1rem; max-width: 44rem; }
@media print {
  :root { background: none; }
  figure, .problem, .tile { break-inside: avoid; }
}
`;
