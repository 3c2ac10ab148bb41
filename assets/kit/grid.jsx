/**
 * The table that is edited in place. See interface/grid.py for what rows, columns and outcomes hold.
 *
 * The inputs are uncontrolled: a key stroke renders nothing. What was typed but not accepted yet lives in `patches`, one
 * for each row that was touched, so a change renders one row of five hundred.
 */
import { createContext, memo, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "react-router";
import { useOnce, useStamp } from "./once.jsx";
import { asCell, find, keyboard, valueOf } from "./grid_keys.js";

const STALLED_AFTER = 20000;
const SAVED_FOR = 4000;
const useEarlyEffect = typeof window === "undefined" ? useEffect : useLayoutEffect;

const isOpen = (column, cell) => Boolean(column.editable) && !cell.readonly;

function optionsOf(column, cell, value) {
  const options = cell.options ?? column.options ?? [];
  return options.some((o) => o.value === value) ? options : [{ value, label: value || "–" }, ...options];
}

const Once = createContext(false);

/** A press that calls the page; when that acts once, with its key, and busy until it is answered. */
function Act({ row, action, label, onAction }) {
  const once = useContext(Once);
  const [busy, begin] = useOnce();
  const stamp = useStamp();
  const press = () => {
    if (!once) return onAction(row, action);
    const key = begin();
    if (key) onAction(row, action, key, ...stamp());
  };
  return (
    <button type="button" className="kit-link" disabled={busy} aria-busy={busy ? "true" : undefined} onClick={press}>{label}</button>
  );
}

function Content({ cell, onAction, rowId }) {
  const text = cell.href ? (
    <Link to={cell.href} className="kit-link">{cell.value}</Link>
  ) : (
    cell.value !== "" && <span>{cell.value}</span>
  );
  return (
    <>
      {text}
      {cell.hint && <span className="kit-hint">{cell.hint}</span>}
      {cell.badge && <span className={`kit-badge kit-${cell.badge.kind}`}>{cell.badge.text}</span>}
      {cell.article && <span className="kit-article">{cell.article}</span>}
      {cell.action && (
        <Act row={rowId} action={cell.action.id} label={cell.action.label} onAction={onAction} />
      )}
    </>
  );
}

function Field({ column, cell, row, value, bad, held, label, r, c, span }) {
  const element = useRef(null);
  useEarlyEffect(() => {
    const typing = document.activeElement === element.current && element.current.dataset.editing;
    if (!typing && !held && element.current.value !== value) element.current.value = value;
  }, [value, held]);
  const shared = {
    ref: element, defaultValue: value, "aria-label": label, "aria-invalid": bad ? true : undefined,
    "aria-describedby": bad ? `why-${row.id}` : undefined, "data-cell": "", "data-r": r, "data-c": c, "data-span": span,
    "data-row": row.id, "data-field": column.id,
  };
  if (column.kind === "select") {
    return (
      <select {...shared}>
        {optionsOf(column, cell, value).map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
      </select>
    );
  }
  const numeric = column.kind === "number" || column.kind === "money";
  return <input {...shared} type="text" inputMode={numeric ? "decimal" : undefined} autoComplete="off" spellCheck={false} />;
}

function Cell({ column, row, patch, texts, label, r, c, span, onAction }) {
  const cell = asCell(row.cells?.[column.id]);
  const shared = { rowSpan: span > 1 ? span : undefined, "data-label": column.label, className: `kit-${column.kind}` };
  const Tag = column.primary ? "th" : "td";
  if (column.primary) shared.scope = span > 1 ? "rowgroup" : "row";
  if (!isOpen(column, cell)) {
    // What is computed from a cell that was just saved is told with its answer.
    const told = patch?.values?.[column.id];
    return (
      <Tag {...shared} tabIndex={-1} data-cell="" data-r={r} data-c={c} data-span={span}>
        <Content cell={told === undefined ? cell : { ...cell, value: told }} rowId={row.id} onAction={onAction} />
      </Tag>
    );
  }
  const why = patch?.errors?.[column.id];
  return (
    <Tag {...shared} data-open="">
      <Field column={column} cell={cell} row={row} value={valueOf(row, patch, column.id)} bad={Boolean(why)}
        held={patch?.tried?.[column.id] !== undefined} label={`${column.label}, ${label}`} r={r} c={c} span={span} />
      {cell.hint && <span className="kit-hint">{cell.hint}</span>}
    </Tag>
  );
}

function Standing({ row, entries, texts, onAction, onRetry }) {
  const refused = entries.flatMap(([id, patch]) => Object.entries(patch?.errors ?? {}).map(([f, e]) => ({ id, f, ...e })));
  const states = entries.map(([, patch]) => patch?.state);
  const note = entries.map(([, patch]) => patch?.note).find((n) => n !== undefined) ?? row.note;
  return (
    <>
      {refused.map((e) => (
        <p key={e.id + e.f} id={`why-${e.id}`} className="kit-refused-text">
          {e.text} {e.article && <span className="kit-article">{e.article}</span>}{" "}
          {(e.fixes ?? []).map((fix) => (
            <Act key={fix.action} row={e.id} action={fix.action} label={fix.label} onAction={onAction} />
          ))}
        </p>
      ))}
      {states.includes("stalled") ? (
        <p className="kit-attention-text">
          {texts.stalled}{" "}
          <button type="button" className="kit-link" onClick={() => entries.forEach(([id]) => onRetry(id))}>{texts.retry}</button>
        </p>
      ) : states.includes("saving") ? (
        <p className="kit-muted">{texts.saving}</p>
      ) : (
        states.includes("saved") && !refused.length && <p className="kit-done-text">✓ {texts.saved}</p>
      )}
      {note?.text && !refused.length && (
        <p className={`kit-${note.kind ?? "attention"}-text`}>
          {note.text} {note.article && <span className="kit-article">{note.article}</span>}{" "}
          {(note.fixes ?? []).map((fix) => (
            <Act key={fix.action} row={row.id} action={fix.action} label={fix.label} onAction={onAction} />
          ))}
        </p>
      )}
    </>
  );
}

/** One row, or a group: the row's own cells span the lines below each other (a lot and its several owners). */
const Group = memo(function Group({ row, patch, linePatches, columns, texts, r, onAction, onRetry }) {
  const lines = row.lines?.length ? row.lines : [null];
  const span = lines.length;
  const entries = [[row.id, patch], ...lines.filter(Boolean).map((line, i) => [line.id, linePatches?.[i]])];
  return (
    <tbody data-group={row.id}>
      {lines.map((line, i) => (
        <tr key={line?.id ?? row.id} data-line={line ? line.id : undefined}>
          {columns.map((column, c) => {
            if (column.line) {
              const owner = line ?? { id: row.id, cells: {} };
              return <Cell key={column.id} column={line ? column : { ...column, editable: false }} row={owner} texts={texts}
                patch={linePatches?.[i]} label={line?.label ?? row.label} r={r + i} c={c} span={1} onAction={onAction} />;
            }
            return i === 0 && <Cell key={column.id} column={column} row={row} patch={patch} texts={texts} label={row.label}
              r={r} c={c} span={span} onAction={onAction} />;
          })}
          {i === 0 && (
            <td className="kit-standing" rowSpan={span > 1 ? span : undefined}>
              <Standing row={row} entries={entries} texts={texts} onAction={onAction} onRetry={onRetry} />
            </td>
          )}
        </tr>
      ))}
    </tbody>
  );
}, (a, b) => a.row === b.row && a.patch === b.patch && a.columns === b.columns && a.texts === b.texts && a.r === b.r
  && (a.linePatches ?? []).length === (b.linePatches ?? []).length
  && (a.linePatches ?? []).every((p, i) => p === b.linePatches[i]));

function Head({ columns, texts }) {
  const [search, setSearch] = useState("");
  const location = useLocation();
  useEffect(() => setSearch(location.search), [location.search]);
  const query = new URLSearchParams(search);
  const sorted = query.get("sort") ?? "";
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const now = sorted === column.id ? "ascending" : sorted === "-" + column.id ? "descending" : undefined;
          const next = new URLSearchParams(query);
          next.set("sort", now === "ascending" ? "-" + column.id : column.id);
          next.delete("page");
          return (
            <th key={column.id} scope="col" className={`kit-${column.kind}`} aria-sort={now}>
              {column.sortable ? (
                <Link to={{ search: `?${next}` }} preventScrollReset>
                  {column.label}
                  <span aria-hidden="true">{now === "ascending" ? " ↑" : now === "descending" ? " ↓" : ""}</span>
                </Link>
              ) : column.label}
            </th>
          );
        })}
        <th scope="col" className="kit-standing"><span className="kit-unseen">{texts.state}</span></th>
      </tr>
    </thead>
  );
}

/** What is known beyond the rows of the server: attempts (`tried`), refusals, accepted values, newer versions. */
function usePatches(rows, outcomes, texts, announce, flight) {
  const [patches, setPatches] = useState({});
  const seen = useRef(Math.max(0, ...(outcomes ?? []).map((o) => o.n)));
  const update = useCallback((id, change) => setPatches((all) => ({ ...all, [id]: change(all[id] ?? {}) })), []);

  // Fresh rows come with no outcomes. Reflex hands on the old rows when the fresh ones are equal, so both are looked at.
  useEarlyEffect(() => {
    setPatches((all) => Object.fromEntries(Object.entries(all).filter(([, p]) => p.state === "saving")));
  }, [rows, !outcomes?.length]);

  useEarlyEffect(() => {
    const fresh = (outcomes ?? []).filter((o) => o.n > seen.current);
    if (!fresh.length) return;
    seen.current = Math.max(...fresh.map((o) => o.n));
    for (const { row, field } of fresh) {
      flight.current[row]?.delete(field);
      if (!flight.current[row]?.size) delete flight.current[row];
    }
    setPatches((all) => fresh.reduce((now, o) => ({ ...now, [o.row]: absorb(now[o.row] ?? {}, o) }), all));
    const refused = fresh.find((o) => o.error);
    announce(refused ? `${texts.refused} ${refused.error.text}` : texts.saved);
  }, [outcomes]);

  useEffect(() => {
    const waiting = Object.entries(patches).filter(([, p]) => p.state === "saving" || p.state === "saved");
    const timers = waiting.map(([id, patch]) => setTimeout(
      () => update(id, (p) => (p === patch ? { ...p, state: p.state === "saving" ? "stalled" : undefined } : p)),
      patch.state === "saving" ? STALLED_AFTER : SAVED_FOR,
    ));
    return () => timers.forEach(clearTimeout);
  }, [patches]);
  return [patches, update];
}

const without = (object, key) => Object.fromEntries(Object.entries(object ?? {}).filter(([k]) => k !== key));
const isSaving = (tried, errors) => Object.keys(tried).some((f) => !errors[f]);

function absorb(patch, outcome) {
  const { field } = outcome;
  const newer = patch.tried?.[field] !== undefined && patch.tried[field] !== outcome.asked;
  const tried = newer || outcome.error ? { ...patch.tried } : without(patch.tried, field);
  const errors = without(patch.errors, field);
  if (outcome.error && !newer) errors[field] = outcome.error;
  if (outcome.error && tried[field] === undefined) tried[field] = outcome.asked;
  const next = { ...patch, tried, errors };
  if (outcome.version !== null && outcome.version !== undefined) next.version = outcome.version;
  if (outcome.note !== null && outcome.note !== undefined) next.note = outcome.note;
  if (!outcome.error) next.values = { ...patch.values, [field]: outcome.value };
  next.state = isSaving(tried, errors) ? "saving" : Object.keys(errors).length ? "refused" : "saved";
  return next;
}

function attempt(patch, field, value, saved) {
  const refused = patch.errors?.[field] !== undefined;
  const errors = without(patch.errors, field);
  const tried = value === saved && refused ? without(patch.tried, field) : { ...patch.tried, [field]: value };
  const state = isSaving(tried, errors) ? "saving" : Object.keys(errors).length ? "refused" : undefined;
  return { ...patch, errors, tried, state };
}

/** The same object as long as its content is the same: Reflex makes props anew at each render. */
function useSame(value) {
  const kept = useRef(value);
  if (JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}

export function Grid({ label, rows, outcomes, empty, once, onSave, onAction, children, ...given }) {
  const columns = useSame(given.columns);
  const texts = useSame(given.texts);
  const table = useRef(null);
  const foot = useRef(null);
  const [said, announce] = useState("");
  const [lost, setLost] = useState(0);
  const flight = useRef({});
  const queue = useRef([]);
  const [patches, update] = usePatches(rows, outcomes, texts, announce, flight);
  const history = useRef({ done: [], undone: [] });
  const live = useRef({});
  live.current = { patches, onSave, onAction, index: useMemo(() => indexOf(rows), [rows]) };

  const act = useCallback((...press) => live.current.onAction?.(...press), []);

  /** A row's next change waits for the answer to its last, so that it carries the row's newest version. */
  const pump = useCallback(() => {
    const ready = queue.current.filter((change) => !flight.current[change.row]);
    if (!ready.length) return;
    queue.current = queue.current.filter((change) => flight.current[change.row]);
    for (const { row, field } of ready) (flight.current[row] ??= new Set()).add(field);
    const { patches: now, index } = live.current;
    live.current.onSave(ready.map((c) => ({ ...c, version: now[c.row]?.version ?? index[c.row]?.version ?? 0 })));
  }, []);
  useEffect(pump, [patches]);

  /** Send what differs from what is saved; returns the changes, for undo. */
  const send = useCallback((changes) => {
    const made = [];
    for (const { row, field, value } of changes) {
      const patch = live.current.patches[row];
      const saved = valueOf(live.current.index[row] ?? {}, patch, field);
      if (value === (patch?.tried?.[field] ?? saved)) continue;
      made.push({ row, field, value, before: saved });
      update(row, (p) => attempt(p, field, value, saved));
      if (value === saved && patch.errors?.[field]) continue;
      queue.current = [...queue.current.filter((c) => c.row !== row || c.field !== field), { row, field, value }];
    }
    pump();
    return made;
  }, []);

  const commit = useCallback((changes) => {
    setLost(0);
    const made = send(changes);
    if (made.length) history.current = { done: [...history.current.done, made].slice(-200), undone: [] };
  }, []);

  const replay = useCallback((from, to, side) => {
    let batch = history.current[from].pop();
    // What was done on another page of the rows, or under another filter, is not undone out of sight.
    while (batch?.some((change) => !live.current.index[change.row])) batch = history.current[from].pop();
    if (!batch) return;
    for (const change of batch) {
      const element = find(table.current, change.row, change.field);
      if (element) element.value = change[side];
    }
    history.current[to].push(batch);
    send(batch.map((change) => ({ ...change, value: change[side] })));
    find(table.current, batch[0].row, batch[0].field)?.focus();
  }, []);

  const retry = useCallback((row) => {
    const patch = live.current.patches[row] ?? {};
    const open = Object.entries(patch.tried ?? {}).filter(([field]) => !patch.errors?.[field]);
    if (!open.length) return;
    delete flight.current[row];
    queue.current = [...queue.current.filter((c) => c.row !== row), ...open.map(([field, value]) => ({ row, field, value }))];
    update(row, (p) => ({ ...p, state: "saving" }));
  }, []);

  const keys = useMemo(() => keyboard({ table, foot, live, commit, replay, tellLost: setLost }), []);
  let r = 0;
  return (
    <Once.Provider value={Boolean(once)}>
    <div className="kit-grid">
      <div className="kit-scroll">
        <table ref={table} data-grid="" aria-label={label} {...keys}>
          <Head columns={columns} texts={texts} />
          {(rows ?? []).map((row) => {
            const at = r;
            r += Math.max(1, row.lines?.length ?? 0);
            return <Group key={row.id} row={row} patch={patches[row.id]} r={at} columns={columns} texts={texts}
              linePatches={row.lines?.length ? row.lines.map((line) => patches[line.id]) : undefined}
              onAction={act} onRetry={retry} />;
          })}
        </table>
        {!rows?.length && <p className="kit-empty">{empty}</p>}
      </div>
      <div role="status">
        {lost > 0 && <p className="kit-foot kit-attention-text">{texts.lost(lost)}</p>}
      </div>
      <div className="kit-foot" ref={foot} tabIndex={-1}>
        <span className="kit-keys">{texts.keys}</span>
        <span>{children}</span>
      </div>
      <div className="kit-unseen" role="status">{said}</div>
    </div>
    </Once.Provider>
  );
}

function indexOf(rows) {
  const index = {};
  for (const row of rows ?? []) {
    index[row.id] = row;
    for (const line of row.lines ?? []) index[line.id] = line;
  }
  return index;
}
