import { PLOT_STYLE } from './style-plots.ts';

/**
 * Colours come in pairs for light and dark. What they tell apart is told by a shape, a sign or a number as well;
 * the palette of samples is that of Okabe and Ito, which stays apart for colour-blind readers.
 */
const COLOURS = `
:root{color-scheme:light dark;
--paper:#fcfcfb;--card:#fff;--ink:#1b2129;--soft:#5a6472;--faint:#8b94a1;--line:#e3e6ea;--wash:#f3f5f7;
--accent:#00629b;--bad:#b84a00;--bad-wash:#fdeee3;--good:#00795a;--warn-wash:#fff6dd;--warn:#8a6100;
--k0:#0072b2;--k1:#d98e00;--k2:#009e73;--k3:#c0609a;--k4:#3ba0dd;--k5:#d55e00;
--decision:#d9ecf9;--cause:#fbefc8;--break:#fbd9c4;--bar:#7aaed1;--box:#ccd3db;--box-line:#68727f}
@media(prefers-color-scheme:dark){:root{
--paper:#12161c;--card:#191e26;--ink:#e8ebef;--soft:#a6b0bd;--faint:#78828f;--line:#2b323c;--wash:#1f252e;
--accent:#6db9ea;--bad:#ff9a5c;--bad-wash:#3a2417;--good:#45c9a0;--warn-wash:#332b14;--warn:#e8c25c;
--k0:#4aa3e0;--k1:#f0ac2b;--k2:#2fc79b;--k3:#e08fc0;--k4:#9fdcff;--k5:#ff8a4a;
--decision:#1d3c54;--cause:#453a17;--break:#54301c;--bar:#4f86ab;--box:#3a4452;--box-line:#97a2b0}}
`;

const TEXT = `
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;overflow-wrap:break-word;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
code{font:0.86em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}a code,code a{text-underline-offset:4px}
main,.inner,footer{max-width:1120px;margin:0 auto;padding:0 28px}
h1{font-size:30px;line-height:1.2;margin:2px 0 18px;letter-spacing:-0.01em;overflow-wrap:anywhere}
h2{font-size:21px;line-height:1.3;margin:0 0 6px;letter-spacing:-0.005em}
h3{font-size:15px;margin:22px 0 6px}h3 small{font-weight:400;color:var(--soft);margin-left:6px}
section{margin:44px 0;scroll-margin-top:12px}
.top{background:var(--wash);border-bottom:1px solid var(--line);padding:30px 0 14px}
.kind{margin:0;color:var(--soft);font-size:13px}
.about{display:flex;flex-wrap:wrap;gap:10px 34px;margin:0 0 20px}
.about dt{color:var(--soft);font-size:12.5px}.about dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.open-loop{max-width:78ch;color:var(--soft);margin:14px 0 16px}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:14px}
.note{color:var(--soft);font-size:13.5px;margin:4px 0 12px;max-width:92ch}
.warning{background:var(--warn-wash);border-left:3px solid var(--warn);padding:9px 14px;margin:12px 0;max-width:92ch;border-radius:0 4px 4px 0}
.gate-passed{background:var(--wash);border-color:var(--good)}.gate-failed{background:var(--bad-wash);border-color:var(--bad)}
.unit,.source,.none{color:var(--soft);font-size:12.5px}.none{font-style:italic}
footer{color:var(--soft);font-size:12.5px;border-top:1px solid var(--line);padding-top:16px;padding-bottom:40px}
summary{cursor:pointer;color:var(--accent);font-size:13.5px;padding:3px 0}
details>summary code{color:inherit}
`;

const TABLES = `
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13.5px}
th{text-align:left;font-weight:500}
thead th{color:var(--soft);font-weight:400;font-size:12.5px;border-bottom:1px solid var(--line);padding:4px 14px 5px 0;white-space:nowrap}
tbody th,tbody td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:middle}
.n{text-align:right}td.n,.metrics td{white-space:nowrap}
.metrics{width:100%}.metrics tbody th{width:265px}.metrics .mean{width:76px}.metrics .interval-cell{width:130px}.metrics .unit{display:block;font-size:11.5px}
.differences{font-size:12.5px}.differences tbody th,.differences tbody td,.differences thead th{padding-right:9px}.metrics.differences tbody th{width:190px}
.metrics .mean{font-weight:650;font-size:15px}
.metrics tr:target,.definitions>div:target{background:var(--warn-wash)}
.causes{min-width:60%}
.values{width:100%}.values td,.values th{padding:3px 8px 3px 0;font-size:13px}
.definitions{margin:0;columns:2;column-gap:36px}
.definitions>div{break-inside:avoid;padding:7px 0;border-bottom:1px solid var(--line);scroll-margin-top:12px}
.definitions dt{font-weight:600}.definitions dd{margin:0;overflow-wrap:anywhere;font-size:13.5px}
.definitions .unit,.definitions .source{display:block}
@media(max-width:760px){.definitions{columns:1}}
`;

const WINDOWS = `
.window{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 18px 16px;margin:18px 0;break-inside:avoid}
.window>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 9px;margin-bottom:10px}
.rank{font-size:13px;color:var(--card);background:var(--ink);border-radius:4px;padding:0 7px}
.chip{background:var(--wash);border-radius:4px;padding:1px 7px;font-size:12.5px;white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis}
.chip i{font-style:normal;color:var(--soft)}.chip.bad{background:var(--bad-wash);color:var(--bad);font-weight:600}
.window .id{margin-left:auto;color:var(--faint);font-size:11.5px}
.columns{display:grid;grid-template-columns:360px minmax(0,1fr);gap:22px;align-items:start}
@media(max-width:820px){.columns{grid-template-columns:minmax(0,1fr)}}
.camera{margin:0 0 10px}.camera img{width:100%;height:auto;border-radius:6px;display:block;background:var(--wash)}
.camera figcaption{color:var(--soft);font-size:12.5px;margin-top:3px}
.no-picture{background:var(--wash);border-radius:6px;color:var(--soft);font-size:13px;padding:12px 14px;margin:0 0 12px}
.samples{border-top:1px solid var(--line);margin-top:14px}
.sample-row{padding:9px 0;border-bottom:1px solid var(--line)}.sample-row:last-child{border-bottom:0;padding-bottom:0}
.said{font-size:14.5px;line-height:1.75}
.swatch{display:inline-block;min-width:20px;text-align:center;font-size:12px;font-weight:650;line-height:18px;border-radius:4px;border:2px solid;padding:0 4px;margin-right:6px}
.swatch.k0{color:var(--k0)}.swatch.k1{color:var(--k1)}.swatch.k2{color:var(--k2)}.swatch.k3{color:var(--k3)}.swatch.k4{color:var(--k4)}.swatch.k5{color:var(--k5)}
.swatch.all{color:var(--soft);border-color:var(--line)}
.trace{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
mark{background:none;color:inherit;padding:1px 2px;border-radius:3px}
.m-decision{background:var(--decision);border-bottom:2px solid var(--k0)}
.m-cause{background:var(--cause);border-bottom:2px dashed var(--k1)}
.m-break{background:var(--break);text-decoration:underline wavy var(--bad) 1.5px;text-underline-offset:4px}
.m-contradiction{background:var(--break);outline:1.5px solid var(--bad);outline-offset:-1px}
.m-remark{border-bottom:2px dotted var(--k3)}
.m-unparsed{color:var(--faint);font-style:italic}
.tag{font-size:11.5px;color:var(--accent);border:1px solid currentcolor;border-radius:3px;padding:0 4px;margin:0 2px;white-space:nowrap}
.trace-legend mark{margin-right:5px;white-space:nowrap}
.verdicts{list-style:none;margin:5px 0 0 32px;padding:0;font-size:13.5px}
.verdicts li{padding:2px 0}
.outcome{display:inline-block;font-weight:650;font-size:12.5px;min-width:104px}
.v-broken .outcome,.v-contradicted .outcome{color:var(--bad)}.v-supported .outcome{color:var(--good)}
.v-undetermined .outcome,.v-noted .outcome{color:var(--soft)}
.because{color:var(--soft);font-size:12.5px}.figure{white-space:nowrap;margin-left:4px}
.sample-row>details{margin-left:32px}.sample-row>details .verdicts{margin-left:0}
@media print{body{font-size:12px}nav,.top{background:none}.window{border-color:#999}}
`;

export const STYLE = [COLOURS, TEXT, TABLES, WINDOWS, PLOT_STYLE].join('').replaceAll('\n\n', '\n');
