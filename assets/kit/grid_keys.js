/** Keyboard, mouse and clipboard of the table that is edited in place. */

export const asCell = (cell) => (cell !== null && typeof cell === "object" ? cell : { value: cell ?? "" });
export const valueOf = (row, patch, field) => String(patch?.values?.[field] ?? asCell(row.cells?.[field]).value ?? "");
const isField = (element) => element?.matches?.("input, select") ?? false;

/** A pasted or typed label of a select stands for its value. */
function fitting(element, text) {
  if (element.tagName !== "SELECT") return text.trim();
  const wanted = text.trim().toLocaleLowerCase();
  const option = [...element.options].find((o) => o.value === text.trim() || o.text.toLocaleLowerCase() === wanted);
  return option ? option.value : null;
}

function parseTable(text) {
  const rows = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^\t\n\r]*))(\t|\r?\n|$)/y;
  while (pattern.lastIndex <= text.length) {
    const match = pattern.exec(text);
    if (!match) break;
    rows[rows.length - 1].push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2]);
    if (match[3] === "") break;
    if (match[3] !== "\t") rows.push([]);
  }
  const last = rows[rows.length - 1];
  if (rows.length > 1 && last.length === 1 && last[0] === "") rows.pop();
  return rows;
}

export const find = (table, row, field) => table.querySelector(`[data-row="${CSS.escape(row)}"][data-field="${CSS.escape(field)}"]`);
const place = (element) => ({ r: +element.dataset.r, c: +element.dataset.c, span: +(element.dataset.span ?? 1) });

/** The cell at a line and column; a cell that spans lines answers for each of them. */
function cellAt(table, r, c) {
  for (let line = r; line >= 0; line--) {
    const cell = table.querySelector(`[data-r="${line}"][data-c="${c}"]`);
    if (cell) return line + place(cell).span > r ? cell : null;
  }
  return null;
}

/**
 * The line of the table for each pasted line. A sheet may have one line for each of ours (a lot again for each of its
 * owners), or one for each row: then the lines inside a row are passed over, or every value below would be one too high.
 */
function placesOf(table, lines, r, c) {
  const each = lines.map((_, down) => r + down);
  const again = lines.every((line, down) => line.every((value, right) => {
    const target = cellAt(table, r + down, c + right);
    const first = target ? place(target).r - r : down;
    return first >= down || first < 0 || !value.trim() || value.trim() === (lines[first][right] ?? "").trim();
  }));
  if (again) return each;
  let next = r;
  return lines.map(() => {
    const here = next;
    const cell = cellAt(table, here, c);
    next = cell ? place(cell).r + place(cell).span : here + 1;
    return here;
  });
}

export function keyboard({ table, foot, live, commit, replay, tellLost }) {
  let clicked = false;
  const saved = (el) => valueOf(live.current.index[el.dataset.row] ?? {}, live.current.patches[el.dataset.row], el.dataset.field);
  const store = (el) => {
    delete el.dataset.editing;
    commit([{ row: el.dataset.row, field: el.dataset.field, value: el.value }]);
  };
  const go = (target) => {
    if (!target) return false;
    target.focus();
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  };
  const move = (el, down, right) => {
    const { r, c, span } = place(el);
    return go(cellAt(table.current, down > 0 ? r + span - 1 + down : r + down, c + right));
  };
  const edge = (el, last) => {
    const row = [...table.current.querySelectorAll(`[data-r="${place(el).r}"]`)];
    return go(last ? row.at(-1) : row[0]);
  };
  const edit = (el) => {
    if (!isField(el)) return;
    el.dataset.editing = "1";
    if (el.tagName === "SELECT") el.showPicker?.();
    else el.setSelectionRange(el.value.length, el.value.length);
  };
  const restore = (el) => {
    el.value = saved(el);
    store(el);
    if (el.select) el.select();
  };
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-12, 0], PageDown: [12, 0] };

  function onArrow(event, el) {
    const [down, right] = arrows[event.key];
    const editing = el.dataset.editing;
    if (event.altKey || (editing && (right || el.tagName === "SELECT"))) return;
    event.preventDefault();
    const far = Math.abs(down) > 1 && !cellAt(table.current, place(el).r + down, place(el).c);
    if (!far) move(el, down, right);
    else go(cellAt(table.current, down < 0 ? 0 : lastLine(table.current), place(el).c));
  }

  function onShortcut(event) {
    const el = event.target;
    const key = event.key.toLowerCase();
    if (el.dataset.editing || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) replay("undone", "done", "value");
    else replay("done", "undone", "before");
  }

  function onKeyDown(event) {
    const el = event.target;
    if (!("cell" in el.dataset)) return;
    if (event.ctrlKey || event.metaKey) return onShortcut(event);
    if (event.key in arrows) return onArrow(event, el);
    const editing = el.dataset.editing;
    if (event.key === "Enter" && !(el.tagName === "SELECT" && event.altKey)) {
      const link = isField(el) ? null : el.querySelector("a, button");
      event.preventDefault();
      if (link) link.click();
      else if (isField(el) && !editing) edit(el);
      else if (!move(el, event.shiftKey ? -1 : 1, 0) && isField(el)) store(el);
    } else if (event.key === "F2") {
      edit(el);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (isField(el) && (editing || el.value !== saved(el))) restore(el);
      else foot.current.focus();
    } else if (!editing && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      edge(el, event.key === "End");
    }
  }

  function onPaste(event) {
    const el = event.target;
    const text = event.clipboardData.getData("text/plain");
    if (!("cell" in el.dataset) || (el.dataset.editing && !/[\t\n]/.test(text.trim()))) return;
    event.preventDefault();
    const { r, c } = place(el);
    const lines = parseTable(text);
    const at = placesOf(table.current, lines, r, c);
    const changes = [];
    let lost = 0;
    lines.forEach((line, down) => line.forEach((value, right) => {
      const target = cellAt(table.current, at[down], c + right);
      // A cell that spans lines takes the value of its first one only; the others say the same, or nothing.
      if (down > 0 && target && place(target).r !== at[down]) return;
      const fit = isField(target) ? fitting(target, value) : null;
      if (fit === null) {
        // What stands there already, or nothing, is no loss.
        if (value.trim() && value.trim() !== target?.textContent.trim()) lost += 1;
        return;
      }
      target.value = fit;
      delete target.dataset.editing;
      changes.push({ row: target.dataset.row, field: target.dataset.field, value: fit });
    }));
    commit(changes);
    tellLost(lost);
    el.select?.();
  }

  return {
    onKeyDown,
    onPaste,
    onCopy: (event) => {
      const el = event.target;
      if (isField(el) ? el.tagName !== "SELECT" : !("cell" in el.dataset) || String(getSelection())) return;
      event.clipboardData.setData("text/plain", isField(el) ? el.selectedOptions[0].text : el.textContent);
      event.preventDefault();
    },
    onMouseDown: (event) => {
      const el = event.target;
      clicked = isField(el) && document.activeElement !== el;
      if (isField(el) && !clicked) el.dataset.editing = "1";
    },
    onMouseUp: (event) => {
      // The click that brings a cell into focus keeps it selected as a whole.
      if (clicked && event.target.tagName === "INPUT") event.preventDefault();
      clicked = false;
    },
    onFocus: (event) => event.target.tagName === "INPUT" && event.target.select(),
    onInput: (event) => isField(event.target) && event.target.tagName === "INPUT" && (event.target.dataset.editing = "1"),
    onChange: (event) => event.target.tagName === "SELECT" && store(event.target),
    onBlur: (event) => isField(event.target) && "cell" in event.target.dataset && store(event.target),
  };
}

/** The number of the last line. */
function lastLine(table) {
  return Math.max(...[...table.querySelectorAll("[data-r]")].map((el) => place(el).r));
}
