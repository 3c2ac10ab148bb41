/** A chart (Plotly) with its figures in a table beside it, and its picture to take along. See interface/chart.py. */
import { useEffect, useId, useRef, useState } from "react";

const COLOURS = ["--accent", "--chart-2", "--information", "--attention", "--muted"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash"];
const SEPARATORS = { fr: ",\u202f", nl: ",.", de: ",.", en: ".," };
/** Plotly reads a little HTML in its texts: names that people typed are only text. */
const plain = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const short = (text, most) => (text.length > most ? text.slice(0, most - 1).trimEnd() + "…" : text);

/** A label over several lines of about so many letters. */
function wrapped(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length + 1 > most) lines.push(word);
    else lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
  }
  return lines.map(plain).join("<br>");
}

/** The colours of the page's theme, as they are now; `light`: those of paper, whatever the theme. */
function palette(light) {
  const root = document.documentElement;
  const dark = light && root.classList.contains("dark");
  if (dark) root.classList.remove("dark");
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(name).trim();
  const found = { series: COLOURS.map(read), text: read("--text"), muted: read("--muted"), line: read("--line"), ground: read("--surface") };
  if (dark) root.classList.add("dark");
  return found;
}

function traces({ kind, labels, series }, colours, said) {
  const names = labels.map((label, i) => `${i}`);
  return series.map((one, i) => {
    const shared = {
      name: plain(one.name), text: one.texts.map(plain), textposition: "none", hoverinfo: "text",
      hovertext: one.texts.map((text, at) => `${plain(labels[at])}<br>${said.replace("{name}", () => plain(one.name)).replace("{value}", () => plain(text))}`),
    };
    if (kind === "line") return { ...shared, type: "scatter", mode: "lines", x: labels.map(plain), y: one.values,
      line: { color: colours.series[i % 5], width: 2, dash: DASHES[i % 5], shape: one.step ? "hv" : "linear" } };
    if (one.line) return { ...shared, type: "scatter", mode: "lines+markers", x: names, y: one.values,
      line: { color: colours.series[i % 5], width: 2, dash: DASHES[i % 5] }, marker: { color: colours.series[i % 5], size: 6 } };
    const marker = { color: colours.series[i % 5] };
    if (one.base) shared.base = one.base;
    return kind === "rows"
      ? { ...shared, type: "bar", orientation: "h", y: names, x: one.values, marker }
      : { ...shared, type: "bar", x: names, y: one.values, marker };
  });
}

function layout({ kind, labels, series, stacked }, colours, lang, alone, width = 960) {
  const narrow = width < 480;
  const rows = kind === "rows";
  const axis = { gridcolor: colours.line, zerolinecolor: colours.muted, linecolor: colours.line, fixedrange: true, automargin: true, tickangle: 0, tickfont: { color: colours.muted } };
  const figures = { ...axis, tickformat: ",.0f", ticksuffix: " €", nticks: narrow ? 4 : 6 };
  const named = { ...axis, showgrid: false, type: "category" };
  // On a phone a year's months would run into each other: only some are named.
  const every = rows || !narrow ? 1 : Math.ceil(labels.length / 4);
  const told = labels.map((label, i) => [label, `${i}`]).filter((_, i) => i % every === 0);
  const ticks = { ...named, tickvals: told.map(([, i]) => i), ticktext: told.map(([l]) => (rows ? plain(short(l, narrow ? 16 : 34)) : wrapped(l, narrow ? 8 : 18))) };
  return {
    height: rows ? Math.max(180, 60 + labels.length * (18 + 14 * (stacked ? 1 : series.length))) : 320,
    margin: { l: 8, r: kind === "line" && !alone ? 96 : 16, t: alone ? 48 : 8, b: 8 },
    barmode: stacked ? "relative" : "group", bargap: 0.3, separators: SEPARATORS[lang] ?? SEPARATORS.fr,
    paper_bgcolor: alone ? colours.ground : "transparent", plot_bgcolor: "transparent",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colours.text },
    hovermode: "closest", dragmode: false, showlegend: alone && series.length > 1,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
    xaxis: rows ? figures : kind === "line" ? { ...named, nticks: narrow ? 2 : 5 } : ticks,
    yaxis: rows ? { ...ticks, autorange: "reversed" } : figures,
    annotations: kind === "line" && !alone ? series.map((one, i) => ends(one, labels, colours.series[i % 5])).filter(Boolean) : [],
  };
}

/** The name of a line at its end. */
function ends(one, labels, color) {
  const last = one.values.findLastIndex((value) => value !== null);
  if (last < 0) return null;
  return { x: plain(labels[last]), y: one.values[last], text: plain(one.name), showarrow: false, xanchor: "left", xshift: 6, font: { color } };
}

function useLibrary(setFailed) {
  const [library, setLibrary] = useState(null);
  useEffect(() => {
    let here = true;
    import("plotly.js-basic-dist-min").then((found) => here && setLibrary(found.default ?? found), () => here && setFailed(true));
    return () => { here = false; };
  }, []);
  return library;
}

export function Chart({ chart, label, texts, lang, onPick }) {
  const plot = useRef(null);
  const [failed, setFailed] = useState(false);
  const [dark, setDark] = useState(false);
  const library = useLibrary(setFailed);
  const id = useId();
  const figures = `${texts.table} – ${label}`;
  const picks = useRef(onPick);
  picks.current = onPick;

  useEffect(() => {
    const root = document.documentElement;
    const see = () => setDark(root.classList.contains("dark"));
    see();
    const watch = new MutationObserver(see);
    watch.observe(root, { attributeFilter: ["class"] });
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    if (!library || !plot.current || !chart.labels.length) return undefined;
    const colours = palette(false);
    const box = plot.current;
    library.react(box, traces(chart, colours, texts.said), layout(chart, colours, lang, false, box.offsetWidth), { displayModeBar: false, responsive: false });
    box.removeAllListeners?.("plotly_click");
    box.on("plotly_click", (event) => picks.current?.(event.points[0].pointIndex ?? event.points[0].pointNumber, event.points[0].curveNumber));
    const watch = new ResizeObserver(() => box.offsetWidth && library.Plots.resize(box));
    watch.observe(box);
    return () => watch.disconnect();
  }, [library, chart, lang, dark]);

  useEffect(() => {
    const box = plot.current;
    return () => { if (library && box) library.purge(box); };
  }, [library]);

  const take = async (format) => {
    const colours = palette(true);
    const look = layout(chart, colours, lang, true);
    const picture = await library.toImage(
      { data: traces(chart, colours, texts.said), layout: { ...look, title: { text: plain(label), x: 0, xanchor: "left", font: { size: 15 } }, margin: { ...look.margin, l: 16, t: 72 } } },
      { format, width: 960, height: Math.max(420, look.height + 80), scale: format === "png" ? 2 : 1 });
    const link = document.createElement("a");
    link.href = picture;
    link.download = `${label.normalize("NFKD").replace(/[^\w]+/g, "-").replace(/^-|-$/g, "").toLowerCase() || "chart"}.${format}`;
    link.click();
  };

  if (!chart.labels.length) return <p className="kit-empty">{texts.empty}</p>;
  return (
    <div className="kit-chart">
      <div>
        {/* What the picture says stands in the table: to a screen reader it is one picture with a name. */}
        <div ref={plot} className="kit-plot" role="img" aria-label={label} aria-describedby={id} />
        {failed && <p role="status" className="text-muted">{texts.failed}</p>}
        <div className="kit-chart-take">
          <button type="button" className="kit-link" disabled={!library} onClick={() => take("png")}>{texts.png}</button>
          <button type="button" className="kit-link" disabled={!library} onClick={() => take("svg")}>{texts.svg}</button>
        </div>
      </div>
      <div className="kit-scroll" tabIndex={0} role="region" aria-label={figures}>
        <table id={id} aria-label={figures}>
          <thead>
            <tr>
              <th scope="col">{chart.heading}</th>
              {chart.series.map((one, i) => (
                <th key={i} scope="col" className="kit-money"><span aria-hidden="true" className={`kit-mark kit-mark-${(i % 5) + 1}`} />{one.name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {chart.labels.map((name, at) => (
              <tr key={at}>
                <th scope="row" className="kit-text">
                  {onPick ? <button type="button" className="kit-link" onClick={() => onPick(at, 0)}>{name}</button> : name}
                </th>
                {chart.series.map((one, i) => <td key={i} className="kit-money">{one.texts[at]}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
