/** How plots look. Colours are the variables of `style.ts`. */
export const PLOT_STYLE = `
svg{display:block;max-width:100%}
svg text{font-size:11.5px;fill:var(--soft)}
.end{text-anchor:end}.middle{text-anchor:middle}
.legend{display:flex;flex-wrap:wrap;align-items:center;gap:4px 18px;font-size:13px;color:var(--soft);margin:8px 0}
.fate{display:inline-flex;align-items:center;gap:7px}.fate i{display:inline-block;width:12px;height:12px;border-radius:3px}
.fates{width:100%;height:12px;border-radius:4px}
.f-ok{fill:var(--k2);background:var(--k2)}.f-error{fill:var(--k5);background:var(--k5)}
.f-skipped{fill:var(--faint);background:var(--faint)}.f-missing{fill:var(--ink);background:var(--ink)}
.strip{width:150px;height:16px}
.strip .range{stroke:var(--line);stroke-width:4}.strip .interval{fill:var(--k0);opacity:.35}
.strip .mean{stroke:var(--k0);stroke-width:2}.strip .median{fill:var(--card);stroke:var(--soft);stroke-width:1.5}
.grid-plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:22px 28px}
.histogram{margin:0}.histogram figcaption{font-size:13.5px;margin-bottom:2px}
.histogram .bar{fill:var(--bar)}.histogram .beyond{fill:var(--k5)}
.ecdf{fill:none;stroke:var(--soft);stroke-width:1.3}.share{font-size:10px}
.even{stroke:var(--ink);stroke-dasharray:4 3}
.axis,.grid line{stroke:var(--line)}
.quantile line{stroke:var(--ink);stroke-dasharray:3 3}.quantile text{fill:var(--ink);font-size:11px}
.slices{min-width:640px}.slices .fact{font-weight:600;fill:var(--ink);font-size:13px}
.slices .name{fill:var(--ink);font-size:12.5px}.slices .number{fill:var(--ink);font-size:12.5px}
.slices .whisker{stroke:var(--k0);stroke-width:2}.slices circle{fill:var(--k0);stroke:var(--k0);stroke-width:1.8}
.slices .few circle{fill:var(--paper)}.slices .few .whisker{stroke-dasharray:3 3}
.slices .overall{stroke:var(--soft);stroke-dasharray:5 4}
.plots{max-width:360px}
.birds-eye{background:var(--wash);border-radius:6px;width:100%}
.history,.history polyline{fill:none;stroke:var(--faint);stroke-width:3;stroke-dasharray:1 5;stroke-linecap:round}
.future polyline,polyline.future{fill:none;stroke:var(--ink);stroke-width:4.5;stroke-linejoin:round;stroke-linecap:round}
.future circle{fill:var(--card);stroke:var(--ink);stroke-width:1.8}
.ego{fill:var(--ink);fill-opacity:.22;stroke:var(--ink)}
.obstacle circle,.obstacle polygon{fill:var(--box);stroke:var(--box-line)}.obstacle polyline{stroke:var(--box-line);fill:none}
.box-ego{background:var(--faint);outline:1px solid var(--ink)}.box-obstacle{background:var(--box);outline:1px solid var(--box-line)}
.sample{fill:none;stroke-width:2;stroke-linejoin:round}.sample circle{stroke-width:1}
.sample polyline,polyline.sample{fill:none}
.sample.k0,.label.k0{stroke:var(--k0)}.sample.k1,.label.k1{stroke:var(--k1)}.sample.k2,.label.k2{stroke:var(--k2)}
.sample.k3,.label.k3{stroke:var(--k3)}.sample.k4,.label.k4{stroke:var(--k4)}.sample.k5,.label.k5{stroke:var(--k5)}
.k0 circle,.label.k0 text{fill:var(--k0)}.k1 circle,.label.k1 text{fill:var(--k1)}.k2 circle,.label.k2 text{fill:var(--k2)}
.k3 circle,.label.k3 text{fill:var(--k3)}.k4 circle,.label.k4 text{fill:var(--k4)}.k5 circle,.label.k5 text{fill:var(--k5)}
.label polyline{fill:none;stroke-width:.8;stroke-dasharray:2 2;opacity:.7}.label text{stroke:none;font-weight:650;font-size:12px}
.scale-bar path{fill:none;stroke:var(--soft)}
.error-plot{width:100%;margin-top:8px}.error-plot .sample{stroke-width:1.6}
.key{width:26px;height:10px}
.forest{width:170px;height:22px}.forest-head{display:flex;justify-content:space-between;width:170px;font-size:10.5px}.forest .zero{stroke:var(--soft)}
.forest .whisker{stroke-width:2}
.forest .d-better{stroke:var(--k2);fill:var(--k2)}.forest .d-worse{stroke:var(--k5);fill:var(--k5)}.forest .d-none{stroke:var(--faint);fill:var(--paper)}
td.d-better{color:var(--good);font-weight:650}td.d-worse{color:var(--bad);font-weight:650}
.against{font-weight:400;color:var(--soft)}
.differences tbody th{width:auto;min-width:140px}.differences code{overflow-wrap:normal}.differences td,.differences th{padding-right:11px}.differences{font-size:13px}section>table+table{margin-top:18px}.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:10px 36px;align-items:start}.two>div{min-width:0;overflow-x:auto}
.verdict-line{font-size:16px;max-width:80ch;margin:10px 0 18px}.verdict-word{font-size:19px;margin-bottom:8px}
.verdict-word{display:inline-block;border-radius:5px;padding:1px 10px;font-weight:650;margin-right:8px;border:2px solid}
.verdict-word.d-better{color:var(--good)}.verdict-word.d-worse{color:var(--bad)}.verdict-word.d-none{color:var(--soft)}
`;
