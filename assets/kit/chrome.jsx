/** Small pieces around the pages: dialogs, menus, the drawer of a phone, what happens when one moves to another page. */
import { useEffect, useId, useRef, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { Record } from "./once.jsx";

/**
 * A native modal dialog: the browser keeps the focus inside and gives it back afterwards. It belongs to the page and to
 * the record it was opened on, and closes when one leaves.
 */
export function Modal({ open, label, narrow, closeLabel, record, onClose, children }) {
  const dialog = useRef(null);
  const title = useId();
  const { pathname } = useLocation();
  const now = useRef({});
  now.current = { open, onClose };
  useEffect(() => () => {
    if (!now.current.open) return;
    dialog.current?.close();
    now.current.onClose?.();
  }, [pathname]);
  useEffect(() => {
    if (open && !dialog.current.open) {
      dialog.current.showModal();
      dialog.current.querySelector("[autofocus], input:not([type=hidden]), select, textarea")?.focus();
    } else if (!open && dialog.current.open) dialog.current.close();
  }, [open]);
  const close = (event) => {
    event.preventDefault();
    onClose?.();
  };
  return (
    <dialog ref={dialog} aria-labelledby={title} className={narrow ? "kit-dialog kit-narrow" : "kit-dialog"} onCancel={close}>
      {open && (
        <>
          <header>
            <h2 id={title}>{label}</h2>
            <button type="button" className="kit-close" aria-label={closeLabel} onClick={close}>×</button>
          </header>
          <Record.Provider value={record ?? ""}><div className="kit-dialog-body">{children}</div></Record.Provider>
        </>
      )}
    </dialog>
  );
}

/** A native <details> that closes on Esc, on a click elsewhere, and when one moves to another page. */
export function Menu({ label, summary, className, children }) {
  const details = useRef(null);
  const location = useLocation();
  useEffect(() => {
    details.current.open = false;
  }, [location.key]);
  useEffect(() => {
    const away = (event) => {
      if (details.current?.open && !details.current.contains(event.target)) details.current.open = false;
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, []);
  const escape = (event) => {
    if (event.key !== "Escape" || !details.current.open) return;
    details.current.open = false;
    details.current.querySelector("summary").focus();
  };
  const chosen = (event) => {
    if (event.target.closest("a, button")) details.current.open = false;
  };
  return (
    <details ref={details} className={`kit-menu ${className ?? ""}`} onKeyDown={escape}>
      <summary aria-label={label}>{summary}</summary>
      <div onClick={chosen}>{children}</div>
    </details>
  );
}

/** The navigation of a phone: a button, and a modal dialog from the side that closes when one has gone somewhere. */
export function Drawer({ openLabel, closeLabel, label, children }) {
  const dialog = useRef(null);
  const location = useLocation();
  useEffect(() => {
    if (dialog.current.open) dialog.current.close();
  }, [location.key]);
  const outside = (event) => {
    if (event.target === dialog.current) dialog.current.close();
  };
  return (
    <>
      <button type="button" className="kit-burger" aria-label={openLabel} aria-haspopup="dialog"
        onClick={() => dialog.current.showModal()}>☰</button>
      <dialog ref={dialog} className="kit-drawer" aria-label={label} onClick={outside}>
        <button type="button" className="kit-close" aria-label={closeLabel} onClick={() => dialog.current.close()}>×</button>
        {children}
      </dialog>
    </>
  );
}

/** After a move to another page: the keyboard stands at its content, and its language is announced. */
let before = null;

export function Arrival({ lang }) {
  const location = useLocation();
  useEffect(() => {
    document.documentElement.lang = lang;
    // The page answers from here on; before, it is only drawn.
    document.documentElement.dataset.arrived = "true";
  }, [lang]);
  useEffect(() => {
    // Each page mounts its own frame, so the address before is kept outside of it.
    const moved = before !== null && before !== location.pathname;
    before = location.pathname;
    if (!moved) return;
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [location.pathname]);
  return null;
}

/** The first stop of the keyboard: past the navigation. Not a route, so Reflex's link would not do. */
export function SkipLink({ className, children }) {
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("main")?.focus();
  };
  return <a href="#main" className={className} onClick={skip}>{children}</a>;
}

/** A link of the navigation that knows whether it leads here. */
export function NavLink({ to, exact, badge, badgeLabel, children }) {
  const { pathname } = useLocation();
  const [here, setHere] = useState(false);
  const path = pathname.replace(/(.)\/$/, "$1");
  useEffect(() => setHere(exact ? path === to : path === to || path.startsWith(to + "/")), [path, to, exact]);
  return (
    <Link to={to} className="kit-nav" aria-current={here ? "page" : undefined}>
      <span>{children}</span>
      {badge ? <span className="kit-count" aria-label={badgeLabel}>{badge}</span> : null}
    </Link>
  );
}

/** Pages beside each other; where they are wider than the screen, the one that is shown is scrolled into view. */
export function Tabs({ label, className, children }) {
  const nav = useRef(null);
  useEffect(() => {
    const here = nav.current.querySelector("[aria-current]");
    if (!here) return;
    const [all, one] = [nav.current, here].map((e) => e.getBoundingClientRect());
    nav.current.scrollLeft += one.left + one.width / 2 - (all.left + all.width / 2);
  }, []);
  return <nav ref={nav} aria-label={label} className={className}>{children}</nav>;
}

function useSearch() {
  const location = useLocation();
  const [search, setSearch] = useState("");
  // The built page knows no query: the first render must be like it.
  useEffect(() => setSearch(location.search), [location.search]);
  return new URLSearchParams(search);
}

function changed(query, values) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") next.delete(name);
    else next.set(name, String(value));
  }
  return { search: next.size ? `?${next}` : "" };
}

/** A link that changes some of the page's query and keeps the rest. */
export function QueryLink({ values, className, current, children }) {
  const query = useSearch();
  return (
    <Link to={changed(query, values)} className={className} preventScrollReset aria-current={current ? "true" : undefined}>
      {children}
    </Link>
  );
}

/** The heading of a sortable column: ascending, then descending. */
export function SortLink({ field, children }) {
  const query = useSearch();
  const sort = query.get("sort") ?? "";
  const link = useRef(null);
  const now = sort === field ? "ascending" : sort === "-" + field ? "descending" : null;
  useEffect(() => {
    const head = link.current.closest("th");
    if (now) head.setAttribute("aria-sort", now);
    else head.removeAttribute("aria-sort");
  }, [now]);
  return (
    <Link ref={link} to={changed(query, { sort: now === "ascending" ? "-" + field : field, page: null })} preventScrollReset>
      {children}
      <span aria-hidden="true">{now === "ascending" ? " ↑" : now === "descending" ? " ↓" : ""}</span>
    </Link>
  );
}

/** A filter kept in the query: typed text goes there after a short rest, a choice at once. */
export function QueryField({ name, label, placeholder, options, type, className }) {
  const query = useSearch();
  const navigate = useNavigate();
  const field = useRef(null);
  const timer = useRef(0);
  const value = query.get(name) ?? "";
  useEffect(() => {
    if (document.activeElement !== field.current) field.current.value = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const go = (text) => {
    const now = new URLSearchParams(window.location.search);
    if ((now.get(name) ?? "") !== text) navigate(changed(now, { [name]: text, page: null }), { replace: true, preventScrollReset: true });
  };
  const shared = { ref: field, "aria-label": label, className, name, defaultValue: "" };
  if (options) {
    return (
      <select {...shared} onChange={(event) => go(event.target.value)}>
        {options.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
      </select>
    );
  }
  const later = (event) => {
    const text = event.target.value.trim();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(text), 250);
  };
  return <input {...shared} type={type ?? "search"} placeholder={placeholder} autoComplete="off" onInput={later} />;
}
